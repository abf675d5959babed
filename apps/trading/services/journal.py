"""Orders from state to state, each step an event. What does not belong here: why a step is taken."""

from __future__ import annotations

from datetime import datetime

from apps.core import errors
from apps.trading.enums import OrderStatus
from apps.trading.models import Order, OrderEvent

CHANGING = (
    "quantity",
    "price",
    "trigger_price",
    "validity",
    "status",
    "is_triggered",
    "filled_quantity",
    "filled_value",
    "charges",
    "blocked",
    "refusal_code",
    "refusal_details",
    "worked_until",
    "valid_until",
)


def begin(order: Order, *, status: OrderStatus, reason: str) -> None:
    """Store a new order with its first event."""
    order.status = status
    order.save(force_insert=True)
    _event(order, before="", reason=reason, at=order.accepted_market_at, bar_at=None)


def step(order: Order, *, status: OrderStatus, reason: str, at: datetime, bar_at: datetime | None = None) -> None:
    """Store an order in its next state with the event that led there.

    :raises Conflict: if somebody else changed it since it was read
    """
    before, order.status = order.status, status
    save(order)
    _event(order, before=before, reason=reason, at=at, bar_at=bar_at)


def save(order: Order) -> None:
    """Store what changed of an order.

    :raises Conflict: if somebody else changed it since it was read
    """
    rows = Order.objects.unscoped().filter(pk=order.pk, version=order.version)
    order.version += 1
    values = {name: getattr(order, name) for name in CHANGING}
    if not rows.update(**values, version=order.version):
        raise errors.Conflict


def _event(order: Order, *, before: str, reason: str, at: datetime, bar_at: datetime | None) -> None:
    OrderEvent.objects.create(
        user_id=order.user_id,
        order=order,
        from_status=before,
        to_status=order.status,
        reason=reason,
        market_at=at,
        bar_at=bar_at,
    )
