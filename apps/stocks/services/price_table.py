"""How daily bars are stored in any price table: packed COPY into a temporary table, then one upsert.

Real and synthetic bars of one instrument never stand side by side. What does not belong here: which instrument,
its lock and its transaction.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.stocks import selectors
from apps.stocks.constants import SYNTHETIC_SOURCE

INCOMING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming_daily_bars (
        day bigint, open bigint, high bigint, low bigint, close bigint, volume bigint
    ) ON COMMIT DROP;
    TRUNCATE incoming_daily_bars
"""
COPY = "COPY incoming_daily_bars FROM STDIN (FORMAT binary)"

# The format of a binary COPY: signature, flags, no header extension; each row a field count and, for each field,
# its length and value, all big-endian; -1 ends it.
COPY_HEADER = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
COPY_TRAILER = b"\xff\xff"

# A row is written only where it differs; xmax is 0 in a row that this statement inserted.
UPSERT = """
    WITH written AS (
        INSERT INTO {table} AS stored (
            {owner}, date, open_price, high_price, low_price, close_price, volume, extra, created_at, updated_at
        )
        SELECT {{value}}, DATE '1970-01-01' + day::integer, open / 100.0, high / 100.0, low / 100.0, close / 100.0,
               volume, %s::jsonb, now(), now()
        FROM {{incoming}}
        ON CONFLICT ({owner}, date) DO UPDATE SET
            open_price = excluded.open_price, high_price = excluded.high_price, low_price = excluded.low_price,
            close_price = excluded.close_price, volume = excluded.volume, extra = excluded.extra, updated_at = now()
        WHERE (stored.open_price, stored.high_price, stored.low_price, stored.close_price, stored.volume, stored.extra)
            IS DISTINCT FROM (excluded.open_price, excluded.high_price, excluded.low_price, excluded.close_price,
                              excluded.volume, excluded.extra)
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
"""
REMOVE_SYNTHETIC = """
    DELETE FROM {table} WHERE {owner} = %s AND extra ->> 'source' = %s AND extra ->> 'version' IS DISTINCT FROM %s
"""
HAS_IMPORTED = """
    SELECT EXISTS (SELECT date FROM {table} WHERE {owner} = %s AND extra ->> 'source' IS DISTINCT FROM %s)
"""


@dataclass(frozen=True, slots=True)
class StoredBars:
    """What storing bars did, in rows. ``skipped``: the instrument has real bars, so synthetic ones stayed out."""

    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed_synthetic: int = 0
    skipped: bool = False


def replace_synthetic(
    *, table: selectors.PriceTable, owner_id: int, bars: selectors.PriceColumns, extra: Mapping[str, object]
) -> StoredBars:
    """Store real bars; synthetic bars of the same instrument are removed first."""
    # Assumption: rows of a model are not history. Mixed with real prices they would show jumps that never were, so
    # they go as soon as an instrument has real bars, whatever days those cover.
    removed = remove_synthetic(table=table, owner_id=owner_id)
    return _upsert(table=table, owner_id=owner_id, bars=bars, extra=extra, removed=removed)


def store_beside_imported(
    *, table: selectors.PriceTable, owner_id: int, bars: selectors.PriceColumns, extra: Mapping[str, object]
) -> StoredBars:
    """Store synthetic bars, unless the instrument has real ones; bars of another version of the model are removed."""
    if has_real_bars(table=table, owner_id=owner_id):
        return StoredBars(skipped=True)
    removed = remove_synthetic(table=table, owner_id=owner_id, keep_version=str(extra["version"]))
    return _upsert(table=table, owner_id=owner_id, bars=bars, extra=extra, removed=removed)


def has_real_bars(*, table: selectors.PriceTable, owner_id: int) -> bool:
    """Whether there are daily bars of an instrument that no model made."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(HAS_IMPORTED), [owner_id, SYNTHETIC_SOURCE])
        found: bool = cursor.fetchone()[0]
    return found


def remove_synthetic(*, table: selectors.PriceTable, owner_id: int, keep_version: str | None = None) -> int:
    """Delete an instrument's synthetic daily bars, but those of a version to keep, and count them."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(REMOVE_SYNTHETIC), [owner_id, SYNTHETIC_SOURCE, keep_version])
        removed: int = cursor.rowcount
    return removed


def _upsert(
    *,
    table: selectors.PriceTable,
    owner_id: int,
    bars: selectors.PriceColumns,
    extra: Mapping[str, object],
    removed: int,
) -> StoredBars:
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        cursor.copy_expert(COPY, io.BytesIO(packed(columns_of(bars))))
        statement = upsert_of(table, value="%s", incoming="incoming_daily_bars")
        cursor.execute(statement, [owner_id, json.dumps(dict(extra))])
        inserted, updated = cursor.fetchone()
    return StoredBars(
        inserted=inserted,
        updated=updated,
        unchanged=len(bars) - inserted - updated,
        removed_synthetic=removed,
    )


def upsert_of(table: selectors.PriceTable, *, value: str, incoming: str) -> str:
    """The upsert of daily bars from a temporary table; ``value`` says whose they are, in SQL."""
    return table.compose(UPSERT).format(value=value, incoming=incoming)


def columns_of(bars: selectors.PriceColumns) -> dict[str, NDArray[np.int64]]:
    """Daily bars by the names of the temporary table."""
    prices = {"open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close}
    return {"day": bars.date.astype("datetime64[D]").astype(np.int64), **prices, "volume": bars.volume}


def packed(columns: Mapping[str, NDArray[np.int64]]) -> bytes:
    """Columns of whole numbers as the bytes of a binary COPY."""
    parts = [part for name in columns for part in ((f"{name}_size", ">i4"), (name, ">i8"))]
    rows = np.zeros(len(next(iter(columns.values()))), dtype=[("fields", ">i2"), *parts])
    rows["fields"] = len(columns)
    for name, column in columns.items():
        rows[f"{name}_size"] = 8
        rows[name] = column
    return COPY_HEADER + rows.tobytes() + COPY_TRAILER
