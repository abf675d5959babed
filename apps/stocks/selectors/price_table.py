"""How daily bars are read from any price table: one row of packed columns, no objects.

What does not belong here: which table, who may read it, how a series is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from numpy.typing import NDArray

# 2,500 bars: 2.3 ms, against 3.2 ms for rows of integers and 4.6 ms for rows of Decimal; most of it is the database's
# own numeric arithmetic. The inner order by is what puts the packed values in order.
READ_BARS = """
    SELECT string_agg(int8send(day), ''::bytea), string_agg(int8send(open), ''::bytea),
           string_agg(int8send(high), ''::bytea), string_agg(int8send(low), ''::bytea),
           string_agg(int8send(close), ''::bytea), string_agg(int8send(volume), ''::bytea),
           min(source), max(source), min(version), max(version)
    FROM (
        SELECT date - DATE '1970-01-01' AS day, volume,
               (open_price * 100)::bigint AS open, (high_price * 100)::bigint AS high,
               (low_price * 100)::bigint AS low, (close_price * 100)::bigint AS close,
               coalesce(extra ->> 'source', 'unknown') AS source, extra ->> 'version' AS version
        FROM {table}
        WHERE {owner} = %s AND date BETWEEN %s AND %s
        ORDER BY date
    ) AS bars
"""


@dataclass(frozen=True, slots=True)
class PriceTable:
    """A table of daily bars, and its column that says whose bars they are."""

    name: str
    owner: str

    def compose(self, statement: str) -> str:
        """A statement with {table} and {owner} as quoted names."""
        return statement.format(table=connection.ops.quote_name(self.name), owner=connection.ops.quote_name(self.owner))


@dataclass(frozen=True, slots=True)
class PriceColumns:
    """Daily bars as columns of one length, by date; ``date`` is datetime64[D], prices are int64 paise."""

    date: NDArray[np.datetime64]
    open: NDArray[np.int64]
    high: NDArray[np.int64]
    low: NDArray[np.int64]
    close: NDArray[np.int64]
    volume: NDArray[np.int64]
    source: str = ""
    version: str | None = None

    def __len__(self) -> int:
        return len(self.date)


def read_bars(*, table: PriceTable, owner_id: int, start: date, end: date) -> PriceColumns:
    """The bars from ``start`` to ``end``, both included, in one query.

    ``source`` is what the rows' ``extra.source`` says: one word, or both ends of the alphabet joined by a plus. So is
    ``version``, which only synthetic bars have.
    """
    with connection.cursor() as cursor:
        cursor.execute(table.compose(READ_BARS), [owner_id, start, end])
        *packed, first_source, last_source, first_version, last_version = cursor.fetchone()
    day, open_, high, low, close, volume = (
        np.frombuffer(column or b"", dtype=">i8").astype(np.int64) for column in packed
    )
    return PriceColumns(
        date=day.astype("datetime64[D]"),
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=volume,
        source="+".join(sorted({first_source or "", last_source or ""})),
        version="+".join(sorted({first_version or "", last_version or ""})) or None,
    )


def available_dates(*, table: PriceTable, owner_id: int) -> tuple[date | None, date | None]:
    """The first and the last day that has a bar; None and None without any."""
    statement = "SELECT min(date), max(date) FROM {table} WHERE {owner} = %s"
    with connection.cursor() as cursor:
        cursor.execute(table.compose(statement), [owner_id])
        first, last = cursor.fetchone()
    return first, last


def has_bars(*, table: PriceTable, owner_id: int, start: date, end: date) -> bool:
    """Whether there is a bar from ``start`` to ``end``, both included."""
    statement = "SELECT EXISTS (SELECT {owner} FROM {table} WHERE {owner} = %s AND date BETWEEN %s AND %s)"
    with connection.cursor() as cursor:
        cursor.execute(table.compose(statement), [owner_id, start, end])
        found: bool = cursor.fetchone()[0]
    return found


def has_rows(*, table: PriceTable) -> bool:
    """Whether the table holds any bar."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose("SELECT EXISTS (SELECT {owner} FROM {table})"))
        found: bool = cursor.fetchone()[0]
    return found
