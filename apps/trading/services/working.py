"""Orders that wait, worked on each final 5-minute bar once, in the order they came.

A bar counts if it opens at or after the order was taken. ``worked_until`` is stored with what the bar did, so that a
worker that dies between two bars, or two workers at once, neither lose a bar nor use one twice.
What does not belong here: square-off and expiry (due).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from apps.trading import selectors
from apps.trading.enums import OrderStatus, Product, Sweep
from apps.trading.models import Order
from apps.trading.services import bar_step, ending, engaging, hours, journal, sweeping, telling
from apps.trading.services import bars as final_bars
from apps.trading.services.bars import TimedBar
from apps.trading.services.desk import Desk, open_desk


def work_orders(*, now: datetime, replay: int | None = None) -> int:
    """Work every order that waits on the bars that are final at ``now``; count those that something happened to.

    ``replay``: those of the account that a market is replayed for alone, else all on the market's clock.
    """
    waiting = selectors.list_active_orders_unscoped(replay=replay)
    bars = final_bars.bars_for(waiting, now=now, sweep=Sweep.ORDERS)
    families: dict[int, list[Order]] = {}
    for order in waiting:
        families.setdefault(order.parent_id or order.pk, []).append(order)
    changed = 0
    for seen in families.values():
        with sweeping.apart(seen[0], sweep=Sweep.ORDERS):
            changed += _work(seen, bars=bars[seen[0].instrument], now=now)
    return changed


@transaction.atomic
def _work(seen: list[Order], *, bars: list[TimedBar], now: datetime) -> int:
    """Work an order and its exits, bar by bar, on what is new to them; count those that changed."""
    first = seen[0]
    new = [bar for bar in bars if bar.opens_at >= min(order.worked_until for order in seen)]
    if not new and now < min(_next_step_at(order) for order in seen):
        return 0
    desk = open_desk(
        user=first.user,
        instrument=first.instrument,
        now=now,
        profile=first.fill_profile,
        account_id=first.paper_account_id,
    )
    orders = selectors.lock_family_unscoped(head_id=first.parent_id or first.pk)
    before = {order.pk: order.version for order in orders}
    for order in orders:
        if order.status == OrderStatus.AMO_QUEUED and now >= order.worked_until:
            status = engaging.waiting_status(order)
            journal.step(order, status=status, reason="SESSION_OPENED", at=order.worked_until)
    for bar in new:
        desk.now = bar.closes_at
        orders = bar_step.work(desk, orders=orders, bar=bar)
    for order in orders:
        if now >= order.valid_until:
            _end(desk, order=order)
        elif new:
            journal.save(order)
    return selectors.count_changed_unscoped(versions=before)


def _next_step_at(order: Order) -> datetime:
    """When something happens to an order without a bar: its session opens, or it is over."""
    return order.worked_until if order.status == OrderStatus.AMO_QUEUED else order.valid_until


def _end(desk: Desk, *, order: Order) -> None:
    """End an order that has waited as long as it may."""
    desk.now = order.valid_until
    minutes, status, reason = order.validity_minutes, OrderStatus.EXPIRED, "SESSION_ENDED"
    if minutes is not None and order.valid_until == order.accepted_market_at + timedelta(minutes=minutes):
        reason = "TTL_ENDED"
    elif order.product == Product.MIS and hours.session_at(order.valid_until, instrument=order.instrument).is_open:
        status, reason = OrderStatus.CANCELLED, "AUTO_SQUAREOFF"
    ending.end(desk, order=order, status=status, reason=reason)
    telling.tell(order, reason=reason)
