"""Changes of stocks by administrators, each with its line in the activity log. What does not belong here: prices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from apps.core import errors
from apps.core import services as core_services
from apps.stocks import selectors
from apps.stocks.constants import SYMBOL_SUFFIXES, TOGGLE
from apps.stocks.enums import InstrumentStatus
from apps.stocks.errors import StockExists
from apps.stocks.models import Category, Stock
from apps.users import selectors as users_selectors

if TYPE_CHECKING:
    from apps.users.models import User

COLUMNS = ("symbol", "exchange_suffix", "full_symbol", "status")


def full_symbol_of(*, symbol: str, exchange: str) -> str:
    """The symbol with the suffix of its exchange, like ``RELIANCE.NS``."""
    return f"{symbol}.{SYMBOL_SUFFIXES[exchange]}"


@transaction.atomic
def create_stock(*, user: User, values: Mapping[str, Any], ip_address: str | None) -> Stock:
    """Make a stock and write who did it; its symbol is its identifier, and its full symbol follows, if not given.

    :raises FeatureDisabled: if administrators may not change stocks
    :raises StockExists: if the identifier is taken
    :raises ValidationFailed: if a category does not exist
    """
    users_selectors.check_toggle(user=user, setting=TOGGLE)
    columns = {"symbol": values["enum"], **values}
    categories = _categories(columns.pop("category_ids", []))
    columns.setdefault("full_symbol", full_symbol_of(symbol=columns["symbol"], exchange=columns["exchange_suffix"]))
    try:
        with transaction.atomic():
            stock = Stock.objects.create(**columns)
    except IntegrityError as error:
        raise StockExists(details={"enum": values["enum"]}) from error
    stock.categories.set(categories)
    _record(user=user, action="stocks.create", stock=stock, before=None, ip_address=ip_address)
    return selectors.get_stock(stock_id=stock.pk)


@transaction.atomic
def change_stock(*, user: User, stock_id: int, values: Mapping[str, Any], ip_address: str | None) -> Stock:
    """Change a stock and write who did it, with what was before; nothing is written where nothing changes.

    The full symbol follows a new symbol or exchange, unless one is given.

    :raises FeatureDisabled: if administrators may not change stocks
    :raises NotFound: if there is no such stock
    :raises ValidationFailed: if a category does not exist
    """
    users_selectors.check_toggle(user=user, setting=TOGGLE)
    stock = selectors.lock_stock(stock_id=stock_id)
    before = _snapshot(stock)
    columns = {name: value for name, value in values.items() if name in COLUMNS}
    for name, value in columns.items():
        setattr(stock, name, value)
    if "full_symbol" not in columns and {"symbol", "exchange_suffix"} & set(columns):
        stock.full_symbol = full_symbol_of(symbol=stock.symbol, exchange=stock.exchange_suffix)
    stock.save(update_fields=[*COLUMNS, "updated_at"])
    if "category_ids" in values:
        stock.categories.set(_categories(values["category_ids"]))
    _record(user=user, action="stocks.change", stock=stock, before=before, ip_address=ip_address)
    return selectors.get_stock(stock_id=stock_id)


@transaction.atomic
def deactivate_stock(*, user: User, stock_id: int, ip_address: str | None) -> None:
    """Take a stock off offer and write who did it; its history stays.

    :raises FeatureDisabled: if administrators may not change stocks
    :raises NotFound: if there is no such stock
    """
    users_selectors.check_toggle(user=user, setting=TOGGLE)
    stock = selectors.lock_stock(stock_id=stock_id)
    before = _snapshot(stock)
    stock.status = InstrumentStatus.INACTIVE
    stock.save(update_fields=["status", "updated_at"])
    _record(user=user, action="stocks.deactivate", stock=stock, before=before, ip_address=ip_address)


def _categories(ids: list[int]) -> list[Category]:
    found = list(Category.objects.filter(pk__in=ids))
    missing = sorted(set(ids) - {category.pk for category in found})
    if missing:
        raise errors.ValidationFailed.field("category_ids", f"There is no category {missing[0]}.")
    return found


def _snapshot(stock: Stock) -> dict[str, object]:
    names = stock.categories.order_by("name").values_list("name", flat=True)
    return {**{name: str(getattr(stock, name)) for name in COLUMNS}, "categories": list(names)}


def _record(*, user: User, action: str, stock: Stock, before: dict[str, object] | None, ip_address: str | None) -> None:
    core_services.record_change(
        actor=user.email,
        action=action,
        subject={"stock": stock.enum},
        before=before,
        after=_snapshot(stock),
        ip_address=ip_address,
    )
    core_services.recall_kept()
