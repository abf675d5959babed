"""Studies that no library has, or not as Pine defines them, as compiled loops over float64 columns without gaps.

What does not belong here: which study means which loop (``library``), windows kept in order (``rolling``).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled_apart

Column = NDArray[np.float64]
_AT_ONCE = 256


@compiled_apart
def wilder(source: Column, length: int) -> Column:
    """Wilder's average, begun with the mean of the first ``length`` values."""
    out = np.full(len(source), np.nan)
    if len(source) < length:
        return out
    total = 0.0
    for index in range(length):
        total += source[index]
    value = total / length
    out[length - 1] = value
    for index in range(length, len(source)):
        value = (value * (length - 1) + source[index]) / length
        out[index] = value
    return out


@compiled_apart
def mean_deviation(source: Column, length: int) -> Column:
    """Mean distance from the mean of the window; each window is added up by itself, so that no error is carried on."""
    out = np.full(len(source), np.nan)
    means, totals = np.empty(_AT_ONCE), np.empty(_AT_ONCE)
    for first in range(length - 1, len(source), _AT_ONCE):
        windows = min(_AT_ONCE, len(source) - first)
        means[:], totals[:] = 0.0, 0.0
        # Windows side by side, so that the processor adds to several at once.
        for back in range(length):
            values = source[first - back : first - back + windows]
            for window in range(windows):
                means[window] += values[window]
        for window in range(windows):
            means[window] /= length
        for back in range(length):
            values = source[first - back : first - back + windows]
            for window in range(windows):
                totals[window] += abs(values[window] - means[window])
        for window in range(windows):
            out[first + window] = totals[window] / length
    return out


@compiled_apart
def bars_since(condition: Column) -> Column:
    """Bars since a condition was last true, na before the first time."""
    out = np.full(len(condition), np.nan)
    last = -1
    for index in range(len(condition)):
        if condition[index] == 1.0:
            last = index
        if last >= 0:
            out[index] = float(index - last)
    return out


@compiled_apart
def value_when(condition: Column, source: Column, occurrence: int) -> Column:
    """The source as it was when the condition was last true, or so many times before that."""
    out = np.full(len(condition), np.nan)
    # A ring of the latest: where the next one goes stands the one that was so many times before.
    latest = np.full(occurrence + 1, np.nan)
    following = 0
    for index in range(len(condition)):
        if condition[index] == 1.0:
            latest[following] = source[index]
            following = (following + 1) % len(latest)
        out[index] = latest[following]
    return out


@compiled_apart
def held(source: Column) -> Column:
    """The latest value that is not na."""
    out = source.copy()
    for index in range(1, len(out)):
        if math.isnan(out[index]):
            out[index] = out[index - 1]
    return out


@compiled_apart
def session_average(source: Column, volume: Column, first: Column) -> Column:
    """Volume-weighted mean since the session began."""
    out = np.full(len(source), np.nan)
    traded = 0.0
    shares = 0.0
    for index in range(len(source)):
        if first[index] == 1.0:
            traded = 0.0
            shares = 0.0
        if not math.isnan(source[index]):
            traded += source[index] * volume[index]
            shares += volume[index]
        if shares > 0.0:
            out[index] = traded / shares
    return out
