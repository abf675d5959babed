"""What operators watch of backtests: queue, lost workers, times of runs. What does not belong here: users' reads."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection

from apps.core.metrics import Measure

# Of the runs that ended last, by kind of instrument: their share of failures and how long the completed ones took.
RECENT = 1_000
QUEUE = """
    SELECT count(*) FILTER (WHERE status = 'pending'),
           count(*) FILTER (WHERE status = 'running'),
           count(*) FILTER (WHERE status = 'running' AND lease_expires_at < statement_timestamp()),
           coalesce(extract(epoch FROM statement_timestamp() - min(created_at) FILTER (WHERE status = 'pending')), 0)
    FROM backtest_runs WHERE status IN ('pending', 'running')
"""
SPEED = """
    SELECT instrument_type, status, count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY time_taken),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY time_taken)
    FROM (SELECT instrument_type, status, time_taken FROM backtest_runs ORDER BY id DESC LIMIT %s) AS newest
    WHERE status IN ('completed', 'failed') GROUP BY 1, 2 ORDER BY 1, 2
"""


def measure_unscoped() -> Iterator[Measure]:
    """The queue as it is, and the newest ended runs by kind."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        pending, running, lost, oldest = cursor.fetchone()
        cursor.execute(SPEED, [RECENT])
        speeds = cursor.fetchall()
    for status, number in (("pending", pending), ("running", running)):
        yield Measure("papertrade_backtest_runs", "Backtests that have not ended.", number, {"status": status})
    yield Measure("papertrade_backtest_lost_runs", "Running backtests whose worker is gone.", lost)
    yield Measure("papertrade_backtest_oldest_pending_seconds", "How long the first in the queue waits.", oldest)
    for kind, status, number, *quantiles in speeds:
        labels = {"kind": kind, "status": status}
        yield Measure("papertrade_backtest_recent_runs", f"How the last {RECENT} runs ended.", number, labels)
        if status == "completed":
            for quantile, seconds in zip(("0.5", "0.95"), quantiles, strict=True):
                labels = {"kind": kind, "quantile": quantile}
                yield Measure("papertrade_backtest_run_seconds", "How long recent runs took.", seconds, labels)
