"""A sync outlives its rings and its workers: what was lost is picked up, and SYNC_RUNNING ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.db.models.functions import Now

import marketdata
from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market import services as market_services
from apps.stocks.models import Stock, StockPriceDaily
from apps.sync import constants, services
from apps.sync.models import SyncItem, SyncLog
from apps.sync.services import claims
from marketdata import providers
from tests.factories.sync import EVENING, SESSIONS, make_market, open_sync, run_sync
from tests.races import wait_until

pytestmark = pytest.mark.django_db

NOT_YET = constants.STALLED_AFTER - timedelta(seconds=1)


def lose_worker() -> None:
    """Let the lease of what runs be over; it is by the clock of the database, which no test shifts."""
    SyncItem.objects.filter(state="running").update(lease_until=Now() - timedelta(seconds=1))


def test_a_sync_whose_ring_was_lost_is_rung_again(django_capture_on_commit_callbacks: Any) -> None:
    with time_machine.travel(EVENING, tick=False) as traveller:
        make_market()
        open_sync()

        traveller.shift(NOT_YET)
        with django_capture_on_commit_callbacks(execute=True) as rings:
            services.ring_pending()
        assert (rings, SyncLog.objects.get().status) == ([], "pending")

        traveller.shift(timedelta(seconds=1))
        with django_capture_on_commit_callbacks(execute=True):
            services.ring_pending()

    assert SyncLog.objects.get().status == "completed"
    assert StockPriceDaily.objects.count() == 2 * SESSIONS


def test_one_ring_is_enough_until_it_stands_still_again(django_capture_on_commit_callbacks: Any) -> None:
    with time_machine.travel(EVENING, tick=False) as traveller:
        make_market()
        open_sync()
        traveller.shift(constants.STALLED_AFTER)

        with django_capture_on_commit_callbacks() as first:
            services.ring_pending()
        with django_capture_on_commit_callbacks() as second:
            services.ring_pending()

    assert (len(first), len(second)) == (1, 0)


def test_an_instrument_whose_worker_was_killed_is_fetched_by_another(django_capture_on_commit_callbacks: Any) -> None:
    with time_machine.travel(EVENING, tick=False) as traveller:
        make_market(stocks=["TCS"])
        open_sync()
        assert claims.claim_next() is not None

        assert claims.claim_next() is None
        lose_worker()
        traveller.shift(constants.STALLED_AFTER)
        with django_capture_on_commit_callbacks(execute=True):
            services.ring_pending()

    log = SyncLog.objects.get()
    assert (log.status, log.success_count) == ("completed", 1)
    assert SyncItem.objects.get().attempts == 2


def test_an_instrument_that_kills_its_workers_is_given_up_and_the_sync_ends() -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market(stocks=["TCS"])
        log = open_sync()
        for _ in range(constants.MAX_ATTEMPTS):
            assert claims.claim_next() is not None
            lose_worker()

        services.execute_all(log_id=log.pk)
        log.refresh_from_db()
        assert (log.status, log.failed_count) == ("failed", 1)
        assert [failure["code"] for failure in log.failures] == ["WORKER_LOST"]
        # The type is free again.
        assert run_sync().status == "completed"


def test_a_worker_that_says_it_lives_keeps_its_instrument() -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market(stocks=["TCS"])
        log = open_sync()
        item = claims.claim_next()
        assert item is not None
        lose_worker()

        assert claims.keep(item)

        assert claims.claim_next() is None
        services.ring_pending()
        log.refresh_from_db()
        assert log.end_time is None


def test_a_worker_that_lost_its_instrument_is_told_so_and_renews_nothing() -> None:
    make_market(stocks=["TCS"])
    open_sync()
    first = claims.claim_next()
    lose_worker()
    assert claims.claim_next() is not None
    lose_worker()
    assert first is not None

    assert not claims.keep(first)

    again = claims.claim_next()
    assert again is not None
    assert again.attempts == 3


@pytest.mark.parametrize("ahead", [timedelta(minutes=-10), timedelta(minutes=10)])
def test_no_clock_of_a_worker_ends_a_lease_early(ahead: timedelta) -> None:
    """The lease is the database's: a worker whose clock jumped neither takes over nor is taken over (fault 14)."""
    make_market(stocks=["TCS"])
    open_sync()
    with time_machine.travel(clock.now() + ahead):
        assert claims.claim_next() is not None
    assert claims.claim_next() is None
    with time_machine.travel(clock.now() + 2 * ahead):
        assert claims.claim_next() is None
    lose_worker()
    assert claims.claim_next() is not None


def test_a_sync_that_moved_last_by_a_clock_that_ran_ahead_is_rung_for(django_capture_on_commit_callbacks: Any) -> None:
    make_market(stocks=["TCS"])
    with time_machine.travel(clock.now() + timedelta(minutes=10)):
        open_sync()

    with django_capture_on_commit_callbacks() as rings:
        services.ring_pending()

    assert len(rings) == 1


@pytest.mark.django_db(transaction=True)
def test_an_instrument_is_kept_for_as_long_as_the_work_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HEARTBEAT_SECONDS", 0.01)
    make_market(stocks=["TCS"])
    open_sync()
    item = claims.claim_next()
    assert item is not None
    lose_worker()

    with claims.held(item):
        kept = SyncItem.objects.filter(pk=item.pk, lease_until__gt=Now())
        wait_until(kept.exists)


def test_killed_between_the_bars_and_the_end_the_next_run_changes_no_row() -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market(stocks=["TCS"])
        log = open_sync()
        item = claims.claim_next()
        assert item is not None
        # What the killed worker had done.
        stock = market_selectors.get_named_instrument(identifier="TCS")
        market_services.fill_newest(instrument=stock, now=clock.now())
        before = list(StockPriceDaily.objects.order_by("id").values())
        lose_worker()

        services.execute_all(log_id=log.pk)

    assert list(StockPriceDaily.objects.order_by("id").values()) == before
    assert SyncLog.objects.get().status == "completed"


class Broken(marketdata.get_provider().__class__):  # type: ignore[misc]
    """The synthetic market, whose bars of one stock cannot be stored, or whose code has a bug."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def daily(self, symbol: str, start: date, end: date, *, now: Any = None) -> Any:
        bars = super().daily(symbol, start, end, now=now)
        if symbol != "INFY":
            return bars
        if self.error is not None:
            raise self.error
        low = bars.low.copy()
        low[3] = bars.high[3] + 5
        return type(bars)(**{**{name: getattr(bars, name) for name in bars.__dataclass_fields__}, "low": low})


@pytest.fixture
def choose_provider() -> Any:
    """Another provider, until the test ends."""
    before = marketdata.get_provider()
    yield providers.choose
    providers.choose(before)


def test_bars_that_the_table_refuses_fail_their_instrument_only(choose_provider: Any) -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market()
        choose_provider(Broken())

        log = run_sync()

    assert (log.status, log.success_count, log.failed_count) == ("completed", 1, 1)
    assert log.error_details == [
        {"instrument": "INFY", "code": "STORE_FAILED", "message": constants.STORE_MESSAGE},
    ]
    # Nothing of it was written half.
    assert not StockPriceDaily.objects.filter(stock__enum="INFY").exists()
    assert Stock.objects.get(enum="INFY").last_synced_at is None


def test_a_bug_is_not_hidden_and_shows_none_of_its_words(choose_provider: Any) -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market()
        choose_provider(Broken(ZeroDivisionError("secret")))
        log = open_sync()

        with pytest.raises(ZeroDivisionError):
            services.execute_next()
        services.execute_next()

    log.refresh_from_db()
    assert (log.status, log.success_count, log.failed_count) == ("completed", 1, 1)
    assert log.error_details == [
        {"instrument": "INFY", "code": "INTERNAL_ERROR", "message": constants.INTERNAL_MESSAGE},
    ]


def test_a_failure_of_the_database_shows_none_of_its_words(choose_provider: Any) -> None:
    with time_machine.travel(EVENING, tick=False):
        make_market(stocks=["INFY"])
        choose_provider(Broken(DatabaseError("secret")))

        log = run_sync()

    assert "secret" not in str(log.error_details)
