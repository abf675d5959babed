"""What the price tables hold of an instrument: which prices, of which source, and its days of 5-minute candles.

What does not belong here: daily bars as the engine takes them (bars), choosing between tables and provider (intraday).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from apps.market.selectors.instruments import Instrument
from apps.market.selectors.timeframes import Candles
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors

LABEL = """
    SELECT coalesce(extra ->> 'source', 'unknown'), extra ->> 'version'
    FROM {table} WHERE {owner} = %s ORDER BY date DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Label:
    """Where prices come from (``import``, ``synthetic``), and the version of the model for those that are made."""

    source: str
    version: str | None


@dataclass(frozen=True, slots=True)
class Days:
    """Candles of whole days with their label, oldest first, and whether there are older days."""

    candles: Candles
    label: Label
    has_older: bool


def daily_table(instrument: Instrument) -> tuple[stocks_selectors.PriceTable, int]:
    """The table of an instrument's daily bars, and whose they are there."""
    if instrument.stock_id is not None:
        return stocks_selectors.STOCK_PRICES, instrument.stock_id
    if instrument.sector_id is not None:
        return sectors_selectors.SECTOR_PRICES, instrument.sector_id
    raise ValueError(f"{instrument} is neither a stock nor a sector")


def candle_table(instrument: Instrument) -> tuple[stocks_selectors.CandleTable, int]:
    """The table of an instrument's 5-minute candles, and whose they are there."""
    if instrument.stock_id is not None:
        return stocks_selectors.STOCK_CANDLES, instrument.stock_id
    if instrument.sector_id is not None:
        return sectors_selectors.SECTOR_CANDLES, instrument.sector_id
    raise ValueError(f"{instrument} is neither a stock nor a sector")


def find_label(*, instrument: Instrument) -> Label | None:
    """The label of the instrument's daily bars, or None if it has none; real and made bars never stand together."""
    table, owner_id = daily_table(instrument)
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LABEL), [owner_id])
        found = cursor.fetchone()
    return Label(*found) if found else None


def find_candle_label(*, instrument: Instrument) -> Label | None:
    """The label of the instrument's 5-minute candles, or None if it has none; nor do these ever stand together."""
    table, owner_id = candle_table(instrument)
    found = stocks_selectors.candle_label(table=table, owner_id=owner_id)
    return Label(*found) if found else None


def newest_days(*, instrument: Instrument, start: date, end: date, count: int) -> list[date]:
    """The newest ``count`` days with 5-minute candles from ``start`` to ``end``, newest first."""
    table, owner_id = candle_table(instrument)
    return stocks_selectors.newest_days(table=table, owner_id=owner_id, start=start, end=end, count=count)


def read_candles(*, instrument: Instrument, start: date, end: date) -> Candles:
    """The 5-minute candles of the days from ``start`` to ``end``, both included."""
    table, owner_id = candle_table(instrument)
    return stocks_selectors.read_candles(table=table, owner_id=owner_id, start=start, end=end)
