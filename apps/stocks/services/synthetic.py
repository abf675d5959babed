"""What keeps real and synthetic prices of a stock apart, in both tables. What does not belong here: storing them."""

from __future__ import annotations

from django.db import connection

from apps.stocks import selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from apps.stocks.services import candle_table, price_table

REMOVE_CANDLES = "DELETE FROM {table} WHERE {owner} = %s AND {source} = %s AND {version} IS DISTINCT FROM %s"


def has_real_candles(*, stock_id: int) -> bool:
    """Whether a stock has 5-minute candles that no model made."""
    return candle_table.has_real_candles(table=selectors.STOCK_CANDLES, owner_id=stock_id)


def has_real_prices(*, stock_id: int) -> bool:
    """Whether a stock has daily bars or 5-minute candles that no model made."""
    return has_real_candles(stock_id=stock_id) or price_table.has_real_bars(
        table=selectors.STOCK_PRICES, owner_id=stock_id
    )


def remove_candles(*, stock_id: int, keep_version: str | None = None) -> int:
    """Delete a stock's days of synthetic candles, but those of a version to keep, and count them."""
    with connection.cursor() as cursor:
        statement = selectors.STOCK_CANDLES.compose(REMOVE_CANDLES)
        cursor.execute(statement, [stock_id, SYNTHETIC_SOURCE, keep_version])
        removed: int = cursor.rowcount
    return removed


def remove_all(*, stock_id: int) -> int:
    """Delete all synthetic daily bars and candles of a stock, and count them."""
    bars = price_table.remove_synthetic(table=selectors.STOCK_PRICES, owner_id=stock_id)
    return bars + remove_candles(stock_id=stock_id)
