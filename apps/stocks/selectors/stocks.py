"""Reads of stocks and categories. What does not belong here: prices."""

from __future__ import annotations

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject

from apps.core import errors
from apps.stocks.models import Category, Stock


def list_stocks(*, search: str = "", status: str = "", category: str = "", ordering: str = "enum") -> QuerySet[Stock]:
    """Stocks with their categories; ``search`` looks into identifier and symbols, ``category`` is a name."""
    rows = _with_categories().order_by(ordering, "id")
    if search:
        rows = rows.filter(Q(enum__icontains=search) | Q(symbol__icontains=search) | Q(full_symbol__icontains=search))
    if status:
        rows = rows.filter(status=status)
    if category:
        rows = rows.filter(categories__name=category)
    return rows


def get_stock(*, stock_id: int) -> Stock:
    """One stock with its categories.

    :raises NotFound: if it is missing
    """
    return errors.found(_with_categories().filter(pk=stock_id).first())


def find_stock(*, enum: str) -> Stock | None:
    """The stock of an identifier, or None."""
    return Stock.objects.filter(enum=enum).first()


def lock_stock(*, stock_id: int) -> Stock:
    """One stock, locked until the transaction ends, so that its changes come one after the other.

    :raises NotFound: if it is missing
    """
    return errors.found(Stock.objects.select_for_update(no_key=True).filter(pk=stock_id).first())


def list_categories(*, search: str = "") -> QuerySet[Category]:
    """Categories by name; ``search`` looks into the name."""
    rows = Category.objects.order_by("name")
    return rows.filter(name__icontains=search) if search else rows


def _with_categories() -> QuerySet[Stock]:
    """Stocks with ``category_list``, made by the database: a prefetch builds a query set for each stock."""
    of_stock = Category.objects.filter(stocks=OuterRef("pk")).order_by("name")
    return Stock.objects.annotate(category_list=ArraySubquery(of_stock.values(row=JSONObject(id="id", name="name"))))
