"""Whose turn it is, one claim at a time."""

from __future__ import annotations

from typing import Any

import pytest

from apps.backtests import services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.core import configuration
from apps.users.models import User
from tests.factories.backtests import make_row


@pytest.fixture(autouse=True)
def _limits(db: None) -> None:
    configuration.override("backtest.max_concurrent_per_user", "2")
    configuration.override("backtest.global_max_concurrent", "3")


def claimed() -> str | None:
    run = services.claim_next()
    return run.run_id if run else None


def test_oldest_goes_first(owner: User) -> None:
    first, second = make_row(owner), make_row(owner)

    assert [claimed(), claimed(), claimed()] == [first.run_id, second.run_id, None]


def test_user_with_fewest_running_goes_first(owner: User, stranger: User) -> None:
    mine = [make_row(owner) for _ in range(3)]
    theirs = make_row(stranger)

    assert [claimed(), claimed()] == [mine[0].run_id, theirs.run_id]


def test_user_at_the_limit_is_passed_over(owner: User, stranger: User) -> None:
    mine = [make_row(owner) for _ in range(3)]
    make_row(stranger, status="running")

    assert [claimed(), claimed(), claimed()] == [mine[0].run_id, mine[1].run_id, None]


def test_nobody_starts_when_all_places_are_taken(owner: User, stranger: User, admin: User) -> None:
    for user in (owner, stranger, admin):
        make_row(user, status="running")
    make_row(owner)

    assert claimed() is None


def test_limit_of_zero_starts_nothing_and_ends_nothing(owner: User) -> None:
    running, waiting = make_row(owner, status="running"), make_row(owner)
    configuration.override("backtest.max_concurrent_per_user", "0")

    assert claimed() is None
    statuses = set(BacktestRun.objects.for_user(owner).values_list("pk", "status"))
    assert statuses == {(running.pk, "running"), (waiting.pk, "pending")}


def test_claim_marks_the_run_as_begun(owner: User) -> None:
    make_row(owner)

    run = services.claim_next()

    assert run is not None
    assert (run.status, run.stage, run.attempt) == (RunStatus.RUNNING, "loading", 1)
    assert run.started_at is not None


@pytest.mark.parametrize(
    ("running", "waiting", "rings"),
    [(0, 1, 1), (1, 5, 2), (0, 0, 0), (2, 1, 0)],
    ids=["waits and may start", "more wait than may start", "nothing waits", "waits behind the limit"],
)
def test_bell_is_rung_again_only_for_what_may_start(
    owner: User, django_capture_on_commit_callbacks: Any, running: int, waiting: int, rings: int
) -> None:
    for status, number in (("running", running), ("pending", waiting)):
        for _ in range(number):
            make_row(owner, status=status)

    with django_capture_on_commit_callbacks() as rung:
        services.ring_pending()

    assert len(rung) == rings
