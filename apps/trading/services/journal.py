"""Orders from state to state, each step an event. What does not belong here: why a step is taken."""

from __future__ import annotations

from datetime import datetime

from apps.core import errors, statements
from apps.trading.enums import OrderStatus
from apps.trading.models import Order, OrderEvent

ACCEPTED = "ACCEPTED"
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
    statements.insert(order)
    statements.write([_first_event(order, status=status, reason=reason)])


def step(order: Order, *, status: OrderStatus, reason: str, at: datetime, bar_at: datetime | None = None) -> None:
    """Store an order in its next state with the event that led there.

    :raises Conflict: if somebody else changed it since it was read
    """
    statements.write(advance(order, status=status, reason=reason, at=at, bar_at=bar_at))


def advance(
    order: Order, *, status: OrderStatus, reason: str, at: datetime, bar_at: datetime | None = None
) -> list[OrderEvent]:
    """:func:`step`, with the events left to the caller to store.

    There are two for an order that was accepted, in the state that it has, but not stored yet.

    :raises Conflict: if somebody else changed it since it was read
    """
    before, order.status = order.status, status
    event = _event(order, before=before, after=status, reason=reason, at=at, bar_at=bar_at)
    if order.is_stored:
        save(order)
        return [event]
    order.version += 1
    statements.insert(order)
    event.order_id = order.pk
    return [_first_event(order, status=before, reason=ACCEPTED), event]


def save(order: Order) -> None:
    """Store what changed of an order.

    :raises Conflict: if somebody else changed it since it was read
    """
    rows = Order.objects.unscoped().filter(pk=order.pk, version=order.version)
    order.version += 1
    values = {name: getattr(order, name) for name in CHANGING}
    if not rows.update(**values, version=order.version):
        raise errors.Conflict


def _first_event(order: Order, *, status: str, reason: str) -> OrderEvent:
    return _event(order, before="", after=status, reason=reason, at=order.accepted_market_at, bar_at=None)


def _event(order: Order, *, before: str, after: str, reason: str, at: datetime, bar_at: datetime | None) -> OrderEvent:
    return OrderEvent(
        user_id=order.user_id,
        order_id=order.pk,
        from_status=before,
        to_status=after,
        reason=reason,
        market_at=at,
        bar_at=bar_at,
    )
