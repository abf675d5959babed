"""Stocks and categories that a new installation starts with. What does not belong here: which ones (market)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from apps.stocks.enums import Exchange
from apps.stocks.models import Category, Stock
from apps.stocks.services.stocks import full_symbol_of


@dataclass(frozen=True, slots=True)
class SeedStock:
    """A stock to begin with, in one category."""

    enum: str
    name: str
    category: str


@transaction.atomic
def seed_stocks(rows: Sequence[SeedStock]) -> tuple[int, int]:
    """Make the categories and stocks that are missing, and count both; what is there stays as it is."""
    present = set(Stock.objects.values_list("enum", flat=True))
    missing = [row for row in rows if row.enum not in present]
    before = Category.objects.count()
    Category.objects.bulk_create(
        [Category(name=name) for name in sorted({row.category for row in missing})], ignore_conflicts=True
    )
    Stock.objects.bulk_create([_stock(row) for row in missing], ignore_conflicts=True)
    stock_ids = dict(Stock.objects.filter(enum__in=[row.enum for row in missing]).values_list("enum", "pk"))
    category_ids = dict(Category.objects.values_list("name", "pk"))
    links = Stock.categories.through
    links.objects.bulk_create(
        [links(stock_id=stock_ids[row.enum], category_id=category_ids[row.category]) for row in missing],
        ignore_conflicts=True,
    )
    return Category.objects.count() - before, len(missing)


def _stock(row: SeedStock) -> Stock:
    return Stock(
        enum=row.enum,
        symbol=row.enum,
        full_symbol=full_symbol_of(symbol=row.enum, exchange=Exchange.NSE),
        extra={"name": row.name},
    )
