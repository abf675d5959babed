"""Every read of stocks and prices, and how a price series of any table is read. What does not belong here: writes."""

from apps.stocks.selectors.price_table import (
    PriceColumns,
    PriceTable,
    available_dates,
    has_rows,
    read_bars,
)
from apps.stocks.selectors.prices import (
    STOCK_PRICES,
    list_daily_prices,
    list_intraday_prices,
)
from apps.stocks.selectors.series import Series, date_range, draw_bars, draw_candles
from apps.stocks.selectors.stocks import find_stock, get_stock, list_categories, list_stocks, lock_stock

__all__ = [
    "STOCK_PRICES",
    "PriceColumns",
    "PriceTable",
    "Series",
    "available_dates",
    "date_range",
    "draw_bars",
    "draw_candles",
    "find_stock",
    "get_stock",
    "has_rows",
    "list_categories",
    "list_daily_prices",
    "list_intraday_prices",
    "list_stocks",
    "lock_stock",
    "read_bars",
]
