"""What users are told of orders that others than they themselves moved. What does not belong here: moving them."""

from __future__ import annotations

from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationKind, NotificationType
from apps.trading.enums import OrderStatus
from apps.trading.models import Order

WORDS = {
    OrderStatus.COMPLETE: "filled",
    OrderStatus.PARTIAL: "filled in part",
    OrderStatus.REJECTED: "rejected",
    OrderStatus.EXPIRED: "expired",
    OrderStatus.CANCELLED: "cancelled",
}


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
