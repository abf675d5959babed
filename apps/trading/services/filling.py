"""One fill: order, position, ledger, round trip, in the caller's transaction. What does not belong here: its price."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Model

from apps.core import clock, statements
from apps.market import services as market_services
from apps.market.enums import TradeType
from apps.market.services import RoundTrip
from apps.trading import selectors
from apps.trading.constants import PAISA, ZERO
from apps.trading.enums import OrderStatus, PriceSource, Product
from apps.trading.models import Fill, Order, Position
from apps.trading.services import (
    accounting,
    book,
    brackets,
    day_trades,
    journal,
    margins,
    pages,
    partials,
    positions,
    rules,
    stakes,
    tax_lots,
)
from apps.trading.services.book import Change
from apps.trading.services.desk import Desk
from apps.wallet.enums import LedgerKind
from apps.wallet.errors import InsufficientFunds


@dataclass(frozen=True, slots=True)
class Deal:
    """What is to be filled at which price, and where that comes from. ``is_forced``: a loss beyond all cash is covered.

    ``charges`` None: by the rules of the profile. ``is_ambiguous``: the bar may have met the other exit first.
    """

    quantity: int
    price: Decimal
    source: PriceSource
    price_at: datetime
    bar_at: datetime | None = None
    is_forced: bool = False
    charges: Decimal | None = None
    reason: str = "FILLED"
    is_ambiguous: bool = False


def charges_after(desk: Desk, *, order: Order, value: Decimal, intraday: Decimal = ZERO) -> Decimal:
    """What the order pays in all once it was executed for ``value``, of which ``intraday`` is charged as such."""
    parts = ((order.product, value - intraday), (Product.MIS, intraday))
    return sum(
        (
            rules.charges_of(
                desk.instrument, plan=desk.terms.plan, side=order.side, product=product, value=part, on=desk.today
            )
            for product, part in parts
        ),
        ZERO,
    )


def intraday_part(desk: Desk, *, order: Order, position: Position | None, filled: int, value: Decimal) -> Decimal:
    """Of the ``value`` of the ``filled`` units of an order the part charged as intraday; the position is as before."""
    if not desk.terms.keeps_rules or position is None:
        return ZERO
    sold = position.day_sell_quantity - order.filled_quantity
    return day_trades.intraday_value(
        order, position=position, sold_before=sold, filled=filled, value=value, on=desk.today
    )


def execute(desk: Desk, *, order: Order, deal: Deal, position: Position | None = None) -> Fill:
    """Fill an order, in whole or in part; one that is accepted but not stored yet is stored by this.

    ``position``: the order's, locked, where the caller has read it.

    :raises InsufficientFunds: if the cash does not suffice; nothing has happened then
    """
    position = positions.position_of_today(desk, instrument=order.instrument, product=order.product, read=position)
    was = position.quantity
    opened_at = position.opened_market_at
    charges = _charges(desk, order=order, position=position, deal=deal)
    change = book.apply_fill(position, side=order.side, filled=deal.quantity, price=deal.price)
    if was == 0 or ((was > 0) != (position.quantity > 0) and position.quantity):
        position.opened_market_at = desk.now
    tax_lots.move(position, side=order.side, quantity=deal.quantity, value=deal.price * deal.quantity, day=desk.today)
    released = _released(order, quantity=deal.quantity)
    number = selectors.count_fills_unscoped(order_id=order.pk) + 1 if order.filled_quantity else 1
    stake = stakes.stake_of(desk, order=order, position=position, change=change, was=was)
    lines = accounting.lines_of(change, side=order.side, released=released, stake=stake)
    order.blocked -= released
    order.filled_quantity += deal.quantity
    order.filled_value += deal.price * deal.quantity
    order.charges += charges
    done = order.filled_quantity == order.quantity
    events = journal.advance(
        order,
        status=OrderStatus.COMPLETE if done else OrderStatus.PARTIAL,
        reason=deal.reason,
        at=desk.now,
        bar_at=deal.bar_at,
        details={"quantity": deal.quantity, "price": str(deal.price), "price_source": deal.source},
    )
    position.charges += charges
    position.margin += stake.margin
    position.borrowed += stake.borrowed
    fill = _fill(desk, order=order, deal=deal, number=number, charges=charges, change=change)
    _keep(position, with_rows=[*events, position, fill])
    # Under margins nobody is kept in a position that can no longer be paid for.
    is_forced = deal.is_forced or (desk.terms.uses_margin and not change.opened_value)
    with margins.around(desk, order=order, number=number, is_forced=is_forced):
        missing = charges - lines[LedgerKind.CASH] - desk.cash
        _check_cash(desk, order=order, missing=missing, is_forced=is_forced)
        accounting.post_fill(desk, order=order, number=number, lines=lines, charges=charges)
    if change.closed_quantity:
        _record_round_trip(desk, order=order, change=change, opened_at=opened_at, charges=charges)
    brackets.after_fill(desk, order=order, happened=_happened(deal, was=was, change=change))
    return fill


def _keep(position: Position, *, with_rows: list[Model]) -> None:
    """Store what a fill changed, and tell the open pages of its user."""
    statements.write(with_rows)
    pages.tell_position(position)


def _happened(deal: Deal, *, was: int, change: Change) -> brackets.Happened:
    """The fill as the exits of the position see it: turning round ends a position as well."""
    return brackets.Happened(
        quantity=deal.quantity,
        opened=deal.quantity - change.closed_quantity,
        price=deal.price,
        ends_position=was != 0 and change.closed_quantity == abs(was),
        bar_at=deal.bar_at,
    )


def _fill(desk: Desk, *, order: Order, deal: Deal, number: int, charges: Decimal, change: Change) -> Fill:
    return Fill(
        user_id=order.user_id,
        order_id=order.pk,
        seq=number,
        quantity=deal.quantity,
        price=deal.price,
        charges=charges,
        realised=change.realised,
        market_at=desk.now,
        price_source=deal.source,
        price_at=deal.price_at,
        bar_at=deal.bar_at,
        is_ambiguous=deal.is_ambiguous,
        age_seconds=max(0, int((desk.now - deal.price_at).total_seconds())),
        delay_ms=0 if deal.is_forced else partials.delay_ms(desk.terms, order=order, number=number),
    )


def _charges(desk: Desk, *, order: Order, position: Position, deal: Deal) -> Decimal:
    if deal.charges is not None:
        return deal.charges
    value, filled = order.filled_value + deal.price * deal.quantity, order.filled_quantity + deal.quantity
    intraday = intraday_part(desk, order=order, position=position, filled=filled, value=value)
    return charges_after(desk, order=order, value=value, intraday=intraday) - order.charges


def _released(order: Order, *, quantity: int) -> Decimal:
    """The share of the blocked cash that belongs to this part of the order."""
    left = order.quantity - order.filled_quantity
    if quantity == left:
        return order.blocked
    return (order.blocked * quantity / left).quantize(PAISA, ROUND_HALF_UP)


def _check_cash(desk: Desk, *, order: Order, missing: Decimal, is_forced: bool) -> None:
    if missing <= ZERO:
        return
    if not is_forced:
        raise InsufficientFunds.of(LedgerKind.CASH, available=desk.cash, needed=desk.cash + missing)
    cause = f"order:{order.pk}"
    accounting.cover_loss(desk, key=f"{cause}:cover", caused_by=cause, missing=missing)


def _record_round_trip(desk: Desk, *, order: Order, change: Change, opened_at: datetime, charges: Decimal) -> None:
    """Write what the fill closed to the table of trades; ``pnl`` is before charges, which stand beside it."""
    entry = (change.closed_cost / change.closed_quantity).quantize(PAISA, ROUND_HALF_UP)
    exit_ = (change.closed_value / change.closed_quantity).quantize(PAISA, ROUND_HALF_UP)
    began, ended = clock.today(at=opened_at), desk.today
    short = change.was_short
    market_services.record_round_trips(
        [
            RoundTrip(
                user_id=order.user_id,
                instrument=desk.instrument,
                trade_type=TradeType.SHORT if short else TradeType.LONG,
                quantity=change.closed_quantity,
                buy_date=ended if short else began,
                sell_date=began if short else ended,
                buy_price=exit_ if short else entry,
                sell_price=entry if short else exit_,
                pnl=change.realised,
                extra={
                    "order_id": order.pk,
                    "product": order.product,
                    "charges": str(charges),
                    **({} if desk.ledger.is_practice else {"paper_account": order.paper_account_id}),
                },
            )
        ]
    )
