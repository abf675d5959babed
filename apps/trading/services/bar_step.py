"""What one bar makes of an order that waits, and of the exits that belong to it.

The entry comes first; of two exits the one that the bar meets first, and at most one of them on a bar. An exit that
an entry began within the bar is held against what came after the entry.
What does not belong here: which bars there are, and the end of a session (working).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import transaction

from apps.core import money
from apps.trading import selectors
from apps.trading.constants import ACTIVE
from apps.trading.enums import OrderStatus, PriceSource, Product, Side, Variety
from apps.trading.models import Order
from apps.trading.services import (
    book,
    ending,
    engaging,
    exits,
    filling,
    journal,
    matching,
    partials,
    rules,
    telling,
    trailing,
)
from apps.trading.services.bars import TimedBar
from apps.trading.services.desk import Desk
from apps.trading.services.exits import Entered
from apps.trading.services.filling import Deal
from apps.trading.services.matching import Prices
from apps.wallet import services as wallet_services
from apps.wallet.errors import InsufficientFunds
from engine.simulation import interface as codes

PAIRED = (Variety.BRACKET, Variety.OCO)


@dataclass(frozen=True, slots=True)
class _Found:
    """What a bar filled of an order: at which price in paise, and whether at the open."""

    price: Decimal
    at_open: bool


def work(desk: Desk, *, orders: list[Order], bar: TimedBar) -> list[Order]:
    """Work an order, or an entry and its exits, on a bar; what of them waits for the next one.

    ``worked_until`` of what nothing happened to is the caller's to store, except where there are exits.
    """
    first = orders[0] if orders else None
    if first is not None and first.variety in PAIRED:
        return _work_together(desk, head_id=first.parent_id or first.pk, bar=bar)
    for order in orders:
        if _is_due(order, bar=bar):
            _work_alone(desk, order=order, bar=bar)
    return [order for order in orders if order.status in ACTIVE]


def _is_due(order: Order, *, bar: TimedBar) -> bool:
    # Assumption: a bar that ends after an order did might have met it too late, and does not fill it.
    return order.worked_until <= bar.opens_at and bar.closes_at <= order.valid_until


def _work_alone(desk: Desk, *, order: Order, bar: TimedBar) -> None:
    _try(desk, order=order, bar=bar)
    if order.status in ACTIVE:
        _follow(desk, order=order, bar=bar, seen=bar.prices)


def _work_together(desk: Desk, *, head_id: int, bar: TimedBar) -> list[Order]:
    waiting = selectors.lock_family_unscoped(head_id=head_id)
    entered = None
    for entry in (each for each in waiting if not each.leg and _is_due(each, bar=bar)):
        kind = matching.kind_of(entry)
        found = _try(desk, order=entry, bar=bar)
        if found is not None:
            entered = Entered(float(found.price * 100), kind, at_open=found.at_open)
        if entry.status in ACTIVE:
            journal.save(entry)
    legs = [each for each in selectors.lock_family_unscoped(head_id=head_id) if each.leg]
    held = [each for each in legs if _is_due(each, bar=bar)]
    if held:
        _work_exits(desk, legs=held, bar=bar, entered=None)
    elif entered is not None and legs:
        _work_exits(desk, legs=legs, bar=bar, entered=entered)
    return selectors.lock_family_unscoped(head_id=head_id)


def _work_exits(desk: Desk, *, legs: list[Order], bar: TimedBar, entered: Entered | None) -> None:
    met = exits.met(legs, bar=bar.prices, instrument=desk.instrument, on=desk.today, entered=entered)
    seen = bar.prices
    if entered is not None and not entered.at_open:
        # After an entry the bar goes on from its price; after a limit only the close is sure to have come later.
        bar = replace(bar, prices=replace(seen, open=round(entered.price)))
        seen = Prices.at(seen.close) if entered.kind == codes.LIMIT else seen
    for leg in legs:
        leg.worked_until = bar.closes_at
        if leg not in met.legs:
            _follow(desk, order=leg, bar=bar, seen=seen)
        journal.save(leg)
    for leg in met.legs:
        if _try(desk, order=leg, bar=bar, is_ambiguous=met.is_ambiguous) is not None:
            return


def _follow(desk: Desk, *, order: Order, bar: TimedBar, seen: Prices) -> None:
    if trailing.follow(order, high=seen.high, low=seen.low):
        details = {"trigger_price": str(order.trigger_price), "best_price": str(order.trail_extreme)}
        status = OrderStatus(order.status)
        journal.step(order, status=status, reason="TRAILED", at=desk.now, bar_at=bar.opens_at, details=details)


def _try(desk: Desk, *, order: Order, bar: TimedBar, is_ambiguous: bool = False) -> _Found | None:
    """Fill an order as far as the bar does; None where it does not."""
    band = None
    if desk.terms.keeps_rules:
        last = money.rupees(bar.prices.open)
        band = rules.band_of(desk.instrument, previous_close=desk.previous_close, last_price=last, on=desk.today)
    found = matching.match(order, bar=bar.prices, instrument=desk.instrument, on=desk.today, band=band)
    order.worked_until = bar.closes_at
    if found.is_triggered and not order.is_triggered:
        order.is_triggered = True
        journal.step(order, status=OrderStatus.OPEN, reason="TRIGGERED", at=desk.now, bar_at=bar.opens_at)
    if found.price is None:
        return None
    quantity = partials.fillable(desk, order=order, volume=bar.volume)
    if not quantity:
        return None
    deal = Deal(
        quantity, found.price, PriceSource.BAR, price_at=bar.closes_at, bar_at=bar.opens_at, is_ambiguous=is_ambiguous
    )
    return _Found(found.price, found.at_open) if _fill(desk, order=order, deal=deal) else None


def _fill(desk: Desk, *, order: Order, deal: Deal) -> bool:
    """Fill an order that waited, or end it where cash or holding no longer suffice; True if it filled."""
    position = engaging.position_of(desk, order=order)
    held = position.quantity if position is not None else 0
    if order.leg:
        closes = min(deal.quantity, -held * book.sign_of(order.side))
        if closes <= 0:
            ending.end(desk, order=order, status=OrderStatus.CANCELLED, reason="POSITION_CLOSED", bar_at=deal.bar_at)
            return False
        deal = replace(deal, quantity=closes)
    elif order.product == Product.CNC and order.side == Side.SELL and held < deal.quantity:
        _refuse(desk, order=order, reason="NO_HOLDING")
        return False
    try:
        with transaction.atomic():
            filling.execute(desk, order=order, deal=deal)
    except InsufficientFunds as refusal:
        order.refresh_from_db()
        desk.ledger = wallet_services.open_ledger(user_id=order.user_id, account_id=desk.account_id)
        order.worked_until, order.refusal_details = deal.price_at, refusal.details
        _refuse(desk, order=order, reason=refusal.code)
        return False
    telling.tell(order, reason=deal.reason)
    return True


def _refuse(desk: Desk, *, order: Order, reason: str) -> None:
    """End an order that can no longer fill: what was filled of it stays."""
    order.refusal_code = reason
    status = OrderStatus.CANCELLED if order.filled_quantity else OrderStatus.REJECTED
    ending.end(desk, order=order, status=status, reason=reason)
    telling.tell(order, reason=reason)
