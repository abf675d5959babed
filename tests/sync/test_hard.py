"""A hard sync by E19: the range and list given, over what is there, never two versions of the model side by side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
import time_machine

import marketdata
from apps.core import clock
from apps.market.models import MarketStatus
from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from apps.sync.enums import SyncMode
from apps.sync.models import SyncLog
from tests.factories.stocks import make_daily_prices, make_stock
from tests.factories.sync import EVENING, SESSIONS, make_market, run_sync

pytestmark = pytest.mark.django_db

PROVIDER = marketdata.get_provider()


@pytest.fixture(autouse=True)
def _evening() -> Iterator[None]:
    with time_machine.travel(EVENING, tick=False):
        yield


def run_hard(start: str, end: str, sync_type: str = "stock", instruments: tuple[str, ...] = ()) -> SyncLog:
    return run_sync(
        sync_type,
        mode=SyncMode.HARD,
        instruments=instruments,
        start_date=date.fromisoformat(start),
        end_date=date.fromisoformat(end),
    )


def test_it_fetches_the_range_of_the_list_and_nothing_else() -> None:
    make_market()

    log = run_hard("2025-12-08", "2025-12-12", instruments=("TCS",))

    rows = StockPriceDaily.objects.order_by("date")
    assert {row.stock.enum for row in rows.select_related("stock")} == {"TCS"}
    assert [str(row.date) for row in rows] == ["2025-12-08", "2025-12-09", "2025-12-10", "2025-12-11", "2025-12-12"]
    assert (log.mode, log.total_items, log.success_count) == ("hard", 1, 1)
    assert Stock.objects.get(enum="TCS").last_synced_at == datetime(2025, 12, 13, tzinfo=clock.IST)
    assert Stock5MinByDay.objects.count() == 5


def test_five_minute_bars_are_those_of_the_last_sessions_of_the_range() -> None:
    make_market(stocks=["TCS"])

    run_hard("2025-12-01", "2025-12-12")

    days = Stock5MinByDay.objects.order_by("date").values_list("date", flat=True)
    assert [day.day for day in days] == [8, 9, 10, 11, 12]


def test_it_overwrites_what_is_there() -> None:
    make_market(stocks=["TCS"])
    run_sync()
    before = list(StockPriceDaily.objects.order_by("id").values_list("date", "close_price", "volume"))
    StockPriceDaily.objects.filter(date__gte=date(2025, 12, 29)).update(volume=1)

    log = run_hard("2025-12-29", "2026-01-05")

    assert list(StockPriceDaily.objects.order_by("id").values_list("date", "close_price", "volume")) == before
    assert (log.extra["daily_inserted"], log.extra["daily_updated"], log.extra["daily_unchanged"]) == (0, 6, 0)


def test_last_synced_at_does_not_move_back() -> None:
    make_market(stocks=["TCS"])
    run_sync()

    run_hard("2025-12-01", "2025-12-05")

    assert Stock.objects.get().last_synced_at == datetime(2026, 1, 6, tzinfo=clock.IST)


def test_a_range_that_is_not_over_stops_at_the_last_final_day() -> None:
    make_market(stocks=["TCS"])

    run_hard("2026-01-05", "2026-02-28")

    assert [row.date for row in StockPriceDaily.objects.all()] == [date(2026, 1, 5)]


@pytest.mark.parametrize(("start", "end"), [("2026-01-06", "2026-02-28"), ("2026-01-03", "2026-01-04")])
def test_a_range_without_a_session_that_is_over_is_skipped(start: str, end: str) -> None:
    make_market()

    log = run_hard(start, end)

    assert (log.status, log.total_items, log.skipped_count, log.success_count) == ("completed", 2, 2, 0)
    assert [skip["code"] for skip in log.extra["skips"]] == ["NO_SESSION", "NO_SESSION"]
    assert set(Stock.objects.values_list("last_synced_at", flat=True)) == {None}


def test_a_closed_day_is_skipped_and_counted() -> None:
    make_market(stocks=["TCS"])
    MarketStatus.objects.create(date=date(2025, 12, 10), is_market_open=False, reason="Elections")

    log = run_hard("2025-12-10", "2025-12-10")

    assert (log.success_count, log.failed_count, log.extra["skipped"], log.total_items) == (0, 0, 1, 1)
    assert log.extra["closed_days"] == 1
    assert not StockPriceDaily.objects.exists()


def test_a_part_never_joins_two_versions_of_the_model() -> None:
    make_market(stocks=["TCS"])
    make_daily_prices(stock=Stock.objects.get(), extra={"source": "synthetic", "version": "older"})
    before = list(StockPriceDaily.objects.order_by("id").values())

    part = run_hard("2025-12-01", "2026-01-05")

    assert (part.status, part.failed_count) == ("failed", 1)
    assert [failure["code"] for failure in part.failures] == ["MODEL_CHANGED"]
    assert list(StockPriceDaily.objects.order_by("id").values()) == before

    whole = run_hard("2025-01-01", "2026-01-05")

    assert whole.success_count == 1
    assert {row.extra["version"] for row in StockPriceDaily.objects.all()} == {PROVIDER.version}
    assert StockPriceDaily.objects.count() == len(PROVIDER.sessions(date(2025, 1, 1), date(2026, 1, 5)))


def test_real_prices_are_left_alone() -> None:
    make_market(stocks=[])
    make_daily_prices(stock=make_stock(enum="TCS"), extra={"source": "import", "file": "TCS.csv"})

    log = run_hard("2025-01-01", "2025-01-31")

    assert (log.skipped_count, log.extra["skips"][0]["code"]) == (1, "REAL_BARS")
    assert StockPriceDaily.objects.count() == 3


def test_a_normal_sync_after_a_hard_one_goes_on_from_there() -> None:
    make_market(stocks=["TCS"])
    run_hard("2025-12-01", "2025-12-31")

    log = run_sync()

    assert StockPriceDaily.objects.count() == SESSIONS
    assert (log.extra["daily_inserted"], log.extra["daily_unchanged"]) == (3, 1)
