"""Triggers that stand for up to a year and then place a limit order. What does not belong here: what becomes of it.

A trigger is compared with each final 5-minute bar once. Of the two of a pair the first that is met places its order,
and the other one is gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from apps.core import money
from apps.core.errors import DomainError
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationKind
from apps.trading import errors
from apps.trading.constants import OPTIONS_PERMISSION
from apps.trading.enums import GttStatus, OrderType, Product, Side, Sweep, Variety
from apps.trading.models import Gtt
from apps.trading.selectors import gtt as gtt_selectors
from apps.trading.services import bars as final_bars
from apps.trading.services import checks, hours, placing, sweeping
from apps.trading.services.bars import TimedBar
from apps.trading.services.desk import Desk, open_desk
from apps.trading.services.placing import Ticket
from apps.users import selectors as users_selectors
from apps.wallet import services as wallet_services

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Trigger:
    """At which price which limit order is placed."""

    trigger_price: Decimal
    price: Decimal


@dataclass(frozen=True, slots=True)
class GttTicket:
    """What is to be placed once a trigger is met: one, or two of which the first that is met counts."""

    instrument: str
    side: str
    quantity: int
    triggers: tuple[Trigger, ...]
    product: str = ""
    days: int = 365


@transaction.atomic
def create_gtt(*, user: User, ticket: GttTicket, now: datetime) -> Gtt:
    """Let triggers stand; nothing is blocked for them.

    :raises InvalidTrigger: if one stands at the last price, or two on the same side of it
    :raises NoPrice: if the instrument has no price
    :raises ProductNotAllowed: for an option under delivery
    :raises InstrumentNotFound, InstrumentInactive, ExpiredContract: if there is no such instrument, or no more
    :raises PermissionRefused: for an option without the permission
    """
    desk = open_desk(user=user, instrument=ticket.instrument, now=now)
    is_option = desk.instrument.option is not None
    if is_option:
        users_selectors.check_permission(user=user, code=OPTIONS_PERMISSION)
    checks.check_contract(desk)
    if is_option and ticket.product == Product.CNC:
        raise errors.ProductNotAllowed("Options cannot be held for delivery.", details={"product": ticket.product})
    row = Gtt(
        user=user,
        instrument=desk.instrument.identifier,
        instrument_type=desk.instrument.type,
        side=ticket.side,
        quantity=ticket.quantity,
        product=ticket.product or desk.default_product,
        status=GttStatus.ACTIVE,
        created_market_at=now,
        expires_at=now + timedelta(days=ticket.days),
    )
    _set_triggers(row, triggers=ticket.triggers, desk=desk)
    row.save(force_insert=True)
    return row


@transaction.atomic
def modify_gtt(
    *, user: User, gtt_id: int, now: datetime, quantity: int | None = None, triggers: tuple[Trigger, ...] = ()
) -> Gtt:
    """Change the quantity or the triggers of what stands; new triggers are compared with bars that open from now on.

    :raises NotFound: if it is missing or somebody else's
    :raises OrderNotOpen: if it stands no more
    :raises InvalidTrigger: if one stands at the last price, or two on the same side of it
    :raises NoPrice: if the instrument has no price
    """
    wallet_services.open_ledger(user_id=user.pk)
    row = _lock_standing(user, gtt_id=gtt_id)
    if quantity is not None:
        row.quantity = quantity
    if triggers:
        _set_triggers(row, triggers=triggers, desk=open_desk(user=user, instrument=row.instrument, now=now))
    row.save()
    return row


@transaction.atomic
def cancel_gtt(*, user: User, gtt_id: int) -> Gtt:
    """Take a trigger away; an order that it has placed stays.

    :raises NotFound: if it is missing or somebody else's
    :raises OrderNotOpen: if it stands no more
    """
    wallet_services.open_ledger(user_id=user.pk)
    row = _lock_standing(user, gtt_id=gtt_id)
    row.status = GttStatus.CANCELLED
    row.save()
    return row


@transaction.atomic
def end_seen(seen: Gtt, *, reason: str) -> None:
    """Take a trigger that was seen to stand away, if it still does, and tell its user why."""
    wallet_services.open_ledger(user_id=seen.user_id)
    row = gtt_selectors.lock_gtt(user=seen.user, gtt_id=seen.pk)
    if row.status == GttStatus.ACTIVE:
        row.status, row.refusal_code = GttStatus.CANCELLED, reason
        row.save()
        _tell(row)


def work_gtts(*, now: datetime) -> int:
    """Compare every trigger that stands with the bars that are final at ``now``; count those that placed an order."""
    standing = gtt_selectors.list_active_gtts_unscoped()
    bars = final_bars.bars_for(standing, now=now, sweep=Sweep.GTTS)
    placed = 0
    for row in standing:
        with sweeping.apart(row, sweep=Sweep.GTTS):
            placed += _work(row, bars=bars[row.instrument], now=now)
    return placed


@transaction.atomic
def _work(seen: Gtt, *, bars: list[TimedBar], now: datetime) -> bool:
    new = [bar for bar in bars if seen.worked_until <= bar.opens_at and bar.closes_at <= seen.expires_at]
    if not new and now < seen.expires_at:
        return False
    wallet_services.open_ledger(user_id=seen.user_id)
    row = gtt_selectors.lock_gtt(user=seen.user, gtt_id=seen.pk)
    if row.status != GttStatus.ACTIVE:
        return False
    for bar in new:
        row.worked_until = bar.closes_at
        found = _met(row, bar=bar)
        if found is not None:
            _place(row, trigger=found, bar=bar)
            break
    if row.status == GttStatus.ACTIVE and now >= row.expires_at:
        row.status = GttStatus.EXPIRED
        _tell(row)
    row.save()
    return row.status == GttStatus.TRIGGERED


def _lock_standing(user: User, *, gtt_id: int) -> Gtt:
    row = gtt_selectors.lock_gtt(user=user, gtt_id=gtt_id)
    if row.status != GttStatus.ACTIVE:
        raise errors.OrderNotOpen("This trigger does not stand any more.", details={"status": row.status})
    return row


def _set_triggers(row: Gtt, *, triggers: tuple[Trigger, ...], desk: Desk) -> None:
    if desk.last_price is None:
        raise errors.NoPrice(details={"instrument": row.instrument})
    lower, upper = _sides(triggers, last_price=desk.last_price)
    row.last_price, row.worked_until = desk.last_price, desk.now
    row.lower_trigger, row.lower_price = (lower.trigger_price, lower.price) if lower else (None, None)
    row.upper_trigger, row.upper_price = (upper.trigger_price, upper.price) if upper else (None, None)


def _sides(triggers: tuple[Trigger, ...], *, last_price: Decimal) -> tuple[Trigger | None, Trigger | None]:
    """The trigger below the last price and the one above it."""
    below = [each for each in triggers if each.trigger_price < last_price]
    above = [each for each in triggers if each.trigger_price > last_price]
    if len(below) > 1 or len(above) > 1 or len(below) + len(above) < len(triggers):
        prices = [str(each.trigger_price) for each in triggers]
        raise errors.InvalidTrigger(
            "A trigger must lie off the last price, and two on either side of it.",
            details={"trigger_prices": prices, "last_price": str(last_price)},
        )
    return (below[0] if below else None), (above[0] if above else None)


def _met(row: Gtt, *, bar: TimedBar) -> Trigger | None:
    """The trigger that a bar meets.

    # Assumption: a bar that meets both is read pessimistically: the stop counts, which is the lower one of a sale.
    """
    low, high = money.rupees(bar.prices.low), money.rupees(bar.prices.high)
    lower = upper = None
    if row.lower_trigger is not None and row.lower_price is not None and low <= row.lower_trigger:
        lower = Trigger(row.lower_trigger, row.lower_price)
    if row.upper_trigger is not None and row.upper_price is not None and high >= row.upper_trigger:
        upper = Trigger(row.upper_trigger, row.upper_price)
    return (lower or upper) if row.side == Side.SELL else (upper or lower)


def _place(row: Gtt, *, trigger: Trigger, bar: TimedBar) -> None:
    """Place the limit order at the end of the bar, for the next session where that is the end of one."""
    is_open = hours.session_at(bar.closes_at, instrument=row.instrument).is_open
    ticket = Ticket(
        instrument=row.instrument,
        side=row.side,
        quantity=row.quantity,
        order_type=OrderType.LIMIT,
        product=row.product,
        price=trigger.price,
        variety=Variety.REGULAR if is_open else Variety.AMO,
        tag="GTT",
        # A colon: no client's own id has one.
        client_order_id=f"gtt:{row.pk}",
    )
    row.triggered_bar_at = bar.opens_at
    try:
        with transaction.atomic():
            placed = placing.submit(user=row.user, ticket=ticket, now=bar.closes_at)
    except DomainError as refusal:
        row.status, row.refusal_code = GttStatus.REJECTED, refusal.code
    else:
        row.order = placed.order
        row.status = GttStatus.TRIGGERED if placed.refusal is None else GttStatus.REJECTED
        row.refusal_code = "" if placed.refusal is None else placed.refusal.code
    _tell(row)


def _tell(row: Gtt) -> None:
    code = f" ({row.refusal_code})" if row.refusal_code else ""
    notifications_services.notify(
        user_id=row.user_id,
        title=f"GTT {row.status}: {row.instrument}",
        message=f"{row.side} {row.quantity} {row.instrument}: {row.get_status_display().lower()}{code}.",
        extra={"gtt_id": row.pk, "status": row.status, "order_id": row.order_id},
        kind=NotificationKind.ORDER,
        event_key=f"trading:gtt:{row.pk}",
    )
