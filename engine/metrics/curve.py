"""What the statistics need to know of an equity curve, found in one compiled pass.

What does not belong here: the formulas that annualise and compare (returns, drawdowns), trades.
All compiled code of the curve is in this file, because numba's cache watches only the file it compiled.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.metrics.facts import BenchmarkFacts, CurveFacts, DrawdownFacts, ReturnFacts

# Divided by numpy's rules, which do not stop to look at the divisor: each is above 0 where its quotient is used.
_compiled = njit(cache=True, nogil=True, error_model="numpy")

Scalar = TypeVar("Scalar", bound=np.generic)

TAIL = 0.05
# Assumption: daily returns whose deviation is below this are equal; what is left is the rounding of the division.
ROUNDING = 1e-12
# Unsigned, for an index that may be below 0 is looked at before each use.
_NONE, _ONE = np.uint64(0), np.uint64(1)
_Places = NDArray[np.uint32]
_UNKNOWN_RETURNS = (math.nan,) * 9
_UNKNOWN_BENCHMARK = (math.nan,) * 4


class _Daily(NamedTuple):
    """The daily curve: last value and day of each session, returns, and those of the benchmark from the second on."""

    values: NDArray[np.float64]
    days: NDArray[np.int32]
    returns: NDArray[np.float64]
    others: NDArray[np.float64]


class _Means(NamedTuple):
    """Means of the values, the returns and, from the second session on, both returns; the lowest value but the last."""

    values: float
    returns: float
    later: float
    others: float
    lowest: float


class _Sums(NamedTuple):
    """Sums over the returns: powers of what is off their mean, gains, losses, and products with the benchmark's."""

    squares: float
    cubes: float
    fourths: float
    gains: float
    losses: float
    below: float
    products: float
    other_squares: float


@_compiled
def _daily(
    equity: NDArray[np.float64], session: NDArray[np.int32], benchmark: NDArray[np.int32], initial: float
) -> _Daily:
    size = len(session)
    count = 1
    for index in range(1, size):
        count += session[index] != session[index - 1]
    values, days, closes = np.empty(count), np.empty(count, np.int32), np.empty(count)
    if count == size:
        # Daily bars: what follows would copy them too, a bar at a time.
        for index in range(size):
            values[index], days[index], closes[index] = equity[index], session[index], benchmark[index]
    else:
        found = 0
        for index in range(size):
            # The last bar of each session; written anew until it comes.
            values[found], days[found], closes[found] = equity[index], session[index], benchmark[index]
            found += index + 1 < size and session[index + 1] != session[index]
    returns, others = np.empty(count), np.empty(count)
    returns[0], others[0] = (values[0] - initial) / initial, 0.0
    for index in range(1, count):
        returns[index] = (values[index] - values[index - 1]) / values[index - 1]
        others[index] = closes[index] / closes[index - 1] - 1.0
    return _Daily(values, days, returns, others)


@_compiled
def _means(daily: _Daily) -> _Means:
    # One loop, for a sum waits for itself: four beside each other take the time of one.
    values, _, returns, others = daily
    size = len(returns)
    value, total, later, other, lowest = values[0], returns[0], 0.0, 0.0, np.inf
    for index in range(1, size):
        lowest = min(lowest, values[index - 1])
        value += values[index]
        total += returns[index]
        later += returns[index]
        other += others[index]
    later_size = max(size - 1, 1)
    return _Means(value / size, total / size, later / later_size, other / later_size, lowest)


@_compiled
def _sums(daily: _Daily, means: _Means) -> _Sums:
    returns, others = daily.returns, daily.others
    squares, cubes, fourths, gains, losses, below = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    products, other_squares = 0.0, 0.0
    for index in range(len(returns)):
        value = returns[index]
        off = value - means.returns
        square = off * off
        squares += square
        cubes += square * off
        fourths += square * square
        gains += max(value, 0.0)
        losses -= min(value, 0.0)
        below += min(value, 0.0) ** 2
        if index > 0:
            other = others[index] - means.others
            products += other * (value - means.later)
            other_squares += other * other
    return _Sums(squares, cubes, fourths, gains, losses, below, products, other_squares)


@_compiled
def _to_the_end(values: NDArray[np.float64], low: np.uint64, high: np.uint64) -> float:
    """Put the median of the first, the middle and the last of ``low`` to ``high`` at the end and return it."""
    middle = (low + high) >> _ONE
    for first, second in ((low, middle), (middle, high), (low, middle)):
        if values[second] < values[first]:
            values[first], values[second] = values[second], values[first]
    values[high], values[middle] = values[middle], values[high]
    return float(values[high])


@_compiled
def _split(values: NDArray[np.float64], low: np.uint64, high: np.uint64, left: _Places, right: _Places) -> np.uint64:
    """Put what is below a pivot of ``low`` to ``high`` before it and what is above behind it; return its place.

    By Hoare's exchanges: the first from the left that is not below with the first from the right that is not above, and
    so on. Their places are listed beforehand, for as many as there is room: where a comparison is counted, not jumped
    on, the processor has nothing to guess.
    """
    pivot = _to_the_end(values, low, high)
    below, beyond, lefts, rights, swaps = _NONE, _NONE, _NONE, _NONE, _NONE
    for place in range(low, high):
        below += np.uint64(values[place] < pivot)
        beyond += np.uint64(values[place] > pivot)
    for place in range(low, min(high - beyond + _ONE, high)):
        left[lefts] = place
        lefts += np.uint64(values[place] >= pivot)
    for back in range(high - low - below):
        right[rights] = high - _ONE - back
        rights += np.uint64(values[high - _ONE - back] <= pivot)
    for index in range(min(lefts, rights)):
        swaps += np.uint64(left[index] < right[index])
    for index in range(swaps):
        values[left[index]], values[right[index]] = values[right[index]], values[left[index]]
    end = high if swaps == _NONE else np.uint64(right[swaps - _ONE])
    if swaps < lefts:
        end = min(end, np.uint64(left[swaps]))
    values[end], values[high] = values[high], values[end]
    return end


@_compiled
def _tail(returns: NDArray[np.float64]) -> tuple[float, float]:
    """The quantile of the tail, linear between neighbours, and the mean of the returns up to its place.

    These are added up in the order in which ``np.partition`` leaves them in compiled code.
    """
    place = TAIL * (len(returns) - 1)
    lower = int(place)
    upper = min(lower + 1, len(returns) - 1)
    ordered, left, right = returns.copy(), np.empty(len(returns), np.uint32), np.empty(len(returns), np.uint32)
    low, high, wanted, found = _NONE, np.uint64(len(returns) - 1), np.uint64(upper), np.uint64(len(returns))
    while found != wanted:
        found = _split(ordered, low, high, left, right)
        low, high = (found + _ONE, high) if found < wanted else (low, found - _ONE)
    worst = ordered[: lower + 1]
    edge = worst.max()
    return edge + (place - lower) * (ordered[upper] - edge), worst.mean()


@_compiled
def _return_facts(returns: NDArray[np.float64], mean: float, sums: _Sums) -> tuple[float, ...]:
    """The cells of :class:`ReturnFacts`."""
    size = len(returns)
    deviation = np.sqrt(sums.squares / (size - 1)) if size > 1 else np.nan
    skew, kurtosis = np.nan, np.nan
    if deviation <= ROUNDING:
        deviation = 0.0
    elif size > 1:
        variance = sums.squares / size
        skew = sums.cubes / size / variance**1.5
        kurtosis = sums.fourths / size / variance**2 - 3.0
    var, cvar = _tail(returns)
    downside = np.sqrt(sums.below / size)
    return mean, deviation, downside, sums.gains, sums.losses, skew, kurtosis, var, cvar


@_compiled
def _drawdown_facts(
    values: NDArray[np.float64], days: NDArray[np.int32], initial: float
) -> tuple[float, float, float, float, int, int]:
    """The cells of :class:`DrawdownFacts`."""
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
    return deepest, mean, mean_days, squares / len(values), longest, under_water


@_compiled
def _benchmark_facts(size: int, means: _Means, sums: _Sums) -> tuple[float, float, float, float]:
    """The cells of :class:`BenchmarkFacts`; ``size``: how many returns there are from the second session on."""
    if size < 2:
        return np.nan, np.nan, np.nan, np.nan
    covariance, variance = sums.products / (size - 1), sums.other_squares / (size - 1)
    if np.sqrt(variance) <= ROUNDING:
        variance = 0.0
    return means.later, means.others, covariance, variance


@_compiled
def _curve_facts(
    equity: NDArray[np.float64], session: NDArray[np.int32], benchmark: NDArray[np.int32], initial: float
) -> Any:
    """Sessions, days, final value and mean, then the cells of returns, drawdowns and benchmark.

    Plain tuples: named ones are looked up anew each time they leave compiled code.
    """
    # Assumption: the initial cash has the date of the first session, for there is no earlier bar to date it by.
    daily = _daily(equity, session, benchmark, initial)
    values, days, returns, _ = daily
    means = _means(daily)
    drawdowns = _drawdown_facts(values, days, initial)
    span = len(values), days[-1] - days[0], values[-1], means.values
    # A day that began with nothing or less has no return; the initial cash is above 0.
    if not means.lowest > 0.0:
        return span, _UNKNOWN_RETURNS, drawdowns, _UNKNOWN_BENCHMARK
    sums = _sums(daily, means)
    found = _return_facts(returns, means.returns, sums)
    return span, found, drawdowns, _benchmark_facts(len(returns) - 1, means, sums)


def _frozen(column: NDArray[Scalar]) -> NDArray[Scalar]:
    """A read-only view, so that there is one kind of array to compile for."""
    if not column.flags.writeable:
        return column
    view = column.view()
    view.flags.writeable = False
    return view


def describe(
    *, equity: NDArray[np.float64], session: NDArray[np.int32], benchmark: NDArray[np.int32], initial_cash: float
) -> CurveFacts:
    """Describe the daily curve of an equity curve of at least one bar.

    The daily curve is the last equity of each session; ``initial_cash``, above 0, is the value before the first.
    ``benchmark``: closes above 0, one a bar.
    """
    initial = float(initial_cash)
    (sessions, days, final, mean), returns, drawdowns, against = _curve_facts(
        _frozen(equity), _frozen(session), _frozen(np.ascontiguousarray(benchmark, np.int32)), initial
    )
    return CurveFacts(
        sessions,
        days,
        initial,
        final,
        mean,
        ReturnFacts(*returns),
        DrawdownFacts(*drawdowns),
        BenchmarkFacts(*against),
    )
