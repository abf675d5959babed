"""Cancelling and modifying orders that wait, and ending them. What does not belong here: taking new ones."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core.errors import ValidationFailed
from apps.trading import errors, selectors
from apps.trading.constants import ACTIVE
from apps.trading.enums import OrderStatus, Validity
from apps.trading.models import Order
from apps.trading.services import accounting, brackets, checks, clocks, ending, engaging, journal
from apps.trading.services.desk import open_desk
from apps.wallet import services as wallet_services

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def cancel_order(*, user: User, order_id: int, now: datetime) -> Order:
    """Cancel what is left of an order and the exits that belong to it; what was filled stays.

    :raises NotFound: if it is missing or somebody else's
    :raises OrderNotOpen: if it is final
    """
    account_id = selectors.get_account_of_order(user=user, order_id=order_id)
    ledger = wallet_services.open_ledger(user_id=user.pk, account_id=account_id)
    now = clocks.moment_of(ledger.paper_account, now=now)
    order = _lock(user, order_id=order_id)
    desk = open_desk(user=user, instrument=order.instrument, now=now, profile=order.fill_profile, ledger=ledger)
    ending.end(desk, order=order, status=OrderStatus.CANCELLED, reason="CANCELLED_BY_USER")
    brackets.cancel_legs(desk, order=order)
    return order


@transaction.atomic
def cancel_all(*, user: User, now: datetime, account: int | None = None) -> list[Order]:
    """Cancel what is left of every order that waits of an account, by default that for practice, oldest first.

    :raises NotFound: if there is no such account of the user's
    """
    ledger = wallet_services.open_ledger(user_id=user.pk, account_id=account)
    now = clocks.moment_of(ledger.paper_account, now=now)
    orders = selectors.lock_active_orders(user=user, account_id=ledger.paper_account.pk)
    for order in orders:
        desk = open_desk(user=user, instrument=order.instrument, now=now, profile=order.fill_profile, ledger=ledger)
        ending.end(desk, order=order, status=OrderStatus.CANCELLED, reason="CANCELLED_BY_USER")
    return orders


@transaction.atomic
def modify_order(*, user: User, order_id: int, now: datetime, **values: object) -> Order:
    """Change quantity, price, trigger or validity of an order that waits; it fills at once where it now can.

    A refused change leaves the order as it was.

    :raises NotFound: if it is missing or somebody else's
    :raises OrderNotOpen: if it is final
    :raises ValidationFailed: if nothing is named, the order has no such price, or the quantity is not above what was
        filled
    :raises NothingToClose: if it is an exit of more than is held
    :raises OrderRefused, InsufficientFunds: if a check fails
    """
    account_id = selectors.get_account_of_order(user=user, order_id=order_id)
    ledger = wallet_services.open_ledger(user_id=user.pk, account_id=account_id)
    now = clocks.moment_of(ledger.paper_account, now=now)
    order = _lock(user, order_id=order_id)
    if not values:
        raise ValidationFailed("Say what is to be changed.")
    _set(order, values=values)
    desk = open_desk(user=user, instrument=order.instrument, now=now, profile=order.fill_profile, ledger=ledger)
    if order.blocked:
        accounting.release(desk, order=order)
    position = engaging.position_of(desk, order=order)
    if order.leg:
        brackets.check_reduces(order, position=position)
    checks.check(desk, order=order, position=position)
    made = engaging.plan(desk, order=order, position=position)
    engaging.check_funds(desk, made=made)
    # What is due for a later moment, an order for the next session, stays so.
    order.worked_until = max(order.worked_until, now)
    journal.step(order, status=OrderStatus(order.status), reason="MODIFIED_BY_USER", at=now)
    engaging.engage(desk, order=order, made=made)
    return order


def _lock(user: User, *, order_id: int) -> Order:
    order = selectors.lock_order(user=user, order_id=order_id)
    if order.status not in ACTIVE:
        raise errors.OrderNotOpen(details={"status": order.status})
    return order


def _set(order: Order, *, values: dict[str, object]) -> None:
    for name in ("price", "trigger_price"):
        if name in values and getattr(order, name) is None:
            raise ValidationFailed.field(name, f"A {order.order_type} order has none.")
    if order.leg and "quantity" in values:
        raise ValidationFailed.field("quantity", "An exit has the quantity of what it closes.")
    quantity = values.get("quantity", order.quantity)
    if not isinstance(quantity, int | Decimal) or quantity <= order.filled_quantity:
        raise ValidationFailed.field("quantity", f"More than {order.filled_quantity} is filled already.")
    for name, value in values.items():
        setattr(order, name, value)
    if order.validity != Validity.TTL:
        order.validity_minutes = None
    elif order.validity_minutes is None:
        raise ValidationFailed.field("validity_minutes", "A TTL order needs validity_minutes.")
