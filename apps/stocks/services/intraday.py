"""Storing 5-minute candles of stocks. What does not belong here: where the candles come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from django.db import transaction

from apps.core import clock
from apps.stocks import selectors
from apps.stocks.models import Stock
from apps.stocks.services import candle_table, prices, synthetic
from apps.stocks.services.price_table import StoredBars


@transaction.atomic
def store_imported_intraday(*, enum: str, days: selectors.IntradayColumns, extra: Mapping[str, object]) -> StoredBars:
    """Store days of real 5-minute candles of a stock, each whole; a stock that is missing is made.

    All its synthetic prices, daily ones too, are removed first. ``last_synced_at`` moves as with daily bars.

    :raises InvalidBars: naming the first candle that is not sound
    """
    stock = prices.lock_or_make(enum=enum)
    removed = synthetic.remove_all(stock_id=stock.pk)
    stored = candle_table.upsert_candles(table=selectors.STOCK_CANDLES, owner_id=stock.pk, days=days, extra=extra)
    if removed:
        stock.last_synced_at = None
    if len(days):
        prices.move_synced(stock, data_until=_end_of(selectors.days_of(days.time[-1:])[0].item()))
    return dataclasses.replace(stored, removed_synthetic=removed)


@transaction.atomic
def store_synthetic_intraday(*, enum: str, days: selectors.IntradayColumns, extra: Mapping[str, object]) -> StoredBars:
    """Store days of synthetic 5-minute candles of a stock that exists, each whole, unless it has real prices.

    Candles of another version of the model are removed. ``extra`` holds source and version. Days that are the same
    already are not touched.

    :raises InvalidBars: naming the first candle that is not sound
    """
    stock = selectors.lock_stock(stock_id=Stock.objects.values_list("pk", flat=True).get(enum=enum))
    if synthetic.has_real_prices(stock_id=stock.pk):
        return StoredBars(skipped=True)
    removed = synthetic.remove_candles(stock_id=stock.pk, keep_version=str(extra["version"]))
    stored = candle_table.upsert_candles(table=selectors.STOCK_CANDLES, owner_id=stock.pk, days=days, extra=extra)
    return dataclasses.replace(stored, removed_synthetic=removed)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=clock.IST)
