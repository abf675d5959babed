"""Returns by month and by year, for the heatmap. What does not belong here: statistics of a whole run, drawing."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class PeriodReturn(NamedTuple):
    """The return of a calendar month (1 to 12) or a year (month 0) in percent; None where it began with nothing."""

    year: int
    month: int
    percent: float | None


def monthly(
    *, equity: NDArray[np.float64], session: NDArray[np.int32], initial_cash: float
) -> tuple[PeriodReturn, ...]:
    """The return of each month in which there was a session: its last equity over the last one before it.

    ``session``: days since 1970-01-01, one a bar, at least one. A month without a session has no entry.
    """
    months = session.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return tuple(
        PeriodReturn(1970 + month // 12, month % 12 + 1, percent)
        for month, percent in _returns(months, equity=equity, initial_cash=initial_cash)
    )


def yearly(*, equity: NDArray[np.float64], session: NDArray[np.int32], initial_cash: float) -> tuple[PeriodReturn, ...]:
    """The return of each calendar year in which there was a session, as :func:`monthly`."""
    years = session.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    return tuple(
        PeriodReturn(1970 + year, 0, percent)
        for year, percent in _returns(years, equity=equity, initial_cash=initial_cash)
    )


def _returns(
    periods: NDArray[np.int64], *, equity: NDArray[np.float64], initial_cash: float
) -> list[tuple[int, float | None]]:
    ends = np.append(np.flatnonzero(np.diff(periods)), len(periods) - 1)
    found: list[tuple[int, float | None]] = []
    before = float(initial_cash)
    for period, after in zip(periods[ends].tolist(), equity[ends].tolist(), strict=True):
        found.append((period, (after - before) / before * 100.0 if before > 0 else None))
        before = after
    return found
