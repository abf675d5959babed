"""Backtests of all users by day, and the queue as it is. What does not belong here: users' reads, metrics."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from apps.core import clock

ENDED = """
    SELECT (finished_at AT TIME ZONE 'Asia/Kolkata')::date,
           count(*) FILTER (WHERE status = 'completed'),
           count(*) FILTER (WHERE status = 'failed'),
           coalesce(sum(time_taken) FILTER (WHERE status = 'completed'), 0),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY time_taken) FILTER (WHERE status = 'completed')
    FROM backtest_runs WHERE finished_at >= %s AND finished_at < %s GROUP BY 1
"""
DEPTH = """
    SELECT count(*) FILTER (WHERE status = 'pending'),
           count(*) FILTER (WHERE status = 'running'),
           coalesce(extract(epoch FROM statement_timestamp() - min(created_at) FILTER (WHERE status = 'pending')), 0),
           (SELECT count(*) FROM backtests_sweep WHERE finished_at IS NULL)
    FROM backtest_runs WHERE status IN ('pending', 'running')
"""


@dataclass(frozen=True, slots=True)
class QueueDepth:
    """Backtests that wait and run, since how many seconds the first has waited, and sweeps that have not ended."""

    pending: int
    running: int
    oldest_pending_seconds: float
    sweeps: int


def count_ended_unscoped(*, start: date, end: date) -> dict[date, dict[str, Any]]:
    """How the runs that ended did, and how long the completed ones took, by day in India."""
    with connection.cursor() as cursor:
        cursor.execute(ENDED, [clock.midnight(start), clock.midnight(end, days=1)])
        names = ("runs_completed", "runs_failed", "run_seconds", "run_seconds_p95")
        return {day: dict(zip(names, values, strict=True)) for day, *values in cursor.fetchall()}


def get_queue_depth_unscoped() -> QueueDepth:
    """What has not ended."""
    with connection.cursor() as cursor:
        cursor.execute(DEPTH)
        pending, running, oldest, sweeps = cursor.fetchone()
    return QueueDepth(pending, running, round(float(oldest), 1), sweeps)
