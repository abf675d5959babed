"""How 5-minute candles are stored in any table that holds them: COPY into a temporary table, then one upsert.

The JSON that clients read and the block that runs read are written by one statement. What does not belong here:
which instrument, its lock and its transaction, whether synthetic candles may be stored.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import orjson
from django.db import connection, transaction
from numpy.typing import NDArray

from apps.stocks import selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from apps.stocks.services.price_table import COPY_HEADER, COPY_TRAILER, StoredBars
from engine.errors import InvalidBars
from engine.types import Bars

INCOMING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming_candles (
        day integer, open bigint, high bigint, low bigint, close bigint, volume bigint, packed bytea, candles text
    ) ON COMMIT DROP;
    ALTER TABLE incoming_candles ALTER candles SET STORAGE EXTERNAL;
    TRUNCATE incoming_candles
"""
COPY = "COPY incoming_candles FROM STDIN (FORMAT binary)"
# Eight fields, each with its size before it; two of any size follow.
COPY_ROW = struct.Struct(">h" + "ii" + "iq" * 5)
SIZE = struct.Struct(">i")
DAY_COLUMNS = ("open", "high", "low", "close", "volume")

# What differs from what is stored, and whether there were candles of that day: the block stands for the JSON, being
# much shorter, and is null as soon as anybody else has changed the JSON.
UPSERT = """
    WITH changed AS MATERIALIZED (
        SELECT incoming.*, DATE '1970-01-01' + incoming.day AS date, stored.{{candles}} IS NOT NULL AS is_known
        FROM incoming_candles AS incoming
        LEFT JOIN {{table}} AS stored
            ON stored.{{owner}} = %(owner)s AND stored.date = DATE '1970-01-01' + incoming.day
        WHERE (stored.{{packed}}, stored.{{extra}}) IS DISTINCT FROM (incoming.packed, %(extra)s::jsonb)
    ), written AS ({insert}
        ON CONFLICT ({{owner}}, date) DO UPDATE SET
            {{candles}} = excluded.{{candles}}, {{packed}} = excluded.{{packed}}, {{extra}} = excluded.{{extra}},
            updated_at = now()
    )
    SELECT count(*) FILTER (WHERE NOT is_known), count(*) FILTER (WHERE is_known) FROM changed
"""
INSERT = """
        INSERT INTO {table} ({owner}, date, {candles}, {packed}, {extra}, created_at, updated_at)
        SELECT %(owner)s, date, candles::jsonb, packed, %(extra)s::jsonb, now(), now() FROM changed"""
HAS_REAL = """
    SELECT EXISTS (
        SELECT date FROM {table}
        WHERE {owner} = %s AND ({packed} IS NOT NULL OR {candles} <> '{{}}') AND {source} <> %s
    )
"""
# Locked, so that no row changes between being read and being given its block.
UNPACKED = """
    SELECT date, {candles}::text FROM {table}
    WHERE {owner} = %s AND date > %s AND {candles} <> '{{}}' AND ({packed} IS NULL OR %s)
    ORDER BY date LIMIT %s FOR NO KEY UPDATE
"""
WRITE_BLOCKS = """
    UPDATE {table} SET {packed} = block.packed
    FROM unnest(%s::date[], %s::bytea[]) AS block (date, packed)
    WHERE {table}.{owner} = %s AND {table}.date = block.date AND {table}.{packed} IS DISTINCT FROM block.packed
"""
DAYS_AT_ONCE = 250


def upsert_candles(
    *,
    table: selectors.CandleTable,
    owner_id: int,
    days: selectors.IntradayColumns,
    extra: Mapping[str, object],
    insert: str = INSERT,
) -> StoredBars:
    """Store days of candles whole and count them; a day that is the same already is not touched.

    ``insert`` makes the rows of days that the table does not know, from ``changed``, which has a day's block, its JSON
    and its prices in paise.

    :raises InvalidBars: naming the first candle that is not sound
    """
    check_candles(days)
    blocks = selectors.pack_days(days)
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        cursor.copy_expert(COPY, io.BytesIO(_packed(days, blocks=blocks)))
        statement = table.compose(UPSERT.format(insert=insert))
        cursor.execute(statement, {"owner": owner_id, "extra": json.dumps(dict(extra))})
        inserted, updated = cursor.fetchone()
    return StoredBars(inserted=inserted, updated=updated, unchanged=len(blocks) - inserted - updated)


def check_candles(days: selectors.IntradayColumns) -> None:
    """Accept candles that are sound bars and open at a whole minute, so that a row can name them.

    :raises InvalidBars: naming the first that is not
    """
    broken = days.time % 60 != 0
    if broken.any():
        raise InvalidBars(index=int(np.argmax(broken)), reason="the time is no whole minute")
    columns = {name: getattr(days, name) for name in ("time", *DAY_COLUMNS)}
    Bars.checked(**columns, session=selectors.days_of(days.time).astype(np.int64))


def has_real_candles(*, table: selectors.CandleTable, owner_id: int) -> bool:
    """Whether there are candles of an instrument that no model made."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(HAS_REAL), [owner_id, SYNTHETIC_SOURCE])
        found: bool = cursor.fetchone()[0]
    return found


def rebuild_blocks(*, table: selectors.CandleTable, owner_id: int, every: bool) -> tuple[int, int]:
    """Make the blocks of an instrument's days anew from their JSON, and count those looked at and those written.

    Days without a block, or with ``every`` all of them.

    :raises InvalidBars: if the candles of a day are not sound
    """
    after, seen, written = date.min, 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(table.compose(UNPACKED), [owner_id, after, every, DAYS_AT_ONCE])
            rows = cursor.fetchall()
            if not rows:
                return seen, written
            days = [selectors.IntradayColumns.of_json(orjson.loads(text), day=day) for day, text in rows]
            candles = selectors.IntradayColumns.joined(days)
            check_candles(candles)
            blocks = selectors.pack_days(candles)
            after, seen = rows[-1][0], seen + len(rows)
            cursor.execute(table.compose(WRITE_BLOCKS), [[day for day, _ in rows], blocks, owner_id])
            written += cursor.rowcount


def _packed(days: selectors.IntradayColumns, *, blocks: list[bytes]) -> bytearray:
    """The rows of a binary COPY."""
    bounds = selectors.first_of_days(days.time)
    first, last = bounds[:-1], bounds[1:] - 1
    columns: list[NDArray[np.integer[Any]]] = [selectors.days_of(days.time[first]).astype(np.int64)]
    if len(first):
        columns += [
            days.open[first],
            np.maximum.reduceat(days.high, first),
            np.minimum.reduceat(days.low, first),
            days.close[last],
            np.add.reduceat(days.volume, first),
        ]
    rows = bytearray(COPY_HEADER)
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    for row, block, candles in zip(numbers, blocks, selectors.json_of_days(days), strict=True):
        rows += COPY_ROW.pack(8, 4, row[0], *(part for value in row[1:] for part in (8, value)))
        rows += SIZE.pack(len(block)) + block + SIZE.pack(len(candles)) + candles
    return rows + COPY_TRAILER
