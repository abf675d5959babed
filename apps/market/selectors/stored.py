"""What the price tables hold of an instrument: which prices, of which source, and its days of 5-minute candles.

What does not belong here: daily bars as the engine takes them (bars), choosing between tables and provider (candles).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import orjson
from django.db import connection

from apps.market.constants import DAY_SECONDS, IST_SECONDS
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.timeframes import Candles
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors

LABEL = """
    SELECT coalesce(extra ->> 'source', 'unknown'), extra ->> 'version'
    FROM {table} WHERE {owner} = %s ORDER BY date DESC LIMIT 1
"""
# The days that hold candles, newest first.
DAYS = """
    SELECT date, {{candles}}::text, coalesce(extra ->> 'source', 'unknown'), extra ->> 'version'
    FROM {table}
    WHERE {owner} = %s AND date BETWEEN %s AND %s AND {{candles}} <> '{{{{}}}}'
    ORDER BY date DESC LIMIT %s
"""
HAS_DAYS = "SELECT EXISTS (SELECT 1 FROM {table} WHERE {owner} = %s AND {{candles}} <> '{{{{}}}}')"


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


def find_label(*, instrument: Instrument) -> Label | None:
    """The label of the instrument's daily bars, or None if it has none; real and made bars never stand together."""
    table, owner_id = daily_table(instrument)
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LABEL), [owner_id])
        found = cursor.fetchone()
    return Label(*found) if found else None


def find_days(*, instrument: Instrument, start: date, end: date, count: int) -> Days | None:
    """The newest ``count`` days of 5-minute candles from ``start`` to ``end``, both included, or None."""
    statement, owner_id = _candles_statement(instrument, statement=DAYS)
    with connection.cursor() as cursor:
        cursor.execute(statement, [owner_id, start, end, count + 1])
        rows = cursor.fetchall()
    if not rows:
        return None
    days = [_day(day, stored=orjson.loads(candles)) for day, candles, _, _ in rows[:count]]
    *_, source, version = rows[0]
    return Days(
        candles=Candles.joined(days[::-1]), label=Label(source=source, version=version), has_older=len(rows) > count
    )


def has_days(*, instrument: Instrument) -> bool:
    """Whether the tables hold any 5-minute candle of the instrument."""
    statement, owner_id = _candles_statement(instrument, statement=HAS_DAYS)
    with connection.cursor() as cursor:
        cursor.execute(statement, [owner_id])
        found: bool = cursor.fetchone()[0]
    return found


def _candles_statement(instrument: Instrument, *, statement: str) -> tuple[str, int]:
    """A statement on the rows that hold 5-minute candles: a stock's have a table, a sector's are beside its days."""
    table, owner_id = daily_table(instrument)
    column = "timewise_json"
    if instrument.stock_id is not None:
        table, column = stocks_selectors.PriceTable(name="stock_5min_by_day", owner="stock_id"), "candles_json"
    return table.compose(statement).format(candles=connection.ops.quote_name(column)), owner_id


def _day(day: date, *, stored: Mapping[str, Mapping[str, object]]) -> Candles:
    """The candles of a day, keyed by opening time, as columns."""
    times = sorted(stored)
    midnight = (day - date(1970, 1, 1)).days * DAY_SECONDS - IST_SECONDS
    prices = {
        name: np.array([round(float(str(stored[each][name])) * 100) for each in times], dtype=np.int64)
        for name in ("open", "high", "low", "close")
    }
    return Candles(
        time=np.array([midnight + int(each[:2]) * 3600 + int(each[3:5]) * 60 for each in times], dtype=np.int64),
        **prices,
        volume=np.array([int(str(stored[each]["volume"])) for each in times], dtype=np.int64),
    )
