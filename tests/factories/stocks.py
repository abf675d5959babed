"""Stocks and their prices for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from apps.stocks.models import Category, Stock, Stock5MinByDay, StockPriceDaily

# Date, open, high, low, close, volume: three days a reader can check by eye.
THREE_DAYS = (
    ("2025-01-01", "100.00", "110.00", "95.00", "105.00", 1000),
    ("2025-01-02", "105.00", "107.05", "101.00", "102.50", 2000),
    ("2025-01-03", "102.50", "120.00", "102.50", "119.95", 3000),
)

Bar = tuple[str, str, str, str, str, int]


def make_category(*, name: str = "Energy", **values: Any) -> Category:
    """A category."""
    return Category.objects.create(name=name, **values)


def make_stock(*, enum: str = "RELIANCE", categories: Sequence[Category] = (), **values: Any) -> Stock:
    """An active stock."""
    stock = Stock.objects.create(enum=enum, **{"symbol": enum, "full_symbol": f"{enum}.NS", **values})
    stock.categories.set(categories)
    return stock


def columns_of(bar: Bar) -> dict[str, Any]:
    """A bar as columns of a price table."""
    day, open_, high, low, close, volume = bar
    return {
        "date": date.fromisoformat(day),
        "open_price": open_,
        "high_price": high,
        "low_price": low,
        "close_price": close,
        "volume": volume,
    }


def make_daily_prices(*, stock: Stock, bars: Sequence[Bar] = THREE_DAYS, **values: Any) -> list[StockPriceDaily]:
    """Daily prices of a stock."""
    return StockPriceDaily.objects.bulk_create(
        StockPriceDaily(stock=stock, **columns_of(bar), **values) for bar in bars
    )


def make_5min_day(*, stock: Stock, day: date, candles: dict[str, Any]) -> Stock5MinByDay:
    """A day of 5-minute candles."""
    return Stock5MinByDay.objects.create(stock=stock, date=day, candles_json=candles)
