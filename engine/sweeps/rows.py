"""The rows of a sweep: a few statistics for each combination, as a matrix.

What does not belong here: computing them (sweeping, crossing), judging them (honesty).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidSettings

# Keys of the registry of statistics, in the order of the columns of a row.
METRICS = (
    "total_return_pct",
    "cagr_pct",
    "max_drawdown_pct",
    "sharpe",
    "calmar",
    "trades",
    "win_rate_pct",
    "profit_factor",
)
LOWER_IS_BETTER = frozenset({"max_drawdown_pct"})
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of consecutive combinations from the number ``first`` on.

    ``values``: a row a combination, a column of METRICS each; NaN is undefined. ``tried``: false where the values of
    a combination make no strategy (a fast period above the slow one), whose row is then NaN.
    """

    first: int
    values: Values
    tried: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)


def row_of(statistics: Mapping[str, float | int | None]) -> list[float]:
    """The row of a single run."""
    return [np.nan if statistics[key] is None else float(statistics[key] or 0.0) for key in METRICS]


def column_of(metric: str) -> int:
    """Which column of a row a metric is.

    :raises InvalidSettings: if rows do not have it
    """
    if metric not in METRICS:
        raise InvalidSettings(f"The metric must be one of {', '.join(METRICS)}, not {metric}")
    return METRICS.index(metric)


def goodness(values: Values, metric: str) -> Values:
    """A metric of each row so that higher is better, -infinity where it is undefined."""
    column = values[:, column_of(metric)]
    signed = -column if metric in LOWER_IS_BETTER else column
    return np.where(np.isnan(signed), -np.inf, signed)


def order(values: Values, metric: str) -> NDArray[np.int64]:
    """The numbers of the rows from the best by a metric to the worst; of equals the earlier first, undefined last."""
    return np.argsort(-goodness(values, metric), kind="stable").astype(np.int64)


def best(values: Values, metric: str) -> int | None:
    """The number of the best row by a metric, the first of equals; None where it is undefined for all."""
    good = goodness(values, metric)
    if not len(good) or np.isneginf(good).all():
        return None
    return int(np.argmax(good))
