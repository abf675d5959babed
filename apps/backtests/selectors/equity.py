"""The equity of a run as a series for charts. What does not belong here: how it was computed (engine)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from apps.backtests.selectors import runs

if TYPE_CHECKING:
    from datetime import date

    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class EquitySeries:
    """Equity in rupees and drawdown in percent of the highest equity before it (0 to 100), by day."""

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
    *, user: User, run_id: str, points: int, start: date | None = None, end: date | None = None
) -> EquitySeries:
    """At most ``points`` days of the equity between two dates, with every exact peak and trough of a chart kept.

    Drawdown is measured from the start of the run and before sampling.

    :raises NotFound: if the run is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = runs.get_completed_run(user=user, run_id=run_id, fields=("equity_curve_json", "initial_wallet_amount"))
    curve = run.equity_curve_json or {"time": [], "equity": []}
    time = np.array(curve["time"], dtype="datetime64[D]")
    equity = np.array(curve["equity"], dtype=np.float64)
    peak = np.maximum.accumulate(np.concatenate(([float(run.initial_wallet_amount)], equity)))[1:]
    drawdown_pct = (peak - equity) / peak * 100.0
    first = int(np.searchsorted(time, np.datetime64(start))) if start else 0
    last = int(np.searchsorted(time, np.datetime64(end), side="right")) if end else len(time)
    kept = first + _sample(equity[first:last], points=points)
    return EquitySeries(
        time=time[kept].astype(str).tolist(),
        equity=equity[kept],
        drawdown_pct=np.round(drawdown_pct[kept], 4),
        points_total=max(0, last - first),
        sampled=len(kept) < last - first,
    )


def _sample(values: NDArray[np.float64], *, points: int) -> NDArray[np.int64]:
    """Indices of at most ``points`` values: the first, the last, and minimum and maximum of equal buckets between.

    ``points`` is at least 4.
    """
    size = len(values)
    if size <= points:
        return np.arange(size)
    edges = np.linspace(1, size - 1, (points - 2) // 2 + 1).astype(np.int64)
    kept = [0, size - 1]
    for start, end in pairwise(edges):
        bucket = values[start:end]
        kept += [start + int(bucket.argmin()), start + int(bucket.argmax())]
    return np.unique(np.array(kept, dtype=np.int64))
