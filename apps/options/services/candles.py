"""How 5-minute candles of options are stored: COPY into a temporary table, then one upsert that merges the days.

What does not belong here: making candles, and choosing the contracts.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from django.db import connection, transaction

from apps.options import selectors
from marketdata.instrument_keys import Option
from marketdata.types import IntradayBars

INCOMING = """
    CREATE TEMPORARY TABLE IF NOT EXISTS incoming_option_candles (
        underlying_symbol text, expiry_date date, option_type text, option_strike numeric(10, 2), candles jsonb
    ) ON COMMIT DROP;
    TRUNCATE incoming_option_candles
"""
# Keys and numbers hold nothing that this format would have to escape.
COPY = "COPY incoming_option_candles FROM STDIN (FORMAT text)"
# Days of the same maker are joined; those of another, or of another version, give way: they are of another world.
UPSERT = """
    WITH written AS (
        INSERT INTO options_5min AS stored (
            underlying_type, underlying_symbol, expiry_date, option_type, option_strike, candles_json, extra,
            created_at, updated_at
        )
        SELECT %(type)s, underlying_symbol, expiry_date, option_type, option_strike, candles, %(extra)s::jsonb,
               now(), now()
        FROM incoming_option_candles
        ON CONFLICT (underlying_symbol, expiry_date, option_type, option_strike) DO UPDATE SET
            underlying_type = excluded.underlying_type,
            candles_json = CASE WHEN stored.extra = excluded.extra
                                THEN stored.candles_json || excluded.candles_json ELSE excluded.candles_json END,
            extra = excluded.extra, updated_at = now()
        WHERE stored.extra <> excluded.extra OR stored.underlying_type <> excluded.underlying_type
            OR stored.candles_json || excluded.candles_json <> stored.candles_json
        RETURNING xmax = 0 AS is_new
    )
    SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written
"""


@dataclass(frozen=True, slots=True)
class StoredCandles:
    """What storing did, in contracts."""

    inserted: int
    updated: int
    unchanged: int


@transaction.atomic
def store_candles(
    *, underlying_type: str, bars: Mapping[Option, IntradayBars], extra: Mapping[str, object]
) -> StoredCandles:
    """Store 5-minute candles of many contracts in two statements; a second time changes nothing.

    ``bars``: as ``Provider.option_intraday`` gives them, any number of days. Contracts without a candle are left out.
    ``extra``: ``source`` and ``version``; days that another source or version made are replaced, the rest is kept.

    :raises ValueError: if the last bar is still forming: only final bars are stored
    """
    if any(each.forming for each in bars.values()):
        raise ValueError("only final bars are stored")
    lines = [_line(option, days=days) for option, each in bars.items() if (days := _days(each))]
    with connection.cursor() as cursor:
        cursor.execute(INCOMING)
        cursor.copy_expert(COPY, io.BytesIO(b"".join(lines)))
        cursor.execute(UPSERT, {"type": underlying_type, "extra": json.dumps(dict(extra))})
        inserted, updated = cursor.fetchone()
    return StoredCandles(inserted=inserted, updated=updated, unchanged=len(lines) - inserted - updated)


def _days(bars: IntradayBars) -> dict[str, object]:
    return {day.isoformat(): candles for day, candles in selectors.candles_by_day(bars)}


def _line(option: Option, *, days: Mapping[str, object]) -> bytes:
    contract = f"{option.underlying}\t{option.expiry}\t{option.right}\t{option.strike:f}\t"
    return contract.encode() + orjson.dumps(days) + b"\n"
