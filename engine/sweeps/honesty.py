"""What the best of many is worth. What does not belong here: finding the best (rows), the formulas (metrics.sharpe)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from engine.metrics import sharpe
from engine.metrics.definition import SESSIONS_PER_YEAR

_YEAR_ROOT = math.sqrt(SESSIONS_PER_YEAR)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many combinations were tried, and what luck alone would have shown.

    ``luck_sharpe``: the highest annual Sharpe ratio to expect of so many without skill, whose ratios spread as these
    do. ``deflated_sharpe``: the probability that the best has skill nonetheless; None where it is undefined.
    """

    tried: int
    luck_sharpe: float
    deflated_sharpe: float | None


def judge(
    *, sharpes: NDArray[np.float64], tried: int, statistics: Mapping[str, float | int | None], sessions: int
) -> Verdict:
    """Judge the best of a sweep, whose single run has these ``statistics`` over so many sessions.

    ``sharpes``: the annual ratios of all that were tried, NaN where undefined (such a combination never traded).

    # Assumption: the combinations count as independent trials; those of a fine grid are not, which judges too hard.
    """
    defined = sharpes[~np.isnan(sharpes)] / _YEAR_ROOT
    variance = float(defined.var(ddof=1)) if len(defined) > 1 else 0.0
    luck = sharpe.expected_maximum(trials=tried, variance=variance) * _YEAR_ROOT
    found, skew, kurtosis = (statistics[key] for key in ("sharpe", "skew", "kurtosis"))
    if found is None or skew is None or kurtosis is None:
        return Verdict(tried, luck, None)
    probability = sharpe.deflated(
        sharpe=found / _YEAR_ROOT, returns=sessions, skew=skew, kurtosis=kurtosis, trials=tried, variance=variance
    )
    return Verdict(tried, luck, None if math.isnan(probability) else probability)
