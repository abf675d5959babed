"""A run whose worker is gone comes back; a worker that comes back finds its run gone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.backtests import constants, services
from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.backtests.services import leases, results
from apps.core import clock, configuration
from apps.notifications.models import Notification
from apps.users.models import User
from tests.factories.backtests import make_prices, make_row, request_run
from tests.races import wait_until


def lose_worker(run: BacktestRun) -> None:
    """Let the run's lease run out."""
    BacktestRun.objects.unscoped().filter(pk=run.pk).update(lease_expires_at=clock.now() - timedelta(seconds=1))


def end_backoff() -> None:
    BacktestRun.objects.unscoped().filter(available_at__isnull=False).update(available_at=clock.now())


def claim() -> BacktestRun:
    run = services.claim_next()
    assert run is not None
    return run


def test_run_of_a_lost_worker_waits_again_and_then_runs(owner: User) -> None:
    make_row(owner)
    lose_worker(claim())

    assert services.claim_next() is None, "it waits a moment first"
    end_backoff()
    again = claim()

    assert (again.attempt, again.global_seat, again.user_seat) == (2, 0, 0)


def test_lease_that_has_not_run_out_is_left_alone(owner: User) -> None:
    make_row(owner)
    run = claim()

    services.ring_pending()

    run.refresh_from_db()
    assert (run.status, run.attempt) == (RunStatus.RUNNING, 1)


def test_run_is_given_up_after_the_last_attempt(owner: User) -> None:
    make_row(owner)
    for _ in range(constants.MAX_ATTEMPTS):
        lose_worker(claim())
        services.ring_pending()
        end_backoff()

    run = BacktestRun.objects.for_user(owner).get()
    assert (run.status, run.extra, run.global_seat) == (RunStatus.FAILED, {"code": "WORKER_LOST"}, None)
    assert Notification.objects.for_user(owner).count() == 1


def test_cancelled_run_of_a_lost_worker_ends_as_cancelled(owner: User) -> None:
    make_row(owner)
    run = claim()
    services.cancel_run(user=owner, run_id=run.run_id)
    lose_worker(run)

    services.ring_pending()

    run.refresh_from_db()
    assert (run.status, run.extra) == (RunStatus.FAILED, {"code": "CANCELLED"})


@pytest.mark.parametrize("claimed_again", [False, True], ids=["while it waits", "while another worker has it"])
def test_end_of_a_former_attempt_changes_nothing(owner: User, claimed_again: bool) -> None:
    make_row(owner)
    zombie = claim()
    lose_worker(zombie)
    services.ring_pending()
    if claimed_again:
        end_backoff()
        claim()
    before = BacktestRun.objects.for_user(owner).values().get()

    assert not results.fail(run=zombie, code="LATE", message="Late.")

    assert BacktestRun.objects.for_user(owner).values().get() == before
    assert not Notification.objects.for_user(owner).exists()


def test_worker_renews_its_lease_while_it_works(
    owner: User, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    monkeypatch.setattr(constants, "HEARTBEAT_SECONDS", 0.01)
    make_row(owner)
    run = claim()
    lose_worker(run)

    with leases.held(run):
        wait_until(lambda: BacktestRun.objects.for_user(owner).filter(lease_expires_at__gt=clock.now()).exists())


def test_run_that_takes_too_long_is_ended_and_its_late_result_refused(
    owner: User, monkeypatch: pytest.MonkeyPatch, transactional_db: None
) -> None:
    monkeypatch.setattr(constants, "HEARTBEAT_SECONDS", 0.01)
    make_row(owner)
    run = claim()
    monkeypatch.setattr(configuration, "get_int", lambda key: 0)

    with leases.held(run):
        wait_until(lambda: BacktestRun.objects.for_user(owner).get().status == RunStatus.FAILED)

    assert BacktestRun.objects.for_user(owner).get().extra == {"code": "RUN_TIMED_OUT"}
    assert not results.fail(run=run, code="LATE", message="Late.")


def test_worker_stops_for_others_after_a_while(
    owner: User, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    make_prices()
    for _ in range(3):
        request_run(owner)
    monkeypatch.setattr(constants, "WORK_SECONDS", 0.0)

    with django_capture_on_commit_callbacks() as rung:
        services.execute_pending()

    statuses = list(BacktestRun.objects.for_user(owner).order_by("id").values_list("status", flat=True))
    assert statuses == ["completed", "pending", "pending"]
    # Events leave after the commit too.
    assert [call.args[0] for call in rung if call.args] == [constants.EXECUTE_TASK]


def test_database_refuses_two_runs_on_one_seat_and_a_running_run_without(owner: User, stranger: User) -> None:
    make_row(owner, status="running", global_seat=0, user_seat=0)
    refused: list[tuple[User, dict[str, Any]]] = [
        (stranger, {"status": "running", "global_seat": 0, "user_seat": 0}),
        (owner, {"status": "running", "global_seat": 1, "user_seat": 0}),
        (owner, {"status": "running", "global_seat": None}),
        (owner, {"status": "pending", "global_seat": 1}),
    ]
    for user, values in refused:
        with pytest.raises(IntegrityError), transaction.atomic():
            make_row(user, **values)
