"""Storing daily bars of stocks. What does not belong here: where the bars come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.stocks import selectors
from apps.stocks.enums import Exchange
from apps.stocks.models import Stock
from apps.stocks.services import price_table, synthetic
from apps.stocks.services.price_table import StoredBars
from apps.stocks.services.stocks import full_symbol_of


@transaction.atomic
def store_imported_bars(
    *, enum: str, bars: selectors.PriceColumns, extra: Mapping[str, object], data_until: datetime
) -> StoredBars:
    """Store real daily bars of a stock; a stock that is missing is made, active and without a category.

    Synthetic bars of the stock, and days of synthetic candles, are removed first. ``last_synced_at`` moves to
    ``data_until``, the end of the last day, and never back, unless what it spoke of was synthetic.
    """
    stock = lock_or_make(enum=enum)
    candles = synthetic.remove_candles(stock_id=stock.pk)
    stored = price_table.replace_synthetic(table=selectors.STOCK_PRICES, owner_id=stock.pk, bars=bars, extra=extra)
    stored = dataclasses.replace(stored, removed_synthetic=stored.removed_synthetic + candles)
    if stored.removed_synthetic:
        stock.last_synced_at = None
    move_synced(stock, data_until=data_until)
    return stored


@transaction.atomic
def store_synthetic_bars(
    *, enum: str, bars: selectors.PriceColumns, extra: Mapping[str, object], data_until: datetime
) -> StoredBars:
    """Store synthetic daily bars of a stock that exists, unless it has real prices."""
    stock = selectors.lock_stock(stock_id=Stock.objects.values_list("pk", flat=True).get(enum=enum))
    if synthetic.has_real_candles(stock_id=stock.pk):
        return StoredBars(skipped=True)
    stored = price_table.store_beside_imported(table=selectors.STOCK_PRICES, owner_id=stock.pk, bars=bars, extra=extra)
    if not stored.skipped:
        move_synced(stock, data_until=data_until)
    return stored


def lock_or_make(*, enum: str) -> Stock:
    """The stock of an identifier, locked; one that is missing is made, active and without a category."""
    stock, _ = Stock.objects.get_or_create(
        enum=enum, defaults={"symbol": enum, "full_symbol": full_symbol_of(symbol=enum, exchange=Exchange.NSE)}
    )
    return selectors.lock_stock(stock_id=stock.pk)


def move_synced(stock: Stock, *, data_until: datetime) -> None:
    """Note how far the prices of a stock reach, unless they reached farther."""
    if stock.last_synced_at is None or stock.last_synced_at < data_until:
        Stock.objects.filter(pk=stock.pk).update(last_synced_at=data_until, updated_at=timezone.now())
