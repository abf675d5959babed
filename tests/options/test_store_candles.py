"""5-minute candles of options: a row a contract, days merged, a second time changes nothing."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest

import marketdata
from apps.options import services
from apps.options.models import Option5Min
from apps.options.services import StoredCandles
from marketdata.instrument_keys import Option
from marketdata.types import IntradayBars
from tests.factories.options import option_of

CALL, PUT = (option_of(f"NIFTY50-2025-01-16-23500-{right}") for right in ("CE", "PE"))
FIRST, SECOND = date(2025, 1, 9), date(2025, 1, 10)
MADE = {"source": "synthetic", "version": "synthetic-1"}


def bars_of(start: date, end: date, *options: Option, now: str = "") -> dict[Option, IntradayBars]:
    moment = datetime.fromisoformat(now) if now else None
    return dict(marketdata.get_provider().option_intraday(options, start, end, now=moment))


def store(bars: dict[Option, IntradayBars], **extra: str) -> StoredCandles:
    return services.store_candles(underlying_type="sector", bars=bars, extra={**MADE, **extra})


def test_a_row_is_a_contract_by_date_then_time(db: None) -> None:
    bars = bars_of(FIRST, SECOND, CALL, PUT)

    assert store(bars) == StoredCandles(inserted=2, updated=0, unchanged=0)

    row = Option5Min.objects.get(option_type="CE")
    assert (row.underlying_type, row.underlying_symbol, row.expiry_date) == ("sector", "NIFTY50", CALL.expiry)
    assert (row.option_strike, row.extra) == (CALL.strike, MADE)
    assert list(row.candles_json) == ["2025-01-09", "2025-01-10"]
    day, made = row.candles_json["2025-01-10"], bars[CALL]
    assert (min(day), max(day), len(day)) == ("09:15", "15:25", 75)
    assert day["09:20"] == {
        "open": int(made.open[1, 1]) / 100,
        "high": int(made.high[1, 1]) / 100,
        "low": int(made.low[1, 1]) / 100,
        "close": int(made.close[1, 1]) / 100,
        "volume": int(made.volume[1, 1]),
    }


def test_a_second_time_changes_no_row(db: None) -> None:
    store(bars_of(FIRST, SECOND, CALL, PUT))
    before = dict(Option5Min.objects.values_list("pk", "updated_at"))

    assert store(bars_of(FIRST, SECOND, CALL, PUT)) == StoredCandles(inserted=0, updated=0, unchanged=2)
    # A part of what is there is no change either.
    assert store(bars_of(SECOND, SECOND, CALL)) == StoredCandles(inserted=0, updated=0, unchanged=1)
    assert dict(Option5Min.objects.values_list("pk", "updated_at")) == before


def test_days_are_merged_by_date(db: None) -> None:
    store(bars_of(FIRST, FIRST, CALL))

    assert store(bars_of(SECOND, SECOND, CALL, PUT)) == StoredCandles(inserted=1, updated=1, unchanged=0)

    assert list(Option5Min.objects.get(option_type="CE").candles_json) == ["2025-01-09", "2025-01-10"]


def test_days_of_another_version_give_way(db: None) -> None:
    store(bars_of(FIRST, FIRST, CALL))

    assert store(bars_of(SECOND, SECOND, CALL), version="synthetic-2").updated == 1

    row = Option5Min.objects.get()
    assert (list(row.candles_json), row.extra["version"]) == (["2025-01-10"], "synthetic-2")


def test_a_changed_candle_replaces_its_day(db: None) -> None:
    store(bars_of(FIRST, FIRST, CALL))
    row = Option5Min.objects.get()
    right = row.candles_json["2025-01-09"]["09:15"]["close"]
    row.candles_json["2025-01-09"]["09:15"]["close"] = 1.0
    row.save()

    assert store(bars_of(FIRST, FIRST, CALL)).updated == 1

    assert Option5Min.objects.get().candles_json["2025-01-09"]["09:15"]["close"] == right


def test_a_bar_that_still_forms_is_refused(db: None) -> None:
    with pytest.raises(ValueError, match="only final bars"):
        store(bars_of(SECOND, SECOND, CALL, now="2025-01-10T11:07:31+05:30"))

    assert Option5Min.objects.count() == 0


def test_a_contract_without_candles_makes_no_row(db: None) -> None:
    assert store(bars_of(date(2025, 1, 11), date(2025, 1, 12), CALL)) == StoredCandles(0, 0, 0)
    assert store({}) == StoredCandles(0, 0, 0)


def test_storing_costs_the_same_queries_however_many_contracts(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):  # savepoint, temporary table, COPY, upsert, release
        store(bars_of(FIRST, SECOND, CALL, PUT))
