"""Ending an order that waits, whoever ends it. What does not belong here: deciding that it ends."""

from __future__ import annotations

from datetime import datetime

from apps.trading.enums import OrderStatus
from apps.trading.models import Order
from apps.trading.services import accounting, journal
from apps.trading.services.desk import Desk


def end(desk: Desk, *, order: Order, status: OrderStatus, reason: str, bar_at: datetime | None = None) -> None:
    """End an order that waits, giving back the cash blocked for it."""
    if order.blocked:
        accounting.release(desk, order=order)
    journal.step(order, status=status, reason=reason, at=desk.now, bar_at=bar_at)
