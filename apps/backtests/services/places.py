"""When it is a run's turn, as far as can be told. What does not belong here: whose turn it is (admission)."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from apps.backtests import selectors
from apps.backtests.enums import RunStatus
from apps.backtests.selectors import queue
from apps.core import clock, configuration

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User


def show_run(*, user: User, run_id: str) -> BacktestRun:
    """One of the user's runs without its series, with its place in the queue.

    :raises NotFound: if it is missing or belongs to someone else
    """
    return placed(selectors.get_run(user=user, run_id=run_id), user=user)


def placed(run: BacktestRun, *, user: User) -> BacktestRun:
    """The run with its place in the queue (1 is next) and the seconds until it ends, where they can be told.

    Places are by turns, as users take them: who has fewer runs under way and before this one goes first.
    """
    if run.status not in (RunStatus.PENDING, RunStatus.RUNNING):
        return run
    running = 0
    if run.status == RunStatus.PENDING:
        run.queue_position = 1 + queue.count_before_unscoped(run)
        running = queue.count_running_unscoped()
    typical = selectors.average_seconds(user=user, run=run)
    run.eta_seconds = eta_seconds(typical=typical, place=run.queue_position, started_at=run.started_at, running=running)
    return run


def eta_seconds(*, typical: float | None, place: int | None, started_at: datetime | None, running: int) -> int | None:
    """Seconds until a run ends, where runs like it took ``typical`` seconds.

    ``place`` is that of a waiting one, for which it counts how many are ``running``. None where it cannot be told:
    there is no run like it, none is allowed to run, or it takes longer than they did.
    """
    if typical is None:
        return None
    if place is not None:
        return _until_end_of_waiting(typical=typical, place=place, running=running)
    elapsed = 0.0 if started_at is None else (clock.now() - started_at).total_seconds()
    return math.ceil(typical - elapsed) if elapsed < typical else None


def _until_end_of_waiting(*, typical: float, place: int, running: int) -> int | None:
    allowed = configuration.get_int("backtest.global_max_concurrent")
    if allowed < 1:
        return None
    # Assumption: as many run at once as do now, for how many children all workers have nobody counts; those before
    # this one take as long as it does, and end evenly over that time.
    at_once = min(allowed, max(1, running))
    ends_before = place if running else place - 1
    return max(1, math.ceil(typical * (1 + ends_before / at_once)))
