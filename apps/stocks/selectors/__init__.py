"""Every read of stocks and prices, and how a price series of any table is read. What does not belong here: writes."""

from apps.stocks.selectors.blocks import pack as pack_days
from apps.stocks.selectors.candle_table import (
    CandleTable,
    candle_dates,
    candle_label,
    newest_days,
    read_candles,
)
from apps.stocks.selectors.candles import IntradayColumns, days_of, first_of_days, json_of_days
from apps.stocks.selectors.price_table import (
    PriceColumns,
    PriceTable,
    available_dates,
    has_bars,
    has_rows,
    read_bars,
)
from apps.stocks.selectors.prices import (
    STOCK_CANDLES,
    STOCK_PRICES,
    list_daily_prices,
    list_intraday_prices,
)
from apps.stocks.selectors.series import Series, date_range, draw_bars, draw_candles
from apps.stocks.selectors.stocks import find_stock, get_stock, list_categories, list_stocks, lock_stock

__all__ = [
    "STOCK_CANDLES",
    "STOCK_PRICES",
    "CandleTable",
    "IntradayColumns",
    "PriceColumns",
    "PriceTable",
    "Series",
    "available_dates",
    "candle_dates",
    "candle_label",
    "date_range",
    "days_of",
    "draw_bars",
    "draw_candles",
    "find_stock",
    "first_of_days",
    "get_stock",
    "has_bars",
    "has_rows",
    "json_of_days",
    "list_categories",
    "list_daily_prices",
    "list_intraday_prices",
    "list_stocks",
    "lock_stock",
    "newest_days",
    "pack_days",
    "read_bars",
    "read_candles",
]
