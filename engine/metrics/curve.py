"""What the statistics need to know of an equity curve, found in one compiled pass.

What does not belong here: the formulas that annualise and compare (returns, drawdowns), trades.
All compiled code of the curve is in this file, because numba's cache watches only the file it compiled.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

_compiled = njit(cache=True, nogil=True)

TAIL = 0.05
# Assumption: daily returns whose deviation is below this are equal; what is left is the rounding of the division.
ROUNDING = 1e-12


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


def drawdown_series(*, equity: NDArray[np.float64], initial_cash: float) -> NDArray[np.float64]:
    """How far each value is below the highest value up to it, the initial cash among them, in percent (>= 0)."""
    highest = np.maximum.accumulate(np.maximum(equity, initial_cash))
    below: NDArray[np.float64] = (highest - equity) / highest * 100.0
    return below


@_compiled
def _last_of_sessions(session: NDArray[np.int32]) -> NDArray[np.int64]:
    """The number of the last bar of each session."""
    size = len(session)
    count = 1
    for index in range(1, size):
        count += session[index] != session[index - 1]
    last = np.empty(count, np.int64)
    found = 0
    for index in range(1, size):
        if session[index] != session[index - 1]:
            last[found] = index - 1
            found += 1
    last[found] = size - 1
    return last


@_compiled
def _returns(values: NDArray[np.float64], initial: float) -> NDArray[np.float64]:
    """The daily returns; empty where one has no meaning, because a day began with nothing or less."""
    returns = np.empty(len(values))
    before = initial
    for index in range(len(values)):
        if before <= 0.0:
            return np.empty(0)
        returns[index] = (values[index] - before) / before
        before = values[index]
    return returns


@_compiled
def _tail(returns: NDArray[np.float64]) -> tuple[float, float]:
    """The quantile of the tail, linear between neighbours, and the mean of the returns up to its place."""
    place = TAIL * (len(returns) - 1)
    lower = int(place)
    upper = min(lower + 1, len(returns) - 1)
    ordered = np.partition(returns, upper)
    worst = ordered[: lower + 1]
    edge = worst.max()
    return edge + (place - lower) * (ordered[upper] - edge), worst.mean()


@_compiled
def _return_facts(returns: NDArray[np.float64]) -> ReturnFacts:
    size = len(returns)
    if size == 0:
        return ReturnFacts(np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan)
    mean = returns.mean()
    square, cube, fourth, gains, losses, below = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    for value in returns:
        off = (value - mean) * (value - mean)
        square += off
        cube += off * (value - mean)
        fourth += off * off
        gains += max(value, 0.0)
        losses -= min(value, 0.0)
        below += min(value, 0.0) ** 2
    deviation = np.sqrt(square / (size - 1)) if size > 1 else np.nan
    skew, kurtosis = np.nan, np.nan
    if deviation <= ROUNDING:
        deviation = 0.0
    elif size > 1:
        variance = square / size
        skew = cube / size / variance**1.5
        kurtosis = fourth / size / variance**2 - 3.0
    var, cvar = _tail(returns)
    return ReturnFacts(mean, deviation, np.sqrt(below / size), gains, losses, skew, kurtosis, var, cvar)


@_compiled
def _drawdown_facts(values: NDArray[np.float64], days: NDArray[np.int32], initial: float) -> DrawdownFacts:
    peak, peak_day = initial, days[0]
    depth, deepest, depths, squares = 0.0, 0.0, 0.0, 0.0
    episodes, longest, under_water, lasted, over = 0, 0, 0, 0, 0
    for index in range(len(values)):
        value = values[index]
        if depth > 0.0 or value < peak:
            lasted = days[index] - peak_day
            longest = max(longest, lasted)
        if value < peak:
            below = (peak - value) / peak
            episodes += depth == 0.0
            depths += max(below - depth, 0.0)
            depth = max(depth, below)
            deepest = max(deepest, below)
            squares += below * below
            under_water += 1
        else:
            peak, peak_day, depth = value, days[index], 0.0
            over, lasted = over + lasted, 0
    mean = depths / episodes if episodes > 0 else np.nan
    mean_days = (over + lasted) / episodes if episodes > 0 else np.nan
    return DrawdownFacts(deepest, mean, mean_days, squares / len(values), longest, under_water)


@_compiled
def _benchmark_facts(
    returns: NDArray[np.float64], closes: NDArray[np.int32], last: NDArray[np.int64]
) -> BenchmarkFacts:
    size = len(returns) - 1
    if size < 2:
        return BenchmarkFacts(np.nan, np.nan, np.nan, np.nan)
    others = np.empty(size)
    before, total, other_total = float(closes[last[0]]), 0.0, 0.0
    for index in range(size):
        after = float(closes[last[index + 1]])
        others[index] = after / before - 1.0
        before = after
        total += returns[index + 1]
        other_total += others[index]
    mean, other_mean = total / size, other_total / size
    products, squares = 0.0, 0.0
    for index in range(size):
        off = others[index] - other_mean
        products += off * (returns[index + 1] - mean)
        squares += off * off
    covariance, variance = products / (size - 1), squares / (size - 1)
    if np.sqrt(variance) <= ROUNDING:
        variance = 0.0
    return BenchmarkFacts(mean, other_mean, covariance, variance)


@_compiled
def _curve_facts(
    equity: NDArray[np.float64], session: NDArray[np.int32], benchmark: NDArray[np.int32], initial: float
) -> CurveFacts:
    # Assumption: the initial cash has the date of the first session, for there is no earlier bar to date it by.
    last = _last_of_sessions(session)
    values = equity[last]
    days = session[last]
    returns = _returns(values, initial)
    return CurveFacts(
        len(values),
        days[-1] - days[0],
        initial,
        values[-1],
        values.mean(),
        _return_facts(returns),
        _drawdown_facts(values, days, initial),
        _benchmark_facts(returns, benchmark, last),
    )


def describe(
    *, equity: NDArray[np.float64], session: NDArray[np.int32], benchmark: NDArray[np.int32], initial_cash: float
) -> CurveFacts:
    """Describe the daily curve of an equity curve of at least one bar.

    The daily curve is the last equity of each session; ``initial_cash``, above 0, is the value before the first.
    ``benchmark``: closes above 0, one a bar.
    """
    # Read-only views, so that there is one kind of array to compile for.
    equity, session, benchmark = equity.view(), session.view(), np.ascontiguousarray(benchmark, np.int32).view()
    equity.flags.writeable = session.flags.writeable = benchmark.flags.writeable = False
    facts: CurveFacts = _curve_facts(equity, session, benchmark, float(initial_cash))
    return facts
