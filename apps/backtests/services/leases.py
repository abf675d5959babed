"""Leases: a running run belongs to a worker for half a minute, and the worker renews it while it lives.

A lease that has run out means that the worker is gone: the run waits again, or is given up after a few attempts. A
worker that wakes up later finds its attempt fenced off. What does not belong here: who runs next (admission).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

import structlog
from django.db import connection
from django.db.models import DateTimeField, ExpressionWrapper, QuerySet, Value
from django.db.models.functions import Now

from apps.backtests import constants, errors
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import queue
from apps.backtests.services import results
from apps.core import clock, configuration

log = structlog.get_logger(__name__)

# By the clock of the database, the only one that all workers share.
EXPIRES_AT = ExpressionWrapper(Now() + Value(constants.LEASE), output_field=DateTimeField())
RETRY_AT = ExpressionWrapper(Now() + Value(constants.RETRY_DELAY), output_field=DateTimeField())


def reap() -> None:
    """End or put back every run whose lease has run out; the caller holds the admission lock."""
    for run in queue.list_lost_unscoped():
        log.warning("backtest_worker_lost", run_id=run.run_id, attempt=run.attempt)
        if run.cancel_requested:
            results.mark_cancelled(run=run)
        elif run.attempt >= constants.MAX_ATTEMPTS:
            results.fail(run=run, code=errors.WorkerLost.code, message=errors.WorkerLost.message)
        else:
            _put_back(run)


@contextmanager
def held(run: BacktestRun) -> Iterator[None]:
    """Renew the run's lease while the body works, and end the run if that takes longer than a run may."""
    is_over = Event()
    deadline = clock.monotonic() + configuration.get_int("backtest.max_seconds")
    thread = Thread(
        target=_renew,
        args=(run,),
        kwargs={"is_over": is_over, "deadline": deadline},
        name=f"lease-{run.run_id}",
        daemon=True,
    )
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


def _renew(run: BacktestRun, *, is_over: Event, deadline: float) -> None:
    try:
        while not is_over.wait(constants.HEARTBEAT_SECONDS):
            if clock.monotonic() >= deadline:
                results.fail(run=run, code=errors.RunTimedOut.code, message=errors.RunTimedOut.message)
                return
            if not _present(run).update(lease_expires_at=EXPIRES_AT):
                return
    finally:
        connection.close()


def _put_back(run: BacktestRun) -> None:
    _present(run).update(
        status=RunStatus.PENDING,
        stage=Stage.QUEUED,
        progress=0.0,
        started_at=None,
        available_at=RETRY_AT,
        updated_at=clock.now(),
        **results.NO_SEATS,
    )


def _present(run: BacktestRun) -> QuerySet[BacktestRun]:
    """The run's row while this attempt still runs."""
    return BacktestRun.objects.unscoped().filter(pk=run.pk, status=RunStatus.RUNNING, attempt=run.attempt)
