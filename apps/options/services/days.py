"""How imported days of options are stored: COPY into a temporary table, then one upsert.

What does not belong here: reading files, and deciding which rows are good.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction

INCOMING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming_option_days (
        underlying_type text, underlying_symbol text, expiry_date date, option_type text, option_strike numeric(10, 2),
        date date, open bigint, high bigint, low bigint, close bigint, settle bigint, underlying bigint,
        volume bigint, open_interest bigint, lot_size integer
    ) ON COMMIT DROP;
    TRUNCATE incoming_option_days
"""
COPY = "COPY incoming_option_days FROM STDIN (FORMAT csv)"
# A row is written only where it differs; xmax is 0 in a row that this statement inserted.
UPSERT = """
    WITH written AS (
        INSERT INTO options_daily AS stored (
            underlying_type, underlying_symbol, expiry_date, option_type, option_strike, date,
            open_price, high_price, low_price, close_price, settle_price, underlying_price,
            volume, open_interest, lot_size, extra, created_at, updated_at
        )
        SELECT underlying_type, underlying_symbol, expiry_date, option_type, option_strike, date,
               open / 100.0, high / 100.0, low / 100.0, close / 100.0, settle / 100.0, underlying / 100.0,
               volume, open_interest, lot_size, %s::jsonb, now(), now()
        FROM incoming_option_days
        ON CONFLICT (underlying_symbol, expiry_date, option_type, option_strike, date) DO UPDATE SET
            underlying_type = excluded.underlying_type, open_price = excluded.open_price,
            high_price = excluded.high_price, low_price = excluded.low_price, close_price = excluded.close_price,
            settle_price = excluded.settle_price, underlying_price = excluded.underlying_price,
            volume = excluded.volume, open_interest = excluded.open_interest, lot_size = excluded.lot_size,
            extra = excluded.extra, updated_at = now()
        WHERE (stored.underlying_type, stored.open_price, stored.high_price, stored.low_price, stored.close_price,
               stored.settle_price, stored.underlying_price, stored.volume, stored.open_interest, stored.lot_size,
               stored.extra)
            IS DISTINCT FROM
              (excluded.underlying_type, excluded.open_price, excluded.high_price, excluded.low_price,
               excluded.close_price, excluded.settle_price, excluded.underlying_price, excluded.volume,
               excluded.open_interest, excluded.lot_size, excluded.extra)
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new),
           (SELECT count(*) FROM incoming_option_days)
    FROM written
"""


class DayRow(NamedTuple):
    """One contract on one day, as a bhavcopy has it: prices in paise, counts in units of the underlying.

    ``underlying_type``: stock or sector. ``underlying_symbol``: our symbol (NIFTY50, not NIFTY). ``option_type``: CE or
    PE (European; older files write CA and PA for American ones). Where nothing traded, ``volume`` is 0 and the four
    prices are None. ``volume`` is contracts times lot. ``settle``, ``underlying`` and ``lot_size`` are None where the
    file does not have them.
    """

    underlying_type: str
    underlying_symbol: str
    expiry_date: date
    option_type: str
    option_strike: Decimal
    date: date
    open: int | None
    high: int | None
    low: int | None
    close: int | None
    settle: int | None
    underlying: int | None
    volume: int
    open_interest: int
    lot_size: int | None


@dataclass(frozen=True, slots=True)
class StoredDays:
    """What storing did, in rows."""

    inserted: int
    updated: int
    unchanged: int


@transaction.atomic
def store_option_days(*, rows: Iterable[DayRow], extra: Mapping[str, object]) -> StoredDays:
    """Store the days of many contracts, of one file say, in two statements; a second time changes nothing.

    Assumes that the caller has refused rows that break OHLC order and rows of a contract and day that come twice: the
    database refuses the whole lot. ``extra`` goes into every row: ``{"source": "import"}`` at least.
    """
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    lines.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        cursor.copy_expert(COPY, lines)
        cursor.execute(UPSERT, [json.dumps(dict(extra))])
        inserted, updated, count = cursor.fetchone()
    return StoredDays(inserted=inserted, updated=updated, unchanged=count - inserted - updated)
