"""What users are told of orders that others than they themselves moved. What does not belong here: moving them."""

from __future__ import annotations

from datetime import datetime

from apps.core import clock
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationKind, NotificationType
from apps.trading.constants import BAR
from apps.trading.enums import OrderStatus
from apps.trading.models import Order

WORDS = {
    OrderStatus.COMPLETE: "filled",
    OrderStatus.PARTIAL: "filled in part",
    OrderStatus.REJECTED: "rejected",
    OrderStatus.EXPIRED: "expired",
    OrderStatus.CANCELLED: "cancelled",
}

# Assumption: what was due more than a bar ago was due while no worker ran.
LATE = BAR


def tell(order: Order, *, reason: str) -> None:
    """Tell the user where the order stands, once for each step."""
    word = WORDS[OrderStatus(order.status)]
    is_bad = order.status == OrderStatus.REJECTED
    at = f" at {order.average_price}" if order.average_price is not None else ""
    notifications_services.notify(
        user_id=order.user_id,
        title=f"Order {word}: {order.instrument}",
        message=f"{order.side} {order.filled_quantity} of {order.quantity} {order.instrument}{at} ({reason}).",
        type=NotificationType.WARNING if is_bad else NotificationType.INFO,
        extra={"order_id": order.pk, "status": order.status, "reason": reason},
        kind=NotificationKind.ORDER,
        event_key=f"trading:order:{order.pk}:{order.version}",
    )


def tell_recovery(*, user_id: int, due: datetime, now: datetime) -> None:
    """Tell a user, once for each moment, that what was due then was done late."""
    if now - due <= LATE:
        return
    at = due.astimezone(clock.IST).strftime("%d %b %Y %H:%M")
    notifications_services.notify(
        user_id=user_id,
        title="Caught up after an interruption",
        message=f"Positions that were due on {at} were closed or settled late, as of that moment (RESTART_RECOVERY).",
        extra={"reason": "RESTART_RECOVERY", "due_at": due.isoformat(), "done_at": now.isoformat()},
        event_key=f"trading:recovery:{due.isoformat()}",
    )
