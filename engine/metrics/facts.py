"""What the statistics of an equity curve are computed from, as named numbers.

What does not belong here: finding them (curve), the formulas (returns, drawdowns, benchmark), trades (tally).
"""

from __future__ import annotations

from typing import NamedTuple


class ReturnFacts(NamedTuple):
    """The daily returns, as fractions; NaN is undefined.

    ``gains`` and ``losses`` are sums, both >= 0; ``deviation`` is the sample's (n - 1); ``downside`` is over all n;
    ``skew`` and ``kurtosis`` (excess) are the moments of the population; ``var`` is the return at the tail's edge and
    ``cvar`` the mean of the tail.
    """

    mean: float
    deviation: float
    downside: float
    gains: float
    losses: float
    skew: float
    kurtosis: float
    var: float
    cvar: float


class DrawdownFacts(NamedTuple):
    """The falls below the highest value so far, as positive fractions; lengths in calendar days."""

    deepest: float
    mean_of_episodes: float
    mean_days: float
    mean_square: float
    longest_days: int
    sessions_under_water: int


class BenchmarkFacts(NamedTuple):
    """The daily returns beside those of a benchmark, from the second session on; NaN is undefined.

    ``covariance`` and ``variance`` (of the benchmark) are the sample's (n - 1).
    """

    mean: float
    benchmark_mean: float
    covariance: float
    variance: float


class CurveFacts(NamedTuple):
    """A daily equity curve: its span, ends, mean, returns and drawdowns, and how it stands to a benchmark."""

    sessions: int
    days: int
    initial: float
    final: float
    mean: float
    returns: ReturnFacts
    drawdowns: DrawdownFacts
    benchmark: BenchmarkFacts
