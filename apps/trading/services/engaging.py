"""What becomes of an order that passed its checks: it fills at the last price, waits, or is over.

What does not belong here: the checks, later bars (working).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from apps.trading import selectors
from apps.trading.constants import ACTIVE, ZERO
from apps.trading.enums import OrderStatus, OrderType, PriceSource, Validity, Variety
from apps.trading.models import Order, Position
from apps.trading.services import accounting, book, filling, hours, journal, margins, matching, partials, rules, stakes
from apps.trading.services.desk import Desk
from apps.trading.services.filling import Deal
from apps.trading.services.margins import Need
from apps.trading.services.matching import Prices
from apps.trading.services.stakes import Stake
from apps.wallet.enums import LedgerKind
from apps.wallet.errors import InsufficientFunds

STOPS = (OrderType.SL, OrderType.SL_M)


@dataclass(frozen=True, slots=True)
class Plan:
    """What the order would do now: ``fill_price`` None waits. ``needed`` is the cash that it takes or blocks."""

    fill_price: Decimal | None
    value: Decimal
    charges: Decimal
    needed: Decimal
    margin: Need


def position_of(desk: Desk, *, order: Order) -> Position | None:
    """The position that the order is about, locked."""
    return selectors.lock_position(
        user=desk.user, account_id=desk.account_id, instrument=order.instrument, product=order.product
    )


def plan(desk: Desk, *, order: Order, position: Position | None) -> Plan:
    """Where the order fills at the last price, or what it blocks while it waits."""
    price = None if order.is_for_next_session else _price_now(desk, order=order)
    assumed = price or order.price or order.trigger_price or desk.last_price or ZERO
    quantity, cost = (position.quantity, position.cost) if position is not None else (0, ZERO)
    left = order.quantity - order.filled_quantity
    change = book.preview(quantity=quantity, cost=cost, side=order.side, filled=left, price=assumed)
    value = assumed * left
    charges = _charges(desk, order=order, position=position, value=order.filled_value + value) - order.charges
    stake = stakes.stake_of(desk, order=order, position=position, change=change, was=quantity)
    needed = accounting.cash_needed(change, side=order.side, charges=charges, stake=stake)
    margin = _margin(desk, order=order, position=position, stake=stake)
    if desk.instrument.option is not None:
        needed += margin.increase
    is_always_allowed = desk.terms.uses_margin and not change.opened_value
    return Plan(price, value, charges, ZERO if is_always_allowed else max(needed, ZERO), margin)


def check_funds(desk: Desk, *, made: Plan) -> None:
    """Pass where the free cash suffices.

    :raises InsufficientFunds: if it does not
    """
    if made.needed > desk.cash:
        raise InsufficientFunds.of(LedgerKind.CASH, available=desk.cash, needed=made.needed)


def engage(desk: Desk, *, order: Order, made: Plan, position: Position | None = None) -> None:
    """Fill an accepted order as far as it can be now, let the rest wait with its cash blocked, or end it; and store it.

    ``position``: the order's, locked, where the caller has read it.
    """
    quantity = partials.at_once(desk, order=order) if made.fill_price is not None else 0
    if quantity and made.fill_price is not None and desk.quote is not None:
        deal = Deal(quantity=quantity, price=made.fill_price, source=PriceSource.QUOTE, price_at=desk.quote.at)
        filling.execute(desk, order=order, deal=deal, position=position)
        if order.status not in ACTIVE:
            return
        made = plan(desk, order=order, position=position_of(desk, order=order))
    if order.validity == Validity.IOC:
        reason = "IOC_REST_CANCELLED" if order.filled_quantity else "IOC_NOT_FILLED"
        journal.step(order, status=OrderStatus.CANCELLED, reason=reason, at=desk.now)
    else:
        _wait(desk, order=order, needed=made.needed)


def _wait(desk: Desk, *, order: Order, needed: Decimal) -> None:
    if not order.is_stored:
        journal.begin(order, status=OrderStatus(order.status), reason=journal.ACCEPTED)
    session = hours.session_at(desk.now, instrument=order.instrument)
    order.valid_until = hours.valid_until(order, session=session)
    if session.opens_at is not None:
        # What is printed between two sessions, as in a closing auction, fills nothing.
        order.worked_until = session.opens_at
    # Two parts of a cost may be rounded to a paisa more than the whole, which was found to suffice.
    amount = min(needed, desk.cash)
    if amount:
        accounting.block(desk, order=order, amount=amount)
    journal.save(order)


def first_status(order: Order) -> OrderStatus:
    """The state in which an order begins."""
    if order.variety == Variety.AMO:
        return OrderStatus.AMO_QUEUED
    return waiting_status(order)


def waiting_status(order: Order) -> OrderStatus:
    """The state in which an order waits for its price."""
    return OrderStatus.TRIGGER_PENDING if order.order_type in STOPS else OrderStatus.OPEN


def _margin(desk: Desk, *, order: Order, position: Position | None, stake: Stake) -> Need:
    """What is blocked beyond the price, now and once the rest of the order is filled."""
    if desk.terms.uses_margin and desk.instrument.option is not None:
        return margins.need_of(desk, order=order, quantity=order.quantity - order.filled_quantity)
    before = position.margin if position is not None else ZERO
    return Need(before, before + stake.margin)


def _charges(desk: Desk, *, order: Order, position: Position | None, value: Decimal) -> Decimal:
    """What the order pays in all once it was filled for ``value``."""
    intraday = filling.intraday_part(desk, order=order, position=position, filled=order.quantity, value=value)
    return filling.charges_after(desk, order=order, value=value, intraday=intraday)


def _price_now(desk: Desk, *, order: Order) -> Decimal | None:
    if desk.quote is None or desk.last_price is None:
        return None
    band = None
    if desk.terms.keeps_rules:
        band = rules.band_of(
            desk.instrument, previous_close=desk.previous_close, last_price=desk.last_price, on=desk.today
        )
    bar = Prices.at(desk.quote.price)
    return matching.match(order, bar=bar, instrument=desk.instrument, on=desk.today, band=band).price
