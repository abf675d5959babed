"""How 5-minute candles are read from any table that holds them: blocks where rows have one, their JSON where not.

What does not belong here: which table, who may read it, the shape of a block, longer candles.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from datetime import date

import numpy as np
import orjson
from django.db import connection

from apps.stocks.selectors import blocks
from apps.stocks.selectors.candles import IntradayColumns

# One block a row, in binary: psycopg2 would write bytes out in hexadecimal, and to join them in the database costs more
# than to do it here. 2,500 days: 5 ms, against 9 ms joined and 11 ms as one value.
READ_BLOCKS = """
    COPY (
        SELECT date, {packed} FROM {table}
        WHERE {owner} = %s AND date BETWEEN %s AND %s AND ({packed} IS NOT NULL OR {candles} <> '{{}}')
        ORDER BY date
    ) TO STDOUT (FORMAT binary)
"""
READ_JSON = "SELECT date, {candles}::text FROM {table} WHERE {owner} = %s AND date = ANY(%s)"
NEWEST = """
    SELECT date FROM {table}
    WHERE {owner} = %s AND date BETWEEN %s AND %s AND ({packed} IS NOT NULL OR {candles} <> '{{}}')
    ORDER BY date DESC LIMIT %s
"""
SPAN = """
    SELECT min(date), max(date) FROM {table}
    WHERE {owner} = %s AND ({packed} IS NOT NULL OR {candles} <> '{{}}')
"""
# A binary COPY: a signature, flags and no extension; then of each row the number of fields, and before each its size,
# which is -1 for null. Days are counted from 2000. At the end stands a number of fields of -1.
COPY_HEAD_BYTES = 19
COPY_TAIL_BYTES = 2
COPY_ROW = struct.Struct(">hiii")
DAY_FIELD, SIZE_FIELD = slice(6, 10), slice(10, 14)
FIRST_COPY_DAY = date(2000, 1, 1)
# The label of the newest day.
LABEL = """
    SELECT {source}, {version} FROM {table}
    WHERE {owner} = %s AND ({packed} IS NOT NULL OR {candles} <> '{{}}')
    ORDER BY date DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class CandleTable:
    """A table with a day of candles a row, and its columns: whose they are, their JSON, their block, their source.

    A row that says nothing about the source of its candles has ``extra`` to tell it.
    """

    name: str
    owner: str
    candles: str
    packed: str
    extra: str

    def compose(self, statement: str) -> str:
        """A statement with the names of this table, quoted."""
        quote = connection.ops.quote_name
        extra = f"coalesce({quote(self.extra)}, extra)"
        return statement.format(
            table=quote(self.name),
            owner=quote(self.owner),
            candles=quote(self.candles),
            packed=quote(self.packed),
            extra=quote(self.extra),
            source=f"coalesce({extra} ->> 'source', 'unknown')",
            version=f"{extra} ->> 'version'",
        )


def read_candles(*, table: CandleTable, owner_id: int, start: date, end: date) -> IntradayColumns:
    """The candles from ``start`` to ``end``, both included, in one query, or two where a row has no block."""
    received = io.BytesIO()
    rows: list[tuple[date, str]] = []
    with connection.cursor() as cursor:
        statement = cursor.mogrify(table.compose(READ_BLOCKS), [owner_id, start, end])
        cursor.copy_expert(statement.decode(), received)
        heads, bodies, without = _blocks(received.getbuffer())
        if without:
            cursor.execute(table.compose(READ_JSON), [owner_id, without])
            rows = cursor.fetchall()
    candles = blocks.unpack(heads=heads, bodies=bodies)
    if not rows:
        return candles
    parts = [candles, *(IntradayColumns.of_json(orjson.loads(text), day=day) for day, text in rows)]
    return IntradayColumns.joined(parts).in_order()


def newest_days(*, table: CandleTable, owner_id: int, start: date, end: date, count: int) -> list[date]:
    """The newest ``count`` days with candles in a range, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(NEWEST), [owner_id, start, end, count])
        return [day for (day,) in cursor.fetchall()]


def candle_dates(*, table: CandleTable, owner_id: int) -> tuple[date | None, date | None]:
    """The first and the last day that has candles; None and None without any."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(SPAN), [owner_id])
        first, last = cursor.fetchone()
    return first, last


def candle_label(*, table: CandleTable, owner_id: int) -> tuple[str, str | None] | None:
    """Source and version of the newest day of candles; None without any."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LABEL), [owner_id])
        found: tuple[str, str | None] | None = cursor.fetchone()
    return found


def _blocks(received: memoryview) -> tuple[bytes, bytes, list[date]]:
    """From a binary COPY of days and blocks, the heads and the bodies of blocks, and the days that have none.

    Rows of one size are cut at once: nearly all days have as many candles as the one before.
    """
    data = np.frombuffer(received, dtype=np.uint8)[COPY_HEAD_BYTES:-COPY_TAIL_BYTES]
    heads, bodies, without = [], [], np.empty(0, dtype=np.int64)
    while len(data):
        *_, size = COPY_ROW.unpack_from(data.data)
        width = COPY_ROW.size + max(size, 0)
        rows = data[: len(data) // width * width].reshape(-1, width)
        others = (rows[:, SIZE_FIELD] != rows[0, SIZE_FIELD]).any(axis=1)
        rows = rows[: int(np.argmax(others)) or len(rows)]
        data = data[rows.size :]
        if size > 0:
            body = COPY_ROW.size + blocks.HEAD_BYTES
            heads.append(rows[:, COPY_ROW.size : body].tobytes())
            bodies.append(rows[:, body:].tobytes())
        else:
            without = np.append(without, np.frombuffer(rows[:, DAY_FIELD].tobytes(), dtype=">i4"))
    days = np.datetime64(FIRST_COPY_DAY) + without
    return b"".join(heads), b"".join(bodies), days.tolist()
