"""How sure a Sharpe ratio is: the probabilistic one, and the one deflated by the number of trials.

Ratios here are of daily returns, not annualised. What does not belong here: finding the returns.
"""

from __future__ import annotations

import math
from statistics import NormalDist

_NORMAL = NormalDist()
_EULER = 0.5772156649015329


def probabilistic(*, sharpe: float, benchmark: float, returns: int, skew: float, kurtosis: float) -> float:
    """The probability that the true ratio is above ``benchmark``; NaN where it is undefined.

    ``kurtosis`` is in excess of the normal distribution's. Source: Bailey and Lopez de Prado (2012), The Sharpe Ratio
    Efficient Frontier, Journal of Risk 15(2).
    """
    spread = 1.0 - skew * sharpe + (kurtosis + 2.0) / 4.0 * sharpe**2
    if returns < 2 or not spread > 0.0:
        return math.nan
    return _NORMAL.cdf((sharpe - benchmark) * math.sqrt((returns - 1) / spread))


def expected_maximum(*, trials: int, variance: float) -> float:
    """The highest ratio to expect of so many trials of no skill, whose ratios have that variance.

    Source: Bailey and Lopez de Prado (2014), The Deflated Sharpe Ratio, Journal of Portfolio Management 40(5).
    """
    if trials < 2:
        return 0.0
    first, second = _NORMAL.inv_cdf(1.0 - 1.0 / trials), _NORMAL.inv_cdf(1.0 - 1.0 / (trials * math.e))
    return math.sqrt(variance) * ((1.0 - _EULER) * first + _EULER * second)


def deflated(*, sharpe: float, returns: int, skew: float, kurtosis: float, trials: int, variance: float) -> float:
    """The probability that the best of ``trials`` has skill: above what luck alone would have reached.

    ``variance``: of the trials' ratios. Source: as :func:`expected_maximum`.
    """
    luck = expected_maximum(trials=trials, variance=variance)
    return probabilistic(sharpe=sharpe, benchmark=luck, returns=returns, skew=skew, kurtosis=kurtosis)
