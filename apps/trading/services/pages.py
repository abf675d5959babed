"""Events of orders and positions for open pages. What does not belong here: notifications (telling), any change."""

from __future__ import annotations

from apps.core import events
from apps.trading.models import Order, Position


def tell_order(order: Order, *, reason: str) -> None:
    """Tell the open pages of an order's user the step it took."""
    payload = {
        "id": order.pk,
        "instrument": order.instrument,
        "status": str(order.status),
        "filled_quantity": order.filled_quantity,
        "quantity": order.quantity,
        "reason": reason,
    }
    events.publish(user_id=order.user_id, kind=events.EventKind.ORDER, payload=payload)


def tell_position(position: Position) -> None:
    """Tell the open pages of a position's user what a fill made of it."""
    # A new one does not know its key; instrument and product name it as well.
    payload = {"instrument": position.instrument, "product": str(position.product), "quantity": position.quantity}
    events.publish(user_id=position.user_id, kind=events.EventKind.POSITION, payload=payload)
