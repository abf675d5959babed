"""Who may post and who runs next. PostgreSQL is the queue; the broker only rings.

Every count below is taken under one advisory lock, which the transaction holds to its end: counting without it lets
two callers see the same free place. What does not belong here: what a run does once it is claimed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import F

from apps.backtests import constants, errors, selectors
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun, LastStart
from apps.backtests.selectors import queue
from apps.backtests.services import leases, telling
from apps.core import clock, configuration, jobs

if TYPE_CHECKING:
    from apps.users.models import User


def admit(*, user: User) -> None:
    """Pass if the user may post one more run, holding the lock until the caller's transaction ends.

    :raises ConcurrencyLimit: if waiting is switched off and the user has as many unfinished runs as are allowed
    :raises QueueFull: if the user has as many waiting runs as are allowed
    """
    lock()
    counts = selectors.count_open_runs(user=user)
    pending, running = counts[RunStatus.PENDING], counts[RunStatus.RUNNING]
    per_user = configuration.get_int("backtest.max_concurrent_per_user")
    if configuration.get_str("backtest.on_limit") == "reject":
        if pending + running >= per_user:
            raise errors.ConcurrencyLimit(
                details={"limit": per_user, "pending": pending, "running": running},
                retry_after=constants.QUEUE_RETRY_SECONDS,
            )
        return
    waiting = configuration.get_int("backtest.max_pending_per_user")
    if pending >= waiting:
        raise errors.QueueFull(
            details={"limit": waiting, "pending": pending}, retry_after=constants.QUEUE_RETRY_SECONDS
        )


@transaction.atomic
def claim_next() -> BacktestRun | None:
    """Mark the run that is next as running, and return it; None if nothing waits or every place is taken.

    Limits are read anew for each claim; a lowered one ends no run.
    """
    lock()
    leases.reap()
    in_all = configuration.get_int("backtest.global_max_concurrent")
    per_user = configuration.get_int("backtest.max_concurrent_per_user")
    seats = queue.list_seats_unscoped()
    if len(seats) >= in_all:
        return None
    while (picked := queue.pick_pending_unscoped(per_user=per_user)) is not None:
        pk, user_id = picked
        # A cancellation does not take the lock: it may have ended the run since it was picked.
        claimed = (
            BacktestRun.objects.unscoped()
            .filter(pk=pk, status=RunStatus.PENDING)
            .update(
                status=RunStatus.RUNNING,
                stage=Stage.LOADING,
                attempt=F("attempt") + 1,
                global_seat=_first_free({seat.global_seat for seat in seats}),
                user_seat=_first_free({seat.user_seat for seat in seats if seat.user_id == user_id}),
                lease_expires_at=leases.EXPIRES_AT,
                started_at=clock.now(),
                updated_at=clock.now(),
            )
        )
        if claimed:
            LastStart.objects.bulk_create(
                [LastStart(user_id=user_id, started_at=clock.now())],
                update_conflicts=True,
                unique_fields=["user"],
                update_fields=["started_at"],
            )
            run = queue.get_run_unscoped(pk=pk)
            telling.tell_run(run, status=RunStatus.RUNNING, stage=Stage.LOADING, progress=run.progress)
            return run
    return None


@transaction.atomic
def ring_pending() -> None:
    """Give the runs of lost workers back to the queue, and ring once for each free place while something may start.

    A lost ring or a raised limit so costs seconds, not the run; a ring too many finds nothing to claim.
    """
    lock()
    leases.reap()
    free = configuration.get_int("backtest.global_max_concurrent") - len(queue.list_seats_unscoped())
    per_user = configuration.get_int("backtest.max_concurrent_per_user")
    if free < 1 or queue.pick_pending_unscoped(per_user=per_user) is None:
        return
    for _ in range(min(free, queue.count_pending_unscoped())):
        jobs.enqueue(constants.EXECUTE_TASK)


def _first_free(taken: set[int]) -> int:
    """The lowest number that is not taken."""
    return next(number for number in range(len(taken) + 1) if number not in taken)


def lock() -> None:
    """Wait for the admission lock, as a statement of its own: the next ones then see what its last holder wrote."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [constants.ADMISSION_LOCK])
