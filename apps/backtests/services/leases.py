"""Leases: a running run belongs to a worker for some seconds, and the worker renews it while it lives.

A lease that has run out means that the worker is gone: the run waits again, or is given up after a few attempts. A
worker that wakes up later finds its attempt fenced off. What does not belong here: who runs next (admission).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

import structlog
from django.db.models import DateTimeField, ExpressionWrapper, QuerySet, Value
from django.db.models.functions import Now

from apps.backtests import constants, errors
from apps.backtests.enums import RunStatus, Stage
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import queue
from apps.backtests.services import results
from apps.core import clock, configuration, renewal

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
    deadline = clock.monotonic() + configuration.get_int("backtest.max_seconds")
    renew = partial(_renew, run, deadline=deadline)
    with renewal.renewing(renew, seconds=constants.HEARTBEAT_SECONDS, name=f"lease-{run.run_id}"):
        yield


def _renew(run: BacktestRun, *, deadline: float) -> bool:
    """Renew the lease; False once the run is over, for it has ended or takes too long."""
    if clock.monotonic() >= deadline:
        results.fail(run=run, code=errors.RunTimedOut.code, message=errors.RunTimedOut.message)
        return False
    return _present(run).update(lease_expires_at=EXPIRES_AT) > 0


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
