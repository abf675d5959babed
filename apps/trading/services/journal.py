"""Orders from state to state, each step an event. What does not belong here: why a step is taken."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NotRequired, TypedDict, Unpack

from apps.core import clock, errors, statements
from apps.trading.enums import OrderStatus
from apps.trading.models import Order, OrderEvent
from apps.trading.services import pages

ACCEPTED = "ACCEPTED"
CHANGING = (
    "quantity",
    "price",
    "trigger_price",
    "validity",
    "validity_minutes",
    "status",
    "is_triggered",
    "filled_quantity",
    "filled_value",
    "charges",
    "blocked",
    "refusal_code",
    "refusal_details",
    "trail_extreme",
    "worked_until",
    "valid_until",
    "updated_at",
)


class Told(TypedDict):
    """Why and when a step is taken, on which bar, and the figures that explain it."""

    reason: str
    at: datetime
    bar_at: NotRequired[datetime | None]
    details: NotRequired[Mapping[str, object]]


def begin(order: Order, *, status: OrderStatus, reason: str) -> None:
    """Store a new order with its first event."""
    order.status = status
    statements.insert(order)
    statements.write([_first_event(order, status=status, reason=reason)])
    pages.tell_order(order, reason=reason)


def step(order: Order, *, status: OrderStatus, **told: Unpack[Told]) -> None:
    """Store an order in its next state with the event that led there.

    :raises Conflict: if somebody else changed it since it was read
    """
    statements.write(advance(order, status=status, **told))


def advance(order: Order, *, status: OrderStatus, **told: Unpack[Told]) -> list[OrderEvent]:
    """:func:`step`, with the events left to the caller to store.

    There are two for an order that was accepted, in the state that it has, but not stored yet.

    :raises Conflict: if somebody else changed it since it was read
    """
    before, order.status = order.status, status
    event = _event(order, before=before, after=status, told=told)
    if order.is_stored:
        save(order)
        pages.tell_order(order, reason=told["reason"])
        return [event]
    order.version += 1
    statements.insert(order)
    pages.tell_order(order, reason=told["reason"])
    event.order_id = order.pk
    return [_first_event(order, status=before, reason=ACCEPTED), event]


def save(order: Order) -> None:
    """Store what changed of an order.

    :raises Conflict: if somebody else changed it since it was read
    """
    rows = Order.objects.unscoped().filter(pk=order.pk, version=order.version)
    order.version += 1
    # An update of rows does not set it by itself.
    order.updated_at = clock.now()
    values = {name: getattr(order, name) for name in CHANGING}
    if not rows.update(**values, version=order.version):
        raise errors.Conflict


def _first_event(order: Order, *, status: str, reason: str) -> OrderEvent:
    return _event(order, before="", after=status, told={"reason": reason, "at": order.accepted_market_at})


def _event(order: Order, *, before: str, after: str, told: Told) -> OrderEvent:
    return OrderEvent(
        user_id=order.user_id,
        order_id=order.pk,
        from_status=before,
        to_status=after,
        reason=told["reason"],
        market_at=told["at"],
        bar_at=told.get("bar_at"),
        details=dict(told.get("details", {})),
    )
