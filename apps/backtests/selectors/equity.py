"""The equity of a run as a series for charts. What does not belong here: how it was computed (engine)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from apps.backtests.enums import EquityStep
from apps.backtests.models import BacktestRun
from apps.backtests.selectors import curves, runs
from engine.metrics import sampling

if TYPE_CHECKING:
    from apps.users.models import User

FIELDS = ("equity_curve_json", "initial_wallet_amount")


@dataclass(frozen=True, slots=True)
class EquitySeries:
    """Equity in rupees and drawdown in percent of the highest equity before it (0 to 100), by day or by bar."""

    time: list[str]
    equity: NDArray[np.float64]
    drawdown_pct: NDArray[np.float64]
    points_total: int
    sampled: bool

    @property
    def points(self) -> list[dict[str, str | float]]:
        """The same as a list of objects."""
        columns = zip(self.time, self.equity.tolist(), self.drawdown_pct.tolist(), strict=True)
        return [{"time": time, "equity": equity, "drawdown_pct": drawdown} for time, equity, drawdown in columns]


def equity_series(
    *,
    user: User,
    run_id: str,
    points: int,
    by: str = EquityStep.BAR,
    start: date | None = None,
    end: date | None = None,
) -> EquitySeries:
    """At most ``points`` values of the equity between two dates, with every exact peak and trough of a chart kept.

    Drawdown is measured from the start of the run and before sampling. ``by`` day leaves out all but the last bar of
    each; runs on bars of a day or more have no others.

    :raises NotFound: if the run is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    fields = FIELDS if by == EquityStep.DAY else (*FIELDS, "equity_bars")
    run = runs.get_completed_run(user=user, run_id=run_id, fields=fields)
    curve = _curve_of(run, by=by)
    first = int(np.searchsorted(curve.days, np.datetime64(start))) if start else 0
    last = int(np.searchsorted(curve.days, np.datetime64(end), side="right")) if end else len(curve.days)
    kept = first + sampling.sample(curve.equity[first:last], points=points)
    return EquitySeries(
        time=curve.times(kept),
        equity=curve.equity[kept],
        drawdown_pct=np.round(curve.drawdown_pct()[kept], 4),
        points_total=max(0, last - first),
        sampled=len(kept) < last - first,
    )


def _curve_of(run: BacktestRun, *, by: str) -> curves.Curve:
    initial = float(run.initial_wallet_amount)
    if by == EquityStep.DAY or run.equity_bars is None:
        return curves.daily_curve(run.equity_curve_json, initial=initial)
    return curves.bars_curve(bytes(run.equity_bars), initial=initial)
