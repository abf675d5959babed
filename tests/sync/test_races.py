"""One sync of a type, each instrument once, one end: on real connections that act at the same moment.

What each was seen to catch: the unique constraint on unfinished syncs, SKIP LOCKED with the claim's update, the
condition of attempts on an end, and the lock of the sync's row before its counts are read.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from apps.core import clock
from apps.notifications.models import Notification
from apps.stocks.models import StockPriceDaily
from apps.sync import constants, services
from apps.sync.enums import ItemState
from apps.sync.errors import SyncRunning
from apps.sync.models import SyncItem, SyncLog
from apps.sync.services import claims, results
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.stocks import make_stock
from tests.factories.sync import make_market, open_sync
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)

THREADS = 8
ROUNDS = 8
SUCCESS = results.Outcome(ItemState.SUCCESS, counts={"daily_inserted": 1})


@pytest.fixture
def rings(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Rings go nowhere, as when no worker listens; what is left is what the tables decide."""
    rung: list[str] = []
    monkeypatch.setattr("apps.core.jobs._ring", lambda task, ids: rung.append(task))
    return rung


def many_stocks(count: int) -> None:
    for number in range(count):
        make_stock(enum=f"S{number:02d}")


def open_or_refused(_number: int) -> int | None:
    try:
        return open_sync().pk
    except SyncRunning:
        return None


def test_of_syncs_started_together_one_runs() -> None:
    many_stocks(3)
    for round_ in range(ROUNDS):
        SyncLog.objects.all().delete()

        opened = together(THREADS, open_or_refused)

        assert len([log_id for log_id in opened if log_id is not None]) == 1, f"round {round_}"
        assert (SyncLog.objects.count(), SyncItem.objects.count()) == (1, 3)


def test_of_triggers_posted_together_one_is_accepted(admin: User, rings: list[str]) -> None:
    many_stocks(3)
    client = client_of(admin)

    answers = together(THREADS, lambda _: client.post("/api/v1/sync/trigger-normal", {"sync_type": "stock"}))

    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: THREADS - 1}
    assert {answer.json()["code"] for answer in answers if answer.status_code == 409} == {"SYNC_RUNNING"}
    assert rings == ["sync.fan_out"]


def claim_all(_number: int) -> list[int]:
    found = []
    while (item := claims.claim_next()) is not None:
        found.append(item.pk)
    return found


def test_workers_that_claim_together_never_get_the_same_instrument() -> None:
    many_stocks(40)
    log = open_sync()

    claimed = together(THREADS, claim_all)

    assert Counter(pk for each in claimed for pk in each) == dict.fromkeys(log.items.values_list("pk", flat=True), 1)


def test_instruments_that_end_together_end_the_sync_once_and_add_up(admin: User) -> None:
    many_stocks(THREADS * 5)
    for round_ in range(ROUNDS):
        Notification.objects.unscoped().delete()
        log = services.open_sync(order=services.Order(sync_type="stock"), triggered_by=admin)
        items = [claims.claim_next() for _ in range(THREADS * 5)]
        ended_in: list[Any] = []

        def work(number: int, items: list[Any] = items, ended_in: list[Any] = ended_in) -> None:
            for item in items[number::THREADS]:
                assert results.finish(item=item, outcome=SUCCESS)

        together(THREADS, work)

        log.refresh_from_db()
        assert (log.status, log.success_count, log.total_items) == ("completed", 40, 40), f"round {round_}"
        assert log.extra == {"skipped": 0, "daily_inserted": 40}
        assert Notification.objects.unscoped().count() == 1


def test_an_instrument_that_ends_on_many_workers_is_counted_once() -> None:
    many_stocks(2)
    open_sync()
    item = claims.claim_next()
    assert item is not None

    ended = together(THREADS, lambda _: results.finish(item=item, outcome=SUCCESS))

    assert sorted(ended) == [False] * (THREADS - 1) + [True]
    assert SyncLog.objects.get().success_count == 1


def test_a_worker_that_was_taken_for_lost_ends_nothing() -> None:
    many_stocks(1)
    open_sync()
    first = claims.claim_next()
    SyncItem.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    second = claims.claim_next()
    assert first is not None
    assert second is not None
    assert (first.pk, second.attempts) == (second.pk, 2)

    assert not results.finish(item=first, outcome=SUCCESS)
    assert results.finish(item=second, outcome=SUCCESS)
    assert SyncLog.objects.get().success_count == 1


def test_of_those_that_find_a_sync_standing_still_one_rings(rings: list[str]) -> None:
    many_stocks(2)
    open_sync()
    for round_ in range(ROUNDS):
        rings.clear()
        SyncLog.objects.update(updated_at=clock.now() - constants.STALLED_AFTER)

        together(THREADS, lambda _: services.ring_pending())

        assert rings == ["sync.fan_out"], f"round {round_}"


def test_workers_that_execute_together_store_everything_once() -> None:
    names = ["INFY", "TCS", "WIPRO", "ITC", "SBIN", "RELIANCE", "HDFCBANK", "ICICIBANK"]
    make_market(stocks=names)
    log = open_sync()

    together(4, lambda _: services.execute_all(log_id=log.pk))

    log.refresh_from_db()
    assert (log.status, log.success_count) == ("completed", len(names))
    rows = StockPriceDaily.objects.values_list("stock__enum", flat=True)
    assert len(set(Counter(rows).values())) == 1
    assert log.extra["daily_inserted"] == len(rows)
    assert set(log.items.values_list("state", "attempts")) == {("success", 1)}


def test_lookers_at_the_schedule_start_one_sync_of_each_type(rings: list[str]) -> None:
    from tests.sync.test_schedule import set_schedule

    many_stocks(2)
    for round_ in range(ROUNDS):
        SyncLog.objects.all().delete()
        set_schedule(mode="interval", interval_minutes="5", changed_at=clock.now() - timedelta(hours=1))

        together(THREADS, lambda _: services.start_due())

        assert list(SyncLog.objects.values_list("sync_type", flat=True)) == ["stock"], f"round {round_}"
