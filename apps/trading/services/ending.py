"""Ending an order that waits, whoever ends it. What does not belong here: deciding that it ends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from apps.trading import selectors
from apps.trading.constants import ACTIVE
from apps.trading.enums import OrderStatus
from apps.trading.models import Order
from apps.trading.services import accounting, journal, telling
from apps.trading.services.desk import Desk, open_desk


def end(desk: Desk, *, order: Order, status: OrderStatus, reason: str, bar_at: datetime | None = None) -> None:
    """End an order that waits, giving back the cash blocked for it."""
    if order.blocked:
        accounting.release(desk, order=order)
    journal.step(order, status=status, reason=reason, at=desk.now, bar_at=bar_at)


@transaction.atomic
def end_seen(seen: Order, *, now: datetime, status: OrderStatus, reason: str) -> None:
    """End an order that was seen to wait, if it still does, and tell its user."""
    desk = open_desk(
        user=seen.user, instrument=seen.instrument, now=now, profile=seen.fill_profile, account_id=seen.paper_account_id
    )
    order = selectors.lock_order_unscoped(order_id=seen.pk)
    if order.status in ACTIVE:
        end(desk, order=order, status=status, reason=reason)
        telling.tell(order, reason=reason)
