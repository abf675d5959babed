"""What waits and runs of sweeps and syncs, as /metrics tells it: exact numbers, by three statements through indexes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from apps.backtests.models import Sweep, SweepPart
from apps.backtests.selectors import measures as backtests_measures
from apps.core import clock, metrics
from apps.sync.models import SyncItem, SyncLog
from apps.sync.selectors import measures as sync_measures
from apps.users.models import User
from tests.factories.sweeps import make_sweep_row

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def make_open_sweep(user: User, *states: str, age: timedelta = MINUTE, ends_in: timedelta = MINUTE) -> Sweep:
    """A sweep that came so long ago, with a part of each state; leases of running ones end then."""
    now = clock.now()
    sweep = make_sweep_row(user)
    SweepPart.objects.bulk_create(
        SweepPart(
            sweep=sweep,
            number=number,
            first=number,
            last=number + 1,
            status=state,
            lease_expires_at=now + ends_in if state == "running" else None,
        )
        for number, state in enumerate(states)
    )
    Sweep.objects.unscoped().filter(pk=sweep.pk).update(status="running", created_at=now - age)
    return sweep


def make_items(sync_type: str, *states: str, age: timedelta = MINUTE, ends_in: timedelta = MINUTE) -> SyncLog:
    """A sync with an instrument of each state, made so long ago."""
    now = clock.now()
    log = SyncLog.objects.create(sync_type=sync_type, mode="normal", total_items=len(states))
    SyncItem.objects.bulk_create(
        SyncItem(
            log=log,
            instrument=f"{sync_type}{number}",
            state=state,
            lease_until=now + ends_in if state == "running" else None,
        )
        for number, state in enumerate(states)
    )
    SyncItem.objects.filter(log=log).update(created_at=now - age)
    return log


def told(source: Any) -> dict[str, float]:
    """Each measure by its name and the value of its label."""
    found: list[metrics.Measure] = list(source.measure_unscoped())
    return {" ".join([each.name, *each.labels.values()]): each.value for each in found}


def test_parts_that_wait_run_and_were_lost_are_counted(owner: User, stranger: User) -> None:
    make_open_sweep(owner, "completed", "running", "pending", "pending")
    make_open_sweep(stranger, "running", "pending", age=HOUR, ends_in=-MINUTE)
    make_open_sweep(stranger, "completed", "running", age=2 * HOUR)

    found = told(backtests_measures)

    assert found["papertrade_sweep_parts pending"] == 3
    assert found["papertrade_sweep_parts running"] == 3
    assert found["papertrade_sweep_lost_parts"] == 1
    # Of the one of an hour; nothing of the older one waits.
    assert 3600 <= float(found["papertrade_sweep_oldest_pending_seconds"]) < 3700


def test_what_an_ended_sweep_left_waits_for_nobody(owner: User) -> None:
    ended = make_open_sweep(owner, "pending", "running", age=HOUR)
    Sweep.objects.unscoped().filter(pk=ended.pk).update(status="failed", finished_at=clock.now())

    found = {name: value for name, value in told(backtests_measures).items() if "sweep" in name}

    assert found == {
        "papertrade_sweep_parts pending": 0,
        "papertrade_sweep_parts running": 0,
        "papertrade_sweep_lost_parts": 0,
        "papertrade_sweep_oldest_pending_seconds": 0,
    }


def test_instruments_that_wait_run_and_were_lost_are_counted() -> None:
    make_items("stock", "success", "running", "pending", "pending", "failed")
    make_items("sector", "running", "pending", age=HOUR, ends_in=-MINUTE)
    make_items("option", "skipped", "running", age=2 * HOUR)

    found = told(sync_measures)

    assert found["papertrade_sync_items pending"] == 3
    assert found["papertrade_sync_items running"] == 3
    assert found["papertrade_sync_lost_items"] == 1
    assert 3600 <= found["papertrade_sync_oldest_pending_seconds"] < 3700


def test_where_nothing_waits_nothing_is_old() -> None:
    make_items("stock", "running", "success", age=HOUR)

    assert told(sync_measures)["papertrade_sync_oldest_pending_seconds"] == 0


def test_measures_cost_so_many_statements(owner: User, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    make_open_sweep(owner, "pending", "running")
    make_items("stock", "pending", "running")

    with django_assert_num_queries(3):  # runs, parts, how the newest runs ended
        told(backtests_measures)
    with django_assert_num_queries(2):  # instruments, the last sync of each type
        told(sync_measures)


def test_what_is_done_is_not_read(owner: User) -> None:
    """Two thousand parts and instruments that are done beside two that wait: as many rows are read as wait."""
    for _ in range(20):
        done = make_open_sweep(owner, *["completed"] * 100)
        Sweep.objects.unscoped().filter(pk=done.pk).update(finished_at=clock.now())
    make_open_sweep(owner, *["completed"] * 98, "pending", "running")
    make_items("stock", *["success"] * 2000, "pending", "running")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE backtests_sweep, backtests_sweep_part, sync_items")

    with CaptureQueriesContext(connection) as captured:
        told(backtests_measures)
        told(sync_measures)

    read = {}
    for table in ("backtests_sweep_part", "sync_items"):
        (statement,) = (each["sql"] for each in captured if table in each["sql"])
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}")
            read[table] = rows_read(cursor.fetchone()[0][0]["Plan"], table=table)
    assert read == {"backtests_sweep_part": 2, "sync_items": 2}


def rows_read(node: dict[str, Any], *, table: str) -> int:
    """How many rows of a table a plan has read, those it then left out among them."""
    below = sum(rows_read(child, table=table) for child in node.get("Plans", []))
    if node.get("Relation Name") != table:
        return below
    return below + int((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
