"""A queue of ten thousand runs costs a claim no more statements than one of ten, and no look at all of it (fault 17).

How long that takes is measured by scripts/bench jobs, not here.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import queue
from apps.core import clock
from apps.users.models import User
from tests.factories.backtests import make_row
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db

USERS, RUNS = 20, 500


def fill(users: list[User], *, runs: int, **values: Any) -> None:
    """So many waiting runs of each user, of one user after the other."""
    sample = make_row(users[0], **values)
    same = {
        field.attname: getattr(sample, field.attname)
        for field in BacktestRun._meta.concrete_fields
        if field.attname not in ("id", "run_id", "user_id")
    }
    BacktestRun.objects.unscoped().bulk_create(BacktestRun(user=user, **same) for user in users for _ in range(runs))
    sample.delete()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE backtest_runs")


def claim() -> tuple[BacktestRun, int]:
    """The run that is next, and how many statements about runs it took to claim it."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        run = services.claim_next()
    assert run is not None
    return run, sum("backtest" in statement["sql"] for statement in captured)


def read() -> list[tuple[str, int]]:
    """How each part of the statement that picks reads the runs, and how many rows it has read."""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {queue.PICK}", [2])
        return scans(cursor.fetchone()[0][0]["Plan"])


def scans(node: dict[str, Any]) -> list[tuple[str, int]]:
    """The same of a part of its plan and the parts below."""
    own = []
    if node.get("Relation Name") == "backtest_runs":
        read = node["Actual Rows"] + node.get("Rows Removed by Filter", 0)
        own.append((node["Node Type"], int(read * node["Actual Loops"])))
    return own + [found for child in node.get("Plans", []) for found in scans(child)]


def test_a_claim_costs_the_same_statements_whatever_waits() -> None:
    users = [make_user(email=f"queue{number}@example.com") for number in range(USERS)]
    make_row(users[0])
    claim()
    make_row(users[0])
    _, few = claim()
    BacktestRun.objects.unscoped().delete()
    fill(users, runs=RUNS)

    run, many = claim()

    assert (many, run.user_id) == (few, users[1].pk), "the first user has started one, the second none"


def test_picking_reads_a_few_rows_of_each_user_and_never_the_table() -> None:
    users = [make_user(email=f"queue{number}@example.com") for number in range(USERS)]
    fill(users, runs=RUNS)

    found = read()

    assert len(found) >= 3
    assert {kind for kind, _ in found} <= {"Index Scan", "Index Only Scan", "Bitmap Heap Scan"}
    assert sum(rows for _, rows in found) == USERS


def test_picking_reads_nothing_of_the_runs_that_have_ended() -> None:
    """They lie before those that wait in every index that holds both."""
    old, *users = [make_user(email=f"queue{number}@example.com") for number in range(USERS)]
    fill([old], runs=RUNS, status="failed")
    fill(users, runs=RUNS)

    found = read()

    assert sum(rows for _, rows in found) == len(users)


def test_a_user_who_comes_late_is_next_however_many_runs_another_has() -> None:
    hog, late = make_user(email="hog@example.com"), make_user(email="late@example.com")
    fill([hog], runs=USERS * RUNS)
    first, _ = claim()
    newcomer = make_row(late)
    BacktestRun.objects.unscoped().filter(pk=first.pk).update(lease_expires_at=clock.now() + timedelta(minutes=1))

    second, _ = claim()

    assert (first.user_id, second.pk) == (hog.pk, newcomer.pk)
