"""Events of runs and sweeps for open pages. What does not belong here: notifications, and any change of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apps.core import events

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun, Sweep


def tell_run(run: BacktestRun, *, status: str, stage: str, progress: float) -> None:
    """Tell the open pages of the run's user where it stands."""
    payload = {"kind": "backtest", "id": run.run_id, "status": status, "stage": stage, "progress": progress}
    events.publish(user_id=run.user_id, kind=events.EventKind.JOB, payload=payload)


def tell_sweep(sweep: Sweep, *, status: str, progress: float) -> None:
    """Tell the open pages of the sweep's user how many of its parts are done, from 0 to 1."""
    payload = {"kind": sweep.kind, "id": sweep.sweep_id, "status": status, "progress": progress}
    events.publish(user_id=sweep.user_id, kind=events.EventKind.JOB, payload=payload)
