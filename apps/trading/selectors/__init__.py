"""Every read of orders, fills and positions. What does not belong here: prices, writes."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from apps.core import configuration, errors
from apps.core.statements import Select, Slot
from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from apps.trading.constants import ACTIVE, ZERO
from apps.trading.enums import FillProfile, HeldOrdering, OrderOrdering, Product, Side
from apps.trading.models import Fill, Order, OrderEvent, Position, PositionEvent, TradingAccount, UnderlyingMargin
from apps.trading.selectors.ordering import columns_of
from apps.wallet import selectors as wallet_selectors
from apps.wallet.enums import PaperAccountKind

if TYPE_CHECKING:
    from apps.users.models import User


OWNER = Slot("user_id")
# What every order asks.
ORDER_BY_CLIENT_ID = Select(lambda: Order.objects.for_user(OWNER).filter(client_order_id=Slot("client_order_id")))
POSITION = Select(
    lambda: (
        Position.objects.for_user(OWNER)
        .select_for_update(no_key=True)
        .filter(paper_account_id=Slot("account_id"), instrument=Slot("instrument"), product=Slot("product"))
    )
)
TRADING_ACCOUNT = Select(lambda: TradingAccount.objects.for_user(OWNER).filter(paper_account_id=Slot("account_id")))


def list_orders(
    *,
    user: User,
    account: int | None = None,
    search: str = "",
    ordering: str = OrderOrdering.CREATED_DESC,
    **wanted: str,
) -> QuerySet[Order]:
    """The orders of an account of the user's, by default that for practice, newest first.

    ``search`` looks into the instrument; ``wanted``: status, instrument, product, client_order_id. An empty one does
    not count.

    :raises NotFound: if there is no such account of the user's
    """
    wallet_selectors.get_chosen_account(user=user, account=account)
    given = {name: value for name, value in {**wanted, "instrument__icontains": search}.items() if value}
    rows = Order.objects.for_user(user).filter(_of_account(account), **given)
    return rows.order_by(*columns_of(ordering))


def list_trades(
    *,
    user: User,
    account: int | None = None,
    ordering: str = HeldOrdering.CREATED,
    search: str = "",
    instrument: str = "",
    trade_type: str = "",
) -> QuerySet[Any]:
    """The closed round trips of an account of the user's, by default those of practice, in the order they were made.

    ``search`` looks into the instrument; an empty text does not count.

    :raises NotFound: if there is no such account of the user's
    """
    wallet_selectors.get_chosen_account(user=user, account=account)
    wanted = {
        "instrument_identifier__icontains": search,
        "instrument_identifier": instrument,
        "trade_type": trade_type,
    }
    given = {name: value for name, value in wanted.items() if value}
    rows = market_selectors.list_round_trips(user=user, account_id=account).filter(**given)
    return rows.order_by(*columns_of(ordering, instrument="instrument_identifier"))


def get_order(*, user: User, order_id: int) -> Order:
    """One of the user's orders with its events, fills and exits.

    :raises NotFound: if it is missing or somebody else's
    """
    events = Prefetch("events", queryset=OrderEvent.objects.for_user(user).order_by("id"))
    fills = Prefetch("fills", queryset=Fill.objects.for_user(user).order_by("seq"))
    legs = Prefetch("legs", queryset=Order.objects.for_user(user).order_by("id"))
    return errors.found(Order.objects.for_user(user).filter(pk=order_id).prefetch_related(events, fills, legs).first())


def get_account_of_order(*, user: User, order_id: int) -> int:
    """The paper account of one of the user's orders.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(
        Order.objects.for_user(user).filter(pk=order_id).values_list("paper_account_id", flat=True).first()
    )


def lock_order(*, user: User, order_id: int) -> Order:
    """One of the user's orders, locked until the transaction ends.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(Order.objects.for_user(user).select_for_update(no_key=True).filter(pk=order_id).first())


def lock_active_orders(*, user: User, account_id: int) -> list[Order]:
    """Every order of an account's that waits, oldest first, locked until the transaction ends."""
    rows = Order.objects.for_user(user).select_for_update(no_key=True)
    return list(rows.filter(paper_account_id=account_id, status__in=ACTIVE).order_by("id"))


def lock_order_unscoped(*, order_id: int) -> Order:
    """An order, locked until the transaction ends."""
    return Order.objects.unscoped().select_for_update(no_key=True).get(pk=order_id)


def lock_legs_unscoped(*, order: Order) -> list[Order]:
    """Every exit that an order began, final ones too, locked until the transaction ends."""
    rows = Order.objects.unscoped().select_for_update(no_key=True).filter(parent_id=order.pk)
    return list(rows.order_by("id"))


def lock_family_unscoped(*, head_id: int) -> list[Order]:
    """What waits of an order and its exits, oldest first, locked until the transaction ends."""
    rows = Order.objects.unscoped().select_for_update(no_key=True)
    return list(rows.filter(Q(pk=head_id) | Q(parent_id=head_id), status__in=ACTIVE).order_by("id"))


def lock_relatives_unscoped(*, order: Order) -> list[Order]:
    """What waits beside an exit: the other one, and what is left of their entry."""
    found = lock_family_unscoped(head_id=order.parent_id or order.pk)
    return [each for each in found if each.pk != order.pk]


def lock_exits_unscoped(*, account_id: int, instrument: str, product: str, besides: int | None) -> list[Order]:
    """Every exit that waits for a position, and what is left of their entries; one order apart."""
    rows = Order.objects.unscoped().filter(paper_account_id=account_id, instrument=instrument, product=product)
    exits = rows.filter(status__in=ACTIVE).exclude(leg="")
    wanted = rows.filter(Q(pk__in=exits.values("pk")) | Q(pk__in=exits.values("parent_id")), status__in=ACTIVE)
    return list(wanted.select_for_update(no_key=True).exclude(pk=besides or 0).order_by("id"))


def count_changed_unscoped(*, versions: dict[int, int]) -> int:
    """How many of some orders are of another version than is said."""
    now = Order.objects.unscoped().filter(pk__in=versions).values_list("pk", "version")
    return sum(versions[pk] != version for pk, version in now)


def count_fills_unscoped(*, order_id: int) -> int:
    """How often an order was filled."""
    return Fill.objects.unscoped().filter(order_id=order_id).count()


def find_order_unscoped(*, user_id: int, client_order_id: str) -> Order | None:
    """The user's order of a client's id, or None."""
    return ORDER_BY_CLIENT_ID.find(user_id=user_id, client_order_id=client_order_id)


def list_active_orders_unscoped(*, replay: int | None = None) -> list[Order]:
    """Every order that waits on the market's clock, or those of one replayed account, oldest first."""
    rows = Order.objects.unscoped().filter(_on_clock(replay), status__in=ACTIVE)
    return list(rows.select_related("user").order_by("id"))


def count_pending_sales(*, user: User, account_id: int, instrument: str, besides: int | None) -> int:
    """How much of an instrument waits to be sold for delivery; exits, which end with what they sell, apart."""
    rows = Order.objects.for_user(user).filter(
        paper_account_id=account_id,
        instrument=instrument,
        product=Product.CNC,
        side=Side.SELL,
        status__in=ACTIVE,
        leg="",
    )
    sums = rows.exclude(pk=besides or 0).aggregate(
        pending=Coalesce(Sum("quantity"), 0), filled=Coalesce(Sum("filled_quantity"), 0)
    )
    return int(sums["pending"]) - int(sums["filled"])


def list_positions(*, user: User, account_id: int | None = None, search: str = "", **wanted: str) -> QuerySet[Position]:
    """The positions of an account of the user's, by default that for practice, oldest first; flat ones among them.

    ``search`` looks into the instrument; ``wanted``: instrument, product. An empty one does not count.
    """
    given = {name: value for name, value in {**wanted, "instrument__icontains": search}.items() if value}
    return Position.objects.for_user(user).filter(_of_account(account_id), **given).order_by("id")


def get_position(*, user: User, position_id: int) -> Position:
    """One of the user's positions.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(Position.objects.for_user(user).filter(pk=position_id).first())


def lock_position(*, user: User, account_id: int, instrument: str, product: str) -> Position | None:
    """An account's position in an instrument under a product, locked until the transaction ends, or None."""
    return POSITION.find(user_id=user.pk, account_id=account_id, instrument=instrument, product=product)


def list_positions_in_options(*, user: User, account_id: int, underlying: str) -> QuerySet[Position]:
    """An account's open positions in options on an underlying."""
    rows = Position.objects.for_user(user).filter(paper_account_id=account_id, instrument_type=InstrumentType.OPTION)
    return rows.filter(instrument__startswith=f"{underlying}-").exclude(quantity=0).order_by("id")


def find_underlying_margin(*, user: User, account_id: int, underlying: str) -> UnderlyingMargin | None:
    """What is blocked for an account's options on an underlying, or None where nothing ever was."""
    return UnderlyingMargin.objects.for_user(user).filter(paper_account_id=account_id, underlying=underlying).first()


def list_underlying_margins(*, user: User, account_id: int | None = None) -> QuerySet[UnderlyingMargin]:
    """What the options of an account, by default that for practice, need, or lack, by underlying."""
    rows = UnderlyingMargin.objects.for_user(user).filter(_of_account(account_id))
    return rows.exclude(blocked=0, scan=0, exposure=0, expiry_day=0, calendar=0).order_by("underlying")


def sum_blocked_for_orders(*, user: User, account_id: int | None = None) -> Decimal:
    """The cash blocked for the orders that wait of an account, by default of that for practice."""
    rows = Order.objects.for_user(user).filter(_of_account(account_id), status__in=ACTIVE)
    found: Decimal = rows.aggregate(blocked=Coalesce(Sum("blocked"), ZERO))["blocked"]
    return found


def list_intraday_positions_unscoped(*, replay: int | None = None) -> list[Position]:
    """Every open position that must not be held overnight: on the market's clock, or of one replayed account."""
    rows = Position.objects.unscoped().filter(_on_clock(replay), product=Product.MIS).exclude(quantity=0)
    return list(rows.select_related("user").order_by("id"))


def list_share_positions_unscoped() -> list[Position]:
    """Every open position in a share, but for replayed accounts."""
    rows = Position.objects.unscoped().filter(_on_clock(None), instrument_type=InstrumentType.STOCK).exclude(quantity=0)
    return list(rows.select_related("user").order_by("id"))


def has_position_event_unscoped(*, position_id: int, key: str) -> bool:
    """Whether something has changed a position already."""
    return PositionEvent.objects.unscoped().filter(position_id=position_id, key=key).exists()


def sum_fills_unscoped(*, account_id: int, instrument: str, product: str, since: datetime) -> tuple[int, int]:
    """How much of an instrument was bought and sold under a product since a moment of the market."""
    rows = Fill.objects.unscoped().filter(
        order__paper_account_id=account_id, order__instrument=instrument, order__product=product, market_at__gte=since
    )
    sums = dict(rows.values_list("order__side").annotate(units=Sum("quantity")))
    return sums.get(Side.BUY, 0), sums.get(Side.SELL, 0)


def list_option_positions_unscoped(*, replay: int | None = None) -> list[Position]:
    """Every open position in an option: on the market's clock, or of one replayed account."""
    rows = Position.objects.unscoped().filter(_on_clock(replay), instrument_type=InstrumentType.OPTION)
    return list(rows.exclude(quantity=0).select_related("user").order_by("id"))


def get_profile(*, user: User, account_id: int | None) -> str:
    """The fill profile of an account: the user's choice, or the configuration's where there is no choice or account."""
    account = None if account_id is None else TRADING_ACCOUNT.find(user_id=user.pk, account_id=account_id)
    chosen = account.fill_profile if account is not None else ""
    return FillProfile(chosen or configuration.get_str("trading.fill_profile"))


def _of_account(account_id: int | None) -> Q:
    """Rows of an account, by default of those for practice."""
    return Q(paper_account__kind=PaperAccountKind.PRACTICE) if account_id is None else Q(paper_account_id=account_id)


def _on_clock(replay: int | None) -> Q:
    """Rows of every account on the market's clock, or of one that is on a clock of its own."""
    return ~Q(paper_account__kind=PaperAccountKind.REPLAY) if replay is None else Q(paper_account_id=replay)
