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
    if run.status == RunStatus.PENDING:
        run.queue_position = 1 + queue.count_before_unscoped(run)
    typical = selectors.average_seconds(user=user)
    run.eta_seconds = eta_seconds(typical=typical, place=run.queue_position, started_at=run.started_at)
    return run


def eta_seconds(*, typical: float | None, place: int | None, started_at: datetime | None) -> int | None:
    """Seconds until a run ends, where runs like it took ``typical`` seconds; ``place`` is that of a waiting one."""
    if typical is None:
        return None
    if place is not None:
        seats = max(1, configuration.get_int("backtest.global_max_concurrent"))
        return max(0, math.ceil(typical * math.ceil(place / seats)))
    elapsed = 0.0 if started_at is None else (clock.now() - started_at).total_seconds()
    return max(0, math.ceil(typical - elapsed))
