"""Every write of stocks and prices, and how bars are stored in any price table. What does not belong here: HTTP."""

from apps.stocks.services.candle_table import rebuild_blocks, upsert_candles
from apps.stocks.services.categories import create_category
from apps.stocks.services.intraday import store_imported_intraday, store_synthetic_intraday
from apps.stocks.services.price_days import NamedBars, store_imported_days
from apps.stocks.services.price_table import (
    StoredBars,
    has_real_bars,
    remove_synthetic,
    replace_synthetic,
    store_beside_imported,
)
from apps.stocks.services.prices import store_imported_bars, store_synthetic_bars
from apps.stocks.services.seeding import SeedStock, seed_stocks
from apps.stocks.services.stocks import change_stock, create_stock, deactivate_stock

__all__ = [
    "NamedBars",
    "SeedStock",
    "StoredBars",
    "change_stock",
    "create_category",
    "create_stock",
    "deactivate_stock",
    "has_real_bars",
    "rebuild_blocks",
    "remove_synthetic",
    "replace_synthetic",
    "seed_stocks",
    "store_beside_imported",
    "store_imported_bars",
    "store_imported_days",
    "store_imported_intraday",
    "store_synthetic_bars",
    "store_synthetic_intraday",
    "upsert_candles",
]
