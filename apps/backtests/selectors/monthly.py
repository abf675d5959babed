"""The returns of a run by month and year, for a heatmap. What does not belong here: the formula (engine)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from apps.backtests.selectors import curves, equity, runs
from engine.metrics import periods

if TYPE_CHECKING:
    from apps.users.models import User

MONTHS = 12


@dataclass(frozen=True, slots=True)
class YearReturns:
    """A year in percent: twelve months, None where there was no session, and the year as a whole."""

    year: int
    months: Sequence[float | None]
    total: float | None


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Every year of a run, with the best and the worst month in percent; None without any."""

    years: Sequence[YearReturns]
    best: float | None
    worst: float | None


def monthly_returns(*, user: User, run_id: str) -> Heatmap:
    """The returns of each month and year of one of the user's runs.

    :raises NotFound: if the run is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = runs.get_completed_run(user=user, run_id=run_id, fields=equity.FIELDS)
    return heatmap_of(curves.daily_curve(run.equity_curve_json, initial=float(run.initial_wallet_amount)))


def heatmap_of(curve: curves.Curve) -> Heatmap:
    """The returns of each month and year of a daily equity that has at least one day."""
    session = curve.days.astype(np.int32)
    months = periods.monthly(equity=curve.equity, session=session, initial_cash=curve.initial)
    years = periods.yearly(equity=curve.equity, session=session, initial_cash=curve.initial)
    known = {(each.year, each.month): each.percent for each in months}
    percents = [each.percent for each in months if each.percent is not None]
    return Heatmap(
        years=[
            YearReturns(
                year=each.year,
                months=[known.get((each.year, month)) for month in range(1, MONTHS + 1)],
                total=each.percent,
            )
            for each in years
        ],
        best=max(percents, default=None),
        worst=min(percents, default=None),
    )
