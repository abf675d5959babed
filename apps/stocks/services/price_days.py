"""Storing daily bars of many stocks at once, as a file of a trading day has them: one COPY, one upsert.

What does not belong here: reading files, prices of one stock over many days (prices).
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.stocks import selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from apps.stocks.enums import Exchange
from apps.stocks.models import Stock
from apps.stocks.services import price_table
from apps.stocks.services.price_table import StoredBars
from apps.stocks.services.stocks import full_symbol_of

INCOMING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming_days (
        stock bigint, day bigint, open bigint, high bigint, low bigint, close bigint, volume bigint
    ) ON COMMIT DROP;
    TRUNCATE incoming_days
"""
COPY = "COPY incoming_days FROM STDIN (FORMAT binary)"
REMOVE_SYNTHETIC = "DELETE FROM {table} WHERE {owner} = ANY(%s) AND {source} = %s RETURNING {owner}"
# What the synthetic bars told of the end of the data counts no more.
MOVE_SYNCED = """
    UPDATE stocks_stock SET updated_at = now(),
        last_synced_at = greatest(CASE WHEN id = ANY(%s) THEN NULL ELSE last_synced_at END, ends.until)
    FROM (
        SELECT stock, (DATE '1970-01-01' + max(day)::integer + 1)::timestamp AT TIME ZONE 'Asia/Kolkata' AS until
        FROM incoming_days GROUP BY stock
    ) AS ends
    WHERE id = ends.stock AND (id = ANY(%s) OR last_synced_at IS NULL OR last_synced_at < ends.until)
"""

# A file of an older day says nothing new.
MOVE_SERIES = """
    UPDATE stocks_stock SET updated_at = now(), series = newest.series, series_date = newest.day
    FROM unnest(%s::bigint[], %s::text[], %s::date[]) AS newest (stock, series, day)
    WHERE id = newest.stock AND (
        series_date IS NULL OR series_date < newest.day
        OR (series_date = newest.day AND stocks_stock.series <> newest.series)
    )
"""


@dataclass(frozen=True, slots=True)
class NamedBars:
    """Daily bars of many stocks: ``code`` says for each bar which of ``names`` it is of.

    ``series`` is the exchange's series that the share traded in that day; empty where the file does not say.
    """

    names: Sequence[str]
    code: NDArray[np.int64]
    bars: selectors.PriceColumns
    series: NDArray[np.str_]


@transaction.atomic
def store_imported_days(*, days: NamedBars, extra: Mapping[str, object]) -> StoredBars:
    """Store real daily bars of many stocks; those that are missing are made, active and without a category.

    All synthetic prices of these stocks are removed first. ``last_synced_at`` of each moves as with one stock's bars,
    and its series is that of its newest day.
    Assumes that no bar comes twice.
    """
    ids = _lock_or_make(days.names)
    owners = list(ids.values())
    cleared, removed = _remove_synthetic(owners)
    stock = np.array([ids[name] for name in days.names], dtype=np.int64)[days.code]
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        columns = {"stock": stock, **price_table.columns_of(days.bars)}
        cursor.copy_expert(COPY, io.BytesIO(price_table.packed(columns)))
        statement = price_table.upsert_of(selectors.STOCK_PRICES, value="stock", incoming="incoming_days")
        cursor.execute(statement, [json.dumps(dict(extra))])
        inserted, updated = cursor.fetchone()
        cursor.execute(MOVE_SYNCED, [cleared, cleared])
        cursor.execute(MOVE_SERIES, _newest_series(stock, days=days))
    return StoredBars(
        inserted=inserted,
        updated=updated,
        unchanged=len(stock) - inserted - updated,
        removed_synthetic=removed,
    )


def _newest_series(stock: NDArray[np.int64], *, days: NamedBars) -> list[list[object]]:
    """Stocks, each once, with the series of their newest day that has one, and that day: three columns."""
    known = np.flatnonzero(days.series != "")
    ordered = known[np.lexsort((days.bars.date[known], stock[known]))]
    is_last = np.ones(len(ordered), dtype=bool)
    is_last[:-1] = stock[ordered[1:]] != stock[ordered[:-1]]
    newest = ordered[is_last]
    return [column[newest].tolist() for column in (stock, days.series, days.bars.date)]


def _lock_or_make(names: Sequence[str]) -> dict[str, int]:
    """The stocks of these identifiers, locked in one order, so that two files of a day cannot stop each other."""
    Stock.objects.bulk_create(
        [
            Stock(enum=name, symbol=name, full_symbol=full_symbol_of(symbol=name, exchange=Exchange.NSE))
            for name in sorted(set(names) - set(Stock.objects.filter(enum__in=names).values_list("enum", flat=True)))
        ],
        ignore_conflicts=True,
    )
    locked = Stock.objects.select_for_update(no_key=True).filter(enum__in=names).order_by("pk")
    return dict(locked.values_list("enum", "pk"))


def _remove_synthetic(owners: list[int]) -> tuple[list[int], int]:
    """Delete synthetic bars and days of candles; which stocks had any, and how many rows there were."""
    bars = "extra ->> 'source'"
    found: list[int] = []
    with connection.cursor() as cursor:
        statement = REMOVE_SYNTHETIC.replace("{source}", bars)
        cursor.execute(selectors.STOCK_PRICES.compose(statement), [owners, SYNTHETIC_SOURCE])
        found += [owner for (owner,) in cursor.fetchall()]
        cursor.execute(selectors.STOCK_CANDLES.compose(REMOVE_SYNTHETIC), [owners, SYNTHETIC_SOURCE])
        found += [owner for (owner,) in cursor.fetchall()]
    return sorted(set(found)), len(found)
