"""The falls of a run's daily equity, the deepest first. What does not belong here: statistics of them (engine)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from apps.backtests.selectors import curves, equity, runs

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class Drawdown:
    """One fall below the highest daily equity so far.

    ``peak_date``: when that was last reached, None where it is the wallet the run began with. ``depth_pct`` is of it,
    0 to 100; amounts are rupees. ``recovered_date``: the first day that reaches it again, None where none does.
    Days are calendar days: to the trough, from there to the recovery, and in all, an unrecovered fall counting to the
    last day. A fall from the first wallet counts from the first day.
    """

    peak_date: date | None
    peak_equity: float
    trough_date: date
    trough_equity: float
    depth_pct: float
    recovered_date: date | None
    days_to_trough: int
    days_to_recover: int | None
    days: int


def list_drawdowns(*, user: User, run_id: str, limit: int) -> list[Drawdown]:
    """The deepest ``limit`` falls of one of the user's runs, of equal ones the earlier first.

    :raises NotFound: if the run is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = runs.get_completed_run(user=user, run_id=run_id, fields=equity.FIELDS)
    return deepest(curves.daily_curve(run.equity_curve_json, initial=float(run.initial_wallet_amount)), limit=limit)


def deepest(curve: curves.Curve, *, limit: int) -> list[Drawdown]:
    """The deepest ``limit`` falls of a daily equity."""
    values = np.concatenate(([curve.initial], curve.equity))
    peaks = np.maximum.accumulate(values)
    below = np.flatnonzero(values < peaks)
    if not len(below):
        return []
    stretches = np.split(below, np.flatnonzero(np.diff(below) > 1) + 1)
    falls = [_fall(curve, values=values, first=int(each[0]), last=int(each[-1])) for each in stretches]
    return sorted(falls, key=lambda fall: -fall.depth_pct)[:limit]


def _fall(curve: curves.Curve, *, values: NDArray[np.float64], first: int, last: int) -> Drawdown:
    """The fall that is under water from ``first`` to ``last``; 0 is the wallet before the first day."""
    days: list[date] = curve.days.tolist()
    trough = first + int(values[first : last + 1].argmin())
    peak = float(values[first - 1])
    began = days[max(first - 2, 0)]
    lowest, end = days[trough - 1], days[min(last, len(days) - 1)]
    is_recovered = last < len(days)
    return Drawdown(
        peak_date=days[first - 2] if first > 1 else None,
        peak_equity=peak,
        trough_date=lowest,
        trough_equity=float(values[trough]),
        depth_pct=(peak - float(values[trough])) / peak * 100.0,
        recovered_date=end if is_recovered else None,
        days_to_trough=(lowest - began).days,
        days_to_recover=(end - lowest).days if is_recovered else None,
        days=(end - began).days,
    )
