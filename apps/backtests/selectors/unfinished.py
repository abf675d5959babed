"""A user's runs and sweeps that have not ended, each kind by one query. What does not belong here: ended ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import connection

from apps.backtests import constants
from apps.backtests.models import Sweep
from apps.backtests.selectors import sweeps

if TYPE_CHECKING:
    from apps.users.models import User

# The places are those of the whole queue, by turns (queue.BEFORE), counted once for all runs of the user.
RUNS = """
    WITH running AS (SELECT user_id, count(*) AS number FROM backtest_runs WHERE status = 'running' GROUP BY user_id),
    turns AS (
        SELECT id, coalesce(running.number, 0) + row_number() OVER (PARTITION BY user_id ORDER BY id) AS turn
        FROM backtest_runs LEFT JOIN running USING (user_id) WHERE status = 'pending'
    ),
    queue AS (SELECT id, row_number() OVER (ORDER BY turn, id) AS place FROM turns),
    newest AS (
        SELECT time_taken, instrument_type, strategy ->> 'kind' AS strategy_kind, settings ->> 'kind' AS kind
        FROM backtest_runs
        WHERE user_id = %(user)s AND status = 'completed' ORDER BY id DESC LIMIT %(sample)s
    )
    SELECT run.run_id, run.status, run.stage, run.progress, run.strategy ->> 'name', run.instrument_identifier,
           run.created_at, run.started_at, queue.place,
           (SELECT avg(time_taken) FROM newest WHERE (newest.instrument_type, strategy_kind, kind)
            IS NOT DISTINCT FROM (run.instrument_type, run.strategy ->> 'kind', run.settings ->> 'kind')),
           (SELECT coalesce(sum(number), 0)::bigint FROM running)
    FROM backtest_runs AS run LEFT JOIN queue ON queue.id = run.id
    WHERE run.user_id = %(user)s AND run.status IN ('pending', 'running')
    ORDER BY run.id DESC
"""


@dataclass(frozen=True, slots=True)
class OpenRun:
    """A run that waits or runs. ``queue_position``: 1 is next; ``running``: how many runs of all users do.

    ``typical_seconds``: what those of the user's last runs took that are of the same kind (runs.AVERAGE).
    """

    run_id: str
    status: str
    stage: str
    progress: float
    strategy_name: str
    instrument_identifier: str
    created_at: datetime
    started_at: datetime | None
    queue_position: int | None
    typical_seconds: float | None
    running: int


def list_open_runs(*, user: User) -> list[OpenRun]:
    """The user's runs that wait or run, newest first, with their places in the queue."""
    with connection.cursor() as cursor:
        cursor.execute(RUNS, {"user": user.pk, "sample": constants.ETA_SAMPLE_RUNS})
        return [OpenRun(*row) for row in cursor.fetchall()]


def list_open_sweeps(*, user: User) -> Sequence[Sweep]:
    """The user's sweeps that wait or run, newest first, with how many of their parts are done."""
    return list(sweeps.list_sweeps(user=user).filter(status__in=sweeps.OPEN))
