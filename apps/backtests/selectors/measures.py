"""What operators watch of runs and sweeps: queues, lost workers, times. What does not belong here: users' reads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

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
# Of sweeps that have not ended: what an ended one left waits for nobody. A part waits since its sweep was posted.
PARTS = """
    SELECT count(*) FILTER (WHERE part.status = 'pending'),
           count(*) FILTER (WHERE part.status = 'running'),
           count(*) FILTER (WHERE part.status = 'running' AND part.lease_expires_at < statement_timestamp()),
           coalesce(extract(epoch FROM statement_timestamp()
                            - min(sweep.created_at) FILTER (WHERE part.status = 'pending')), 0)
    FROM backtests_sweep AS sweep JOIN backtests_sweep_part AS part ON part.sweep_id = sweep.id
    WHERE sweep.finished_at IS NULL AND part.status <> 'completed'
"""
SPEED = """
    SELECT instrument_type, status, count(*),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY time_taken),
           percentile_cont(0.95) WITHIN GROUP (ORDER BY time_taken)
    FROM (SELECT instrument_type, status, time_taken FROM backtest_runs ORDER BY id DESC LIMIT %s) AS newest
    WHERE status IN ('completed', 'failed') GROUP BY 1, 2 ORDER BY 1, 2
"""


def measure_unscoped() -> Iterator[Measure]:
    """The queues of runs and of parts of sweeps as they are, and the newest ended runs by kind."""
    yield from _runs()
    yield from _parts()
    yield from _speeds()


def _runs() -> Iterator[Measure]:
    pending, running, lost, oldest = _read(QUEUE)[0]
    for status, number in (("pending", pending), ("running", running)):
        yield Measure("papertrade_backtest_runs", "Backtests that have not ended.", number, {"status": status})
    yield Measure("papertrade_backtest_lost_runs", "Running backtests whose worker is gone.", lost)
    yield Measure("papertrade_backtest_oldest_pending_seconds", "How long the first in the queue waits.", oldest)


def _parts() -> Iterator[Measure]:
    pending, running, lost, oldest = _read(PARTS)[0]
    for status, number in (("pending", pending), ("running", running)):
        yield Measure("papertrade_sweep_parts", "Parts of sweeps that are not done.", number, {"status": status})
    yield Measure("papertrade_sweep_lost_parts", "Running parts of sweeps whose worker is gone.", lost)
    yield Measure("papertrade_sweep_oldest_pending_seconds", "Since the oldest sweep with waiting parts came.", oldest)


def _speeds() -> Iterator[Measure]:
    for kind, status, number, *quantiles in _read(SPEED, params=(RECENT,)):
        labels = {"kind": kind, "status": status}
        yield Measure("papertrade_backtest_recent_runs", f"How the last {RECENT} runs ended.", number, labels)
        if status == "completed":
            for quantile, seconds in zip(("0.5", "0.95"), quantiles, strict=True):
                labels = {"kind": kind, "quantile": quantile}
                yield Measure("papertrade_backtest_run_seconds", "How long recent runs took.", seconds, labels)


def _read(statement: str, *, params: tuple[int, ...] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return list(cursor.fetchall())
