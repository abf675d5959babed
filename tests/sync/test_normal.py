"""A normal sync by E19: what is missing, up to the last final day; that day again; and twice changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine

import marketdata
from apps.core import clock
from apps.core.configuration import override
from apps.core.money import rupees
from apps.market.models import MarketStatus
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from tests.factories.stocks import make_daily_prices, make_stock
from tests.factories.sync import EVENING, SESSIONS, make_market, run_sync

pytestmark = pytest.mark.django_db

PROVIDER = marketdata.get_provider()
FIRST, LAST = date(2025, 12, 1), date(2026, 1, 5)


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


def rows_of(model: Any, **wanted: Any) -> list[dict[str, Any]]:
    return list(model.objects.filter(**wanted).order_by("id").values())


def days_of(enum: str) -> list[date]:
    return list(StockPriceDaily.objects.filter(stock__enum=enum).order_by("date").values_list("date", flat=True))


def test_it_stores_the_models_final_bars_from_the_start_of_history() -> None:
    make_market(stocks=["TCS"])

    log = run_sync()

    bars = PROVIDER.daily("TCS", FIRST, LAST)
    rows = list(StockPriceDaily.objects.order_by("date"))
    assert [row.date for row in rows] == bars.date.tolist()
    assert (rows[0].date, rows[-1].date, len(rows)) == (FIRST, LAST, SESSIONS)
    for name in ("open", "high", "low", "close"):
        assert [getattr(row, f"{name}_price") for row in rows] == [rupees(paise) for paise in getattr(bars, name)]
    assert rows[0].extra == {"source": "synthetic", "version": PROVIDER.version}
    assert (log.status, log.total_items, log.success_count, log.failed_count) == ("completed", 1, 1, 0)
    assert log.extra["daily_inserted"] == SESSIONS
    assert Stock.objects.get().last_synced_at == datetime(2026, 1, 6, tzinfo=clock.IST)


def test_five_minute_bars_are_those_of_the_last_sessions() -> None:
    make_market(stocks=["TCS"])

    log = run_sync()

    rows = list(Stock5MinByDay.objects.order_by("date"))
    assert [str(row.date) for row in rows] == ["2025-12-30", "2025-12-31", "2026-01-01", "2026-01-02", "2026-01-05"]
    bars = PROVIDER.intraday("TCS", LAST, LAST)
    candles = rows[-1].candles_json
    assert (min(candles), max(candles), len(candles)) == ("09:15", "15:25", 75)
    assert candles["09:15"] == {
        **{name: float(rupees(getattr(bars, name)[0, 0])) for name in ("open", "high", "low", "close")},
        "volume": int(bars.volume[0, 0]),
    }
    assert log.extra["intraday_inserted"] == 5


def test_sectors_are_stored_with_their_five_minute_bars_beside_them() -> None:
    make_market(stocks=[], sectors=["NIFTY50"])

    log = run_sync("sector")

    counts = [len(row.timewise_json or {}) for row in SectorPriceDaily.objects.order_by("date")]
    assert (log.success_count, counts) == (1, [0] * (SESSIONS - 5) + [75] * 5)


@pytest.mark.parametrize("sync_type", ["stock", "sector"])
def test_a_second_sync_changes_no_row(sync_type: str) -> None:
    make_market(sectors=["NIFTYIT"])
    run_sync(sync_type)
    tables = (Stock, StockPriceDaily, Stock5MinByDay, Sector, SectorPriceDaily)
    before = [rows_of(model) for model in tables]

    with time_machine.travel("2026-01-05T20:00:00+05:30", tick=False):
        log = run_sync(sync_type)

    assert [rows_of(model) for model in tables] == before
    assert (log.extra["daily_inserted"], log.extra["daily_updated"]) == (0, 0)
    # The last stored day was fetched again, of both kinds.
    assert log.extra["daily_unchanged"] == log.extra["intraday_unchanged"] == log.total_items


def test_only_the_days_since_the_last_are_fetched_and_that_day_is_mended() -> None:
    make_market(stocks=["TCS"])
    run_sync()
    with_partial_day = StockPriceDaily.objects.filter(date=LAST)
    with_partial_day.update(volume=1)
    spoiled_earlier = StockPriceDaily.objects.filter(date=date(2026, 1, 2))
    spoiled_earlier.update(volume=1)

    with time_machine.travel("2026-01-06T16:00:00+05:30", tick=False):
        log = run_sync()

    assert (log.extra["daily_inserted"], log.extra["daily_updated"], log.extra["daily_unchanged"]) == (1, 1, 0)
    assert with_partial_day.get().volume == PROVIDER.daily("TCS", LAST, LAST).volume[0]
    assert spoiled_earlier.get().volume == 1
    assert Stock.objects.get().last_synced_at == datetime(2026, 1, 7, tzinfo=clock.IST)


def test_more_sessions_of_five_minute_bars_are_fetched_once_more_are_kept() -> None:
    make_market(stocks=["TCS"])
    run_sync()
    override("sync.intraday_days", "7")

    log = run_sync()

    assert (log.extra["intraday_inserted"], log.extra["intraday_unchanged"]) == (2, 5)
    assert Stock5MinByDay.objects.earliest("date").date == date(2025, 12, 26)
    assert run_sync().extra["intraday_unchanged"] == 1


def test_a_running_session_is_not_stored() -> None:
    make_market(stocks=["TCS"])

    with time_machine.travel("2026-01-05T12:00:00+05:30", tick=False):
        run_sync()

    assert days_of("TCS")[-1] == date(2026, 1, 2)
    assert Stock5MinByDay.objects.latest("date").date == date(2026, 1, 2)


def test_last_synced_at_earlier_than_the_last_row_is_where_it_begins() -> None:
    make_market(stocks=["TCS"])
    run_sync()
    Stock.objects.update(last_synced_at=datetime(2025, 12, 24, 12, tzinfo=clock.IST))
    StockPriceDaily.objects.filter(date__gte=date(2025, 12, 26), date__lt=LAST).delete()

    log = run_sync()

    assert days_of("TCS") == PROVIDER.sessions(FIRST, LAST).tolist()
    # From the 24th: it and the 5th were there; 26, 29, 30, 31 December, 1 and 2 January came back.
    assert (log.extra["daily_unchanged"], log.extra["daily_inserted"]) == (2, 6)


def test_last_synced_at_never_moves_back() -> None:
    make_market(stocks=["TCS"])
    later = datetime(2026, 6, 1, tzinfo=clock.IST)
    Stock.objects.update(last_synced_at=later)

    run_sync()

    assert Stock.objects.get().last_synced_at == later


def test_history_that_begins_later_bounds_the_start() -> None:
    make_market(stocks=["TCS"])
    override("history.start_date", "2026-01-02")

    run_sync()

    assert days_of("TCS") == [date(2026, 1, 2), LAST]


def test_days_that_an_administrator_closed_are_left_out_and_counted() -> None:
    make_market()
    MarketStatus.objects.create(date=date(2025, 12, 10), is_market_open=False)
    MarketStatus.objects.create(date=date(2026, 1, 2), is_market_open=False)

    log = run_sync()

    sessions = PROVIDER.sessions(FIRST, LAST).tolist()
    assert days_of("TCS") == [day for day in sessions if day not in (date(2025, 12, 10), date(2026, 1, 2))]
    assert "2026-01-02" not in {str(day) for day in Stock5MinByDay.objects.values_list("date", flat=True)}
    # Christmas and the two, of each of two stocks.
    assert log.extra["closed_days"] == 6


def test_a_day_that_an_administrator_opened_again_is_stored() -> None:
    make_market(stocks=["TCS"])
    status = MarketStatus.objects.create(date=LAST, is_market_open=False)
    run_sync()
    assert days_of("TCS")[-1] == date(2026, 1, 2)
    status.is_market_open = True
    status.save()

    run_sync()

    assert days_of("TCS")[-1] == LAST


def test_real_prices_are_left_alone_and_the_stock_counted_as_skipped() -> None:
    make_market(stocks=["INFY"])
    real = make_stock(enum="TCS", last_synced_at=datetime(2025, 1, 4, tzinfo=clock.IST))
    make_daily_prices(stock=real, extra={"source": "import", "file": "TCS.csv"})
    before = rows_of(StockPriceDaily, stock=real)

    log = run_sync()

    assert (log.status, log.total_items, log.success_count, log.failed_count) == ("completed", 2, 1, 0)
    assert log.extra["skipped"] == log.skipped_count == 1
    assert [(skip["instrument"], skip["code"]) for skip in log.extra["skips"]] == [("TCS", "REAL_BARS")]
    assert rows_of(StockPriceDaily, stock=real) == before
    assert not Stock5MinByDay.objects.filter(stock=real).exists()
    real.refresh_from_db()
    assert real.last_synced_at == datetime(2025, 1, 4, tzinfo=clock.IST)


def test_bars_of_another_version_of_the_model_are_all_replaced() -> None:
    make_market(stocks=["TCS"])
    bars = [(day, "100.00", "110.00", "95.00", "105.00", 1000) for day in ("2025-12-30", "2025-12-31", "2026-01-02")]
    make_daily_prices(stock=Stock.objects.get(), bars=bars, extra={"source": "synthetic", "version": "older"})
    Stock.objects.update(last_synced_at=datetime(2026, 1, 3, tzinfo=clock.IST))

    log = run_sync()

    assert days_of("TCS") == PROVIDER.sessions(FIRST, LAST).tolist()
    assert {row.extra["version"] for row in StockPriceDaily.objects.all()} == {PROVIDER.version}
    assert log.extra["daily_removed_synthetic"] == 3


def test_one_failure_is_noted_and_stops_nothing() -> None:
    make_market(stocks=["INFY", "NEWSTOCK", "TCS"])

    log = run_sync()

    assert (log.total_items, log.success_count, log.failed_count, log.skipped_count) == (3, 2, 1, 0)
    assert (log.status, log.progress, log.stage) == ("completed", 1.0, "done")
    assert log.error_details == [
        {"instrument": "NEWSTOCK", "code": "SYMBOL_NOT_FOUND", "message": "Unknown symbol: NEWSTOCK"}
    ]
    assert Stock.objects.get(enum="NEWSTOCK").last_synced_at is None
    assert days_of("INFY")
    assert days_of("TCS")


def test_inactive_instruments_are_left_out_unless_they_are_named() -> None:
    make_market(stocks=["INFY", "TCS"])
    Stock.objects.filter(enum="TCS").update(status="inactive")

    assert run_sync().total_items == 1
    assert run_sync(instruments=["TCS"]).success_count == 1


def test_a_market_without_instruments_ends_at_once() -> None:
    log = run_sync()

    assert (log.status, log.total_items, log.progress) == ("completed", 0, 1.0)
    assert log.end_time is not None
