"""The schedule: due once, by the configuration as it is, and never for a time before it was set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings

from apps.core import clock, configuration
from apps.core import services as core_services
from apps.core.models import SystemConfig
from apps.sync import services
from apps.sync.models import SyncLog
from tests.factories.sync import make_market, open_sync

MIDNIGHT = "2026-01-05T00:00:00+05:30"


def set_schedule(*, changed_at: datetime | None = None, **values: str) -> None:
    for name, value in values.items():
        configuration.override(f"sync.schedule.{name}", value)
    if changed_at is not None:
        SystemConfig.objects.filter(key__startswith="sync.schedule.").update(updated_at=changed_at)


@pytest.fixture
def at(db: None) -> Iterator[Any]:
    """A clock that begins at midnight of a Monday, and a market of one stock."""
    with time_machine.travel(MIDNIGHT, tick=False) as traveller:
        make_market(stocks=["TCS"])
        yield lambda time: traveller.move_to(datetime.fromisoformat(f"2026-01-{time}+05:30"))


def look() -> list[tuple[str, str]]:
    """What has been started after one more look, by type and time in India."""
    services.start_due()
    rows = SyncLog.objects.filter(is_auto_sync=True).order_by("id")
    return [
        (row.sync_type, f"{row.scheduled_for.astimezone(clock.IST):%d %H:%M}")
        for row in rows
        if row.scheduled_for is not None
    ]


def end_all() -> None:
    for log in SyncLog.objects.filter(end_time=None):
        services.execute_all(log_id=log.pk)


def test_by_hand_nothing_is_ever_due(at: Any) -> None:
    at("06T03:00:00")

    assert look() == []


def test_it_is_due_at_the_time_and_once(at: Any) -> None:
    set_schedule(mode="daily", cron="0 3 * * *")
    at("05T02:59:59")
    assert look() == []

    at("05T03:00:00")
    assert look() == [("stock", "05 03:00"), ("option", "05 03:00")]
    end_all()
    at("05T03:00:03")
    assert len(look()) == 2
    at("06T02:59:59")
    assert len(look()) == 2
    at("06T03:00:00")
    assert len(look()) == 4


def test_a_time_before_the_schedule_was_set_is_not_made_up_for(at: Any) -> None:
    at("05T10:00:00")
    set_schedule(mode="daily", cron="0 3 * * *")

    assert look() == []


def test_a_time_that_no_process_was_there_for_is_made_up_for_once(at: Any) -> None:
    set_schedule(mode="daily", cron="0 3 * * *")
    at("08T10:00:00")

    assert look() == [("stock", "08 03:00"), ("option", "08 03:00")]
    end_all()
    assert len(look()) == 2


def test_a_change_is_in_force_at_the_next_look(at: Any) -> None:
    set_schedule(mode="daily", cron="0 3 * * *")
    at("05T01:00:00")
    assert look() == []
    # As another process does it: this one has the old value in its cache.
    SystemConfig.objects.filter(key="sync.schedule.cron").update(value="1 1 * * *")

    at("05T01:01:00")

    assert [started for _, started in look()] == ["05 01:01", "05 01:01"]


def test_an_interval_counts_from_midnight_in_india(at: Any) -> None:
    set_schedule(mode="interval", interval_minutes="90")
    at("05T01:29:59")
    assert look() == []
    at("05T01:30:01")
    assert look()[0] == ("stock", "05 01:30")
    end_all()
    at("05T04:31:00")
    assert [started for kind, started in look() if kind == "stock"] == ["05 01:30", "05 04:30"]


def test_while_one_is_running_it_waits_and_starts_afterwards(at: Any) -> None:
    set_schedule(mode="daily", cron="0 3 * * *")
    at("05T02:59:59")
    by_hand = open_sync()
    at("05T03:00:00")
    assert look() == [("option", "05 03:00")]

    services.execute_all(log_id=by_hand.pk)
    at("05T03:00:09")

    assert look() == [("option", "05 03:00"), ("stock", "05 03:00")]


def test_it_takes_the_instruments_of_the_configuration(at: Any) -> None:
    make_market(stocks=["INFY"], sectors=["NIFTY50", "NIFTYIT"])
    configuration.override("sync.instruments", "NIFTYIT,INFY,UNKNOWN")
    set_schedule(mode="daily", cron="0 3 * * *")
    at("05T03:00:00")
    services.start_due()

    items = SyncLog.objects.values_list("sync_type", "items__instrument")

    assert sorted(items) == [("option", "INFY"), ("sector", "NIFTYIT"), ("stock", "INFY")]


def test_it_is_run_by_the_workers(at: Any, django_capture_on_commit_callbacks: Any) -> None:
    set_schedule(mode="daily", cron="0 3 * * *")
    at("05T03:00:00")

    with django_capture_on_commit_callbacks(execute=True):
        services.start_due()

    log = SyncLog.objects.get(sync_type="stock")
    assert (log.status, log.mode, log.is_auto_sync, log.triggered_by_user_id) == ("completed", "normal", True, None)


def test_beat_looks_often_enough_for_a_change_to_be_seen_in_five_seconds() -> None:
    looks: dict[str, Any] = settings.CELERY_BEAT_SCHEDULE["start-due-syncs"]

    assert looks["task"] == "sync.start_due"
    assert timedelta(seconds=looks["schedule"]) < timedelta(seconds=5)


@pytest.mark.parametrize("cron", ["every day", "0 25 * * *", "0 3 31 2 *", "0 3 * * 5-1", "0 3 * *"])
def test_a_crontab_that_never_comes_round_is_refused(superadmin_api: Any, cron: str) -> None:
    response = superadmin_api.patch("/api/v1/adminpanel/system-config/sync.schedule.cron/", {"value": cron})

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert response.json()["details"]["fields"]["value"][0]["message"].startswith("sync.schedule.cron ")


def test_the_seed_of_the_configuration_makes_nothing_due(at: Any) -> None:
    core_services.seed_configuration()
    at("06T03:00:00")

    assert look() == []
