"""Reads of stock prices. What does not belong here: how a series is packed or shown (price_table, series)."""

from __future__ import annotations

from datetime import date

from apps.core import errors
from apps.stocks.models import Stock, Stock5MinByDay
from apps.stocks.selectors import price_table, series
from apps.stocks.selectors.candle_table import CandleTable
from apps.stocks.selectors.price_table import PriceTable

STOCK_PRICES = PriceTable(name="stock_price_daily", owner="stock_id")
STOCK_CANDLES = CandleTable(
    name="stock_5min_by_day", owner="stock_id", candles="candles_json", packed="candles_packed", extra="extra"
)


def list_daily_prices(
    *,
    stock: str,
    start_date: date | None = None,
    end_date: date | None = None,
    series_format: str,
    max_points: int | None = None,
) -> series.Series:
    """Daily prices of the stock with this identifier, as the API shows them.

    :raises NotFound: if there is no such stock
    :raises ValidationFailed: if the start is after the end, or the span too long
    """
    start, end = series.date_range(start_date=start_date, end_date=end_date)
    bars = price_table.read_bars(table=STOCK_PRICES, owner_id=_stock_id(stock), start=start, end=end)
    return series.draw_bars(bars, series_format=series_format, max_points=max_points)


def list_intraday_prices(*, stock: str, date: date, series_format: str) -> series.Series:
    """The 5-minute candles of one day, as the API shows them; none on a day without trading.

    :raises NotFound: if there is no such stock
    """
    days = Stock5MinByDay.objects.filter(stock_id=_stock_id(stock), date=date)
    candles = days.values_list("candles_json", flat=True).first()
    return series.draw_candles(candles or {}, series_format=series_format)


def _stock_id(enum: str) -> int:
    found = Stock.objects.filter(enum=enum).values_list("pk", flat=True).first()
    if found is None:
        raise errors.NotFound(f"There is no stock named {enum!r}.")
    return found
