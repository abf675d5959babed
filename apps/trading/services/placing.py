"""Taking an order: once for each client's id, checked, filled or kept waiting; and saying beforehand what it would do.

What does not belong here: changes of an order, later bars.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import uuid4

import orjson
from django.db import transaction

from apps.core.errors import DomainError, IdempotencyConflict
from apps.trading import errors, selectors
from apps.trading.constants import ESTIMATE, OPTIONS_PERMISSION, ZERO
from apps.trading.enums import Leg, OrderStatus, OrderType, Purpose, TrailingUnit, Validity, Variety
from apps.trading.models import Order
from apps.trading.services import brackets, checks, clocks, engaging, journal, slicing, trailing
from apps.trading.services.desk import Desk, open_desk
from apps.users import selectors as users_selectors
from apps.wallet import services as wallet_services
from apps.wallet.errors import InsufficientFunds
from apps.wallet.services import Ledger

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is asked for. Without a product shares are held for delivery and options carried overnight.

    ``target`` to ``stoploss_price`` are the exits of a bracket, or of what is held already (variety oco); ``trailing``
    is the distance of a stop that follows the price: of the bracket's, or of the order itself. ``autoslice``: what is
    above the freeze quantity is cut into several orders.
    """

    instrument: str
    side: str
    quantity: int
    order_type: str = OrderType.MARKET
    product: str = ""
    price: Decimal | None = None
    trigger_price: Decimal | None = None
    validity: str = Validity.DAY
    validity_minutes: int | None = None
    variety: str = Variety.REGULAR
    target: Decimal | None = None
    stoploss: Decimal | None = None
    stoploss_price: Decimal | None = None
    trailing: Decimal | None = None
    trailing_unit: str = TrailingUnit.POINTS
    tag: str = ""
    client_order_id: str = ""
    account: int | None = None
    autoslice: bool = False


@dataclass(frozen=True, slots=True)
class Placed:
    """An order, and whether it is new; ``refusal`` is why a new one was rejected."""

    order: Order
    is_new: bool
    refusal: DomainError | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an order would do now, without doing it; ``refusal`` is why it would be rejected."""

    profile: str
    product: str
    last_price: Decimal | None
    made: engaging.Plan
    cash: Decimal
    refusal: DomainError | None
    basis: str = ESTIMATE

    @property
    def cash_after(self) -> Decimal:
        """The free cash that would be left."""
        return self.cash - self.made.needed


def place_order(*, user: User, ticket: Ticket, now: datetime, purpose: Purpose = Purpose.USER) -> Placed:
    """Take an order and fill it if it can fill now; the same client's id again is the same order.

    A refused order is stored as REJECTED before the refusal is raised.

    :raises OrderRefused, InsufficientFunds: if a check fails
    :raises IdempotencyConflict: if the client's id was used for another order
    :raises NothingToClose: if it was to close what is not there any more
    :raises InstrumentNotFound: if there is no such instrument
    :raises PermissionRefused: for an option without the permission
    """
    placed = submit(user=user, ticket=ticket, now=now, purpose=purpose)
    if placed.refusal is not None:
        raise placed.refusal
    return placed


@transaction.atomic
def submit(*, user: User, ticket: Ticket, now: datetime, purpose: Purpose = Purpose.USER) -> Placed:
    """:func:`place_order`, with a refusal in the answer instead of raised."""
    ledger = wallet_services.open_ledger(user_id=user.pk, account_id=ticket.account)
    now = clocks.moment_of(ledger.paper_account, now=now)
    digest = _digest(ticket)
    if ticket.client_order_id:
        known = selectors.find_order_unscoped(user_id=user.pk, client_order_id=ticket.client_order_id)
        if known is not None:
            if known.payload_hash != digest:
                raise IdempotencyConflict("This client_order_id was used for a different order.")
            return Placed(known, is_new=False)
    desk = _desk(user, ticket=ticket, now=now, ledger=ledger)
    order = _order(desk, ticket=ticket, digest=digest, purpose=purpose)
    sizes = slicing.sizes_of(desk, order=order) if ticket.autoslice else []
    return _take_slices(desk, whole=order, ticket=ticket, sizes=sizes) if len(sizes) > 1 else _take(desk, order=order)


def _take(desk: Desk, *, order: Order) -> Placed:
    """Check an order, and fill it, let it wait, or store it as refused."""
    position = engaging.position_of(desk, order=order)
    if order.purpose == Purpose.CLOSE or order.leg:
        brackets.check_reduces(order, position=position)
    try:
        checks.check(desk, order=order, position=position)
        made = engaging.plan(desk, order=order, position=position)
        engaging.check_funds(desk, made=made)
    except (errors.OrderRefused, InsufficientFunds) as refusal:
        return Placed(_rejected(order, refusal=refusal), is_new=True, refusal=refusal)
    order.status = engaging.first_status(order)
    engaging.engage(desk, order=order, made=made, position=position)
    if order.leg:
        brackets.begin_stop(desk, order=order)
    return Placed(order, is_new=True)


def _take_slices(desk: Desk, *, whole: Order, ticket: Ticket, sizes: list[int]) -> Placed:
    """Take an order in slices, each an order of its own; the others follow the first, which bears the client's id.

    All or none: where one is refused, the whole is, and leaves one row.
    """
    try:
        with transaction.atomic():
            checks.check(desk, order=whole, position=engaging.position_of(desk, order=whole), is_sliced=True)
            first = _taken(desk, ticket=replace(ticket, quantity=sizes[0]), digest=whole.payload_hash)
            for number, size in enumerate(sizes[1:], start=2):
                part = replace(ticket, quantity=size, client_order_id=f"slice:{first.pk}:{number}")
                _taken(desk, ticket=part, digest="", parent=first)
    except (errors.OrderRefused, InsufficientFunds) as refusal:
        # What the slices before it moved is undone.
        desk.ledger = wallet_services.open_ledger(user_id=desk.user.pk, account_id=desk.account_id)
        return Placed(_rejected(whole, refusal=refusal), is_new=True, refusal=refusal)
    return Placed(first, is_new=True)


def _taken(desk: Desk, *, ticket: Ticket, digest: str, parent: Order | None = None) -> Order:
    order = _order(desk, ticket=ticket, digest=digest, purpose=Purpose.USER)
    order.parent = parent
    placed = _take(desk, order=order)
    if placed.refusal is not None:
        raise placed.refusal
    return placed.order


@transaction.atomic
def preview_order(*, user: User, ticket: Ticket, now: datetime) -> Preview:
    """What an order would cost and leave, with the refusal it would meet; nothing is stored.

    :raises InstrumentNotFound: if there is no such instrument
    :raises PermissionRefused: for an option without the permission
    """
    ledger = wallet_services.open_ledger(user_id=user.pk, account_id=ticket.account)
    desk = _desk(user, ticket=ticket, now=clocks.moment_of(ledger.paper_account, now=now), ledger=ledger)
    order = _order(desk, ticket=ticket, digest="", purpose=Purpose.USER)
    position = engaging.position_of(desk, order=order)
    sizes = slicing.sizes_of(desk, order=order) if ticket.autoslice else [order.quantity]
    made = engaging.plan(desk, order=order, position=position)
    if len(sizes) > 1:
        made = _in_slices(desk, made=made, slices=[replace(ticket, quantity=size) for size in sizes])
    refusal: DomainError | None = None
    try:
        checks.check(desk, order=order, position=position, is_sliced=len(sizes) > 1)
        engaging.check_funds(desk, made=made)
    except (errors.OrderRefused, InsufficientFunds) as e:
        refusal = e
    return Preview(desk.profile, order.product, desk.last_price, made, desk.cash, refusal)


def _in_slices(desk: Desk, *, made: engaging.Plan, slices: list[Ticket]) -> engaging.Plan:
    """The plan of an order whose slices are charged one by one."""
    orders = [_order(desk, ticket=each, digest="", purpose=Purpose.USER) for each in slices]
    charges = sum((engaging.plan(desk, order=each, position=None).charges for each in orders), ZERO)
    return replace(made, charges=charges, needed=max(made.needed + charges - made.charges, ZERO))


def _desk(user: User, *, ticket: Ticket, now: datetime, ledger: Ledger) -> Desk:
    desk = open_desk(user=user, instrument=ticket.instrument, now=now, ledger=ledger)
    if desk.instrument.option is not None:
        users_selectors.check_permission(user=user, code=OPTIONS_PERMISSION)
    return desk


def _order(desk: Desk, *, ticket: Ticket, digest: str, purpose: Purpose) -> Order:
    is_pair = ticket.variety == Variety.OCO
    order = Order(
        user=desk.user,
        paper_account_id=desk.account_id,
        client_order_id=ticket.client_order_id or str(uuid4()),
        payload_hash=digest,
        instrument=desk.instrument.identifier,
        instrument_type=desk.instrument.type,
        side=ticket.side,
        quantity=ticket.quantity,
        product=ticket.product or desk.default_product,
        order_type=OrderType.LIMIT if is_pair else ticket.order_type,
        price=ticket.target if is_pair else ticket.price,
        trigger_price=ticket.trigger_price,
        validity=ticket.validity,
        validity_minutes=ticket.validity_minutes,
        variety=ticket.variety,
        leg=Leg.TARGET if is_pair else "",
        target=ticket.target,
        stoploss=ticket.stoploss,
        stoploss_price=ticket.stoploss_price,
        trailing=ticket.trailing,
        trailing_unit="" if ticket.trailing is None else ticket.trailing_unit,
        tag=ticket.tag,
        purpose=purpose,
        fill_profile=desk.profile,
        accepted_market_at=desk.now,
        worked_until=desk.now,
        valid_until=desk.now,
    )
    if order.variety == Variety.REGULAR:
        trailing.begin(order, last_price=desk.last_price)
    return order


def _rejected(order: Order, *, refusal: DomainError) -> Order:
    order.refusal_code, order.refusal_details = refusal.code, refusal.details
    journal.begin(order, status=OrderStatus.REJECTED, reason=refusal.code)
    refusal.details = {**refusal.details, "order_id": order.pk}
    return order


def _digest(ticket: Ticket) -> str:
    """What the order is, so that another one under the same client's id is noticed."""
    later = ("account", "autoslice")
    parts = {name: str(value) for name, value in asdict(ticket).items() if name not in later or value}
    return hashlib.sha256(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS)).hexdigest()
