"""The queue across users: who runs, who waits, who is next. What does not belong here: claiming (services)."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.backtests.selectors.runs import SERIES

# Each user who waits, with the oldest run that may start: skipping through the index of waiting runs finds both at
# once, so that a user's thousand runs cost no more than one. The order names the run too, or the index of all runs by
# user would do as well, in which those that have ended lie between.
PICK = """
    WITH RECURSIVE next (user_id, id) AS (
        (SELECT user_id, id FROM backtest_runs
         WHERE status = 'pending' AND (available_at IS NULL OR available_at <= statement_timestamp())
         ORDER BY user_id, id LIMIT 1)
        UNION ALL
        SELECT later.user_id, later.id FROM next CROSS JOIN LATERAL (
            SELECT user_id, id FROM backtest_runs
            WHERE status = 'pending' AND (available_at IS NULL OR available_at <= statement_timestamp())
              AND user_id > next.user_id
            ORDER BY user_id, id LIMIT 1
        ) AS later
    ),
    running AS (SELECT user_id, count(*) AS number FROM backtest_runs WHERE status = 'running' GROUP BY user_id)
    SELECT next.id, next.user_id
    FROM next
    LEFT JOIN running ON running.user_id = next.user_id
    LEFT JOIN backtests_last_start AS last ON last.user_id = next.user_id
    WHERE coalesce(running.number, 0) < %s
    ORDER BY coalesce(running.number, 0), last.started_at NULLS FIRST, next.id
    LIMIT 1
"""

# Users take turns: a run's turn is how many of its user run or wait up to it, and those of one turn go as they came.
# Of each user who waits no more runs are read than may go before.
BEFORE = """
    WITH RECURSIVE waiting (user_id) AS (
        (SELECT user_id FROM backtest_runs WHERE status = 'pending' ORDER BY user_id LIMIT 1)
        UNION ALL
        SELECT (SELECT user_id FROM backtest_runs
                WHERE status = 'pending' AND user_id > waiting.user_id ORDER BY user_id LIMIT 1)
        FROM waiting WHERE waiting.user_id IS NOT NULL
    ),
    running AS (SELECT user_id, count(*) AS number FROM backtest_runs WHERE status = 'running' GROUP BY user_id),
    own AS (
        SELECT (SELECT count(*) FROM backtest_runs
                WHERE status = 'pending' AND user_id = %(user)s AND id <= %(run)s)
               + coalesce((SELECT number FROM running WHERE user_id = %(user)s), 0) AS turn
    )
    SELECT coalesce(sum(ahead.number), 0)::bigint
    FROM own CROSS JOIN waiting LEFT JOIN running USING (user_id) CROSS JOIN LATERAL (
        SELECT count(*) AS number FROM (
            SELECT id, row_number() OVER (ORDER BY id) + coalesce(running.number, 0) AS turn
            FROM backtest_runs WHERE status = 'pending' AND user_id = waiting.user_id
            ORDER BY id LIMIT greatest(0, own.turn - coalesce(running.number, 0))
        ) AS first
        WHERE (first.turn, first.id) < (own.turn, %(run)s)
    ) AS ahead
    WHERE waiting.user_id IS NOT NULL
"""


class Seat(NamedTuple):
    """What a running run takes: a place of its user's, and one of all."""

    user_id: int
    user_seat: int
    global_seat: int


def count_pending_unscoped() -> int:
    """How many runs wait."""
    return BacktestRun.objects.unscoped().filter(status=RunStatus.PENDING).count()


def count_running_unscoped() -> int:
    """How many runs are under way."""
    return BacktestRun.objects.unscoped().filter(status=RunStatus.RUNNING).count()


def count_before_unscoped(run: BacktestRun) -> int:
    """How many waiting runs have their turn before this one, by who runs and waits now."""
    with connection.cursor() as cursor:
        cursor.execute(BEFORE, {"user": run.user_id, "run": run.pk})
        return int(cursor.fetchone()[0])


def get_run_unscoped(*, pk: int) -> BacktestRun:
    """Any user's run without its series, for the worker that has just claimed it."""
    return BacktestRun.objects.unscoped().defer(*SERIES).get(pk=pk)


def list_seats_unscoped() -> list[Seat]:
    """The seats that are taken."""
    running = BacktestRun.objects.unscoped().filter(status=RunStatus.RUNNING)
    rows = running.values_list("user_id", "user_seat", "global_seat")
    return [Seat(user_id, user_seat or 0, global_seat or 0) for user_id, user_seat, global_seat in rows]


def list_lost_unscoped() -> QuerySet[BacktestRun]:
    """Runs whose lease has run out by the database's clock, locked, without their series.

    One that a stopped worker holds in the middle of a write is left for later: nobody waits for it.
    """
    running = BacktestRun.objects.unscoped().filter(status=RunStatus.RUNNING).select_for_update(skip_locked=True)
    return running.filter(lease_expires_at__lt=Now()).defer(*SERIES).order_by("id")


def pick_pending_unscoped(*, per_user: int) -> tuple[int, int] | None:
    """The key and the user of the run that is next; None if nobody may start one.

    Next is the user with the fewest running, of those the one who started one the longest ago, and of that user's
    runs the oldest. Users with ``per_user`` running are passed over.
    """
    with connection.cursor() as cursor:
        cursor.execute(PICK, [per_user])
        found: tuple[int, int] | None = cursor.fetchone()
    return found
