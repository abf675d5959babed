"""What lies over several apps: a user's work in all of them. What does not belong here: reads of one app's tables."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from apps.adminpanel.enums import JobKind, JobStatus
from apps.backtests import selectors as backtests_selectors
from apps.backtests import services as backtests_services
from apps.core import clock
from apps.sync import selectors as sync_selectors
from apps.sync.enums import SyncType

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apps.users.models import User

API = "/api/v1"


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work that waits or runs. ``progress`` goes from 0 to 1; ``link`` is the path that shows it."""

    kind: JobKind
    id: str
    status: str
    stage: str
    progress: float
    title: str
    queue_position: int | None
    eta_seconds: int | None
    created_at: datetime
    started_at: datetime | None
    link: str


def list_active_jobs(*, user: User) -> list[Job]:
    """The user's backtests, sweeps and syncs that wait or run, newest first; a query a kind."""
    jobs = [*_runs(user), *_sweeps(user), *_syncs(user)]
    return sorted(jobs, key=lambda job: job.created_at, reverse=True)


def _runs(user: User) -> Iterator[Job]:
    for run in backtests_selectors.list_open_runs(user=user):
        yield Job(
            kind=JobKind.BACKTEST,
            id=run.run_id,
            status=run.status,
            stage=run.stage,
            progress=run.progress,
            title=f"{run.strategy_name} on {run.instrument_identifier}",
            queue_position=run.queue_position,
            eta_seconds=backtests_services.eta_seconds(
                typical=run.typical_seconds,
                place=run.queue_position,
                started_at=run.started_at,
                running=run.running,
            ),
            created_at=run.created_at,
            started_at=run.started_at,
            link=f"{API}/backtest/runs/{run.run_id}/",
        )


def _sweeps(user: User) -> Iterator[Job]:
    for sweep in backtests_selectors.list_open_sweeps(user=user):
        done = int(getattr(sweep, "finished_parts", 0))
        yield Job(
            kind=JobKind(sweep.kind),
            id=sweep.sweep_id,
            status=sweep.status,
            stage="queued" if sweep.status == JobStatus.PENDING else "simulating",
            progress=done / sweep.parts,
            title=f"{sweep.strategy['name']} on {sweep.instrument_identifier}",
            queue_position=None,
            eta_seconds=_remaining(started_at=sweep.started_at, done=done, left=sweep.parts - done),
            created_at=sweep.created_at,
            started_at=sweep.started_at,
            link=f"{API}/backtest/sweeps/{sweep.sweep_id}/",
        )


def _syncs(user: User) -> Iterator[Job]:
    for log in sync_selectors.list_open_logs(user=user):
        yield Job(
            kind=JobKind.SYNC,
            id=str(log.pk),
            status=log.status,
            stage=log.stage,
            progress=log.progress,
            title=f"{log.get_mode_display()}: {SyncType(log.sync_type).label}",
            queue_position=None,
            eta_seconds=log.eta_seconds,
            created_at=log.created_at,
            started_at=log.start_time,
            link=f"{API}/sync/logs/{log.pk}/",
        )


def _remaining(*, started_at: datetime | None, done: int, left: int) -> int | None:
    """Seconds that the rest takes if it goes on as it went; None before anything is done."""
    if started_at is None or not done:
        return None
    return math.ceil((clock.now() - started_at).total_seconds() / done * left)
