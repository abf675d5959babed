"""Studies that no library has, or not as Pine defines them, as compiled loops over float64 columns without gaps.

What does not belong here: which study means which loop (``library``).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled_apart

Column = NDArray[np.float64]


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
def extreme_offset(source: Column, length: int, sign: float) -> Column:
    """How far back the extreme of a window lies, as 0 or below; of equals the latest."""
    out = np.full(len(source), np.nan)
    for index in range(length - 1, len(source)):
        best = 0
        for back in range(1, length):
            if sign * source[index - back] > sign * source[index - best]:
                best = back
        out[index] = -float(best)
    return out


@compiled_apart
def mean_deviation(source: Column, length: int) -> Column:
    """Mean distance from the mean of the window."""
    out = np.full(len(source), np.nan)
    for index in range(length - 1, len(source)):
        mean = 0.0
        for back in range(length):
            mean += source[index - back]
        mean /= length
        total = 0.0
        for back in range(length):
            total += abs(source[index - back] - mean)
        out[index] = total / length
    return out


@compiled_apart
def median(source: Column, length: int) -> Column:
    """Median of the window."""
    out = np.full(len(source), np.nan)
    for index in range(length - 1, len(source)):
        out[index] = np.median(source[index - length + 1 : index + 1])
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
    held = np.full(occurrence + 1, np.nan)
    for index in range(len(condition)):
        if condition[index] == 1.0:
            for slot in range(occurrence, 0, -1):
                held[slot] = held[slot - 1]
            held[0] = source[index]
        out[index] = held[occurrence]
    return out


@compiled_apart
def pivot(source: Column, left: int, right: int, sign: float) -> Column:
    """An extreme above (``sign`` 1) or below all bars around it, told ``right`` bars later, when it is one."""
    out = np.full(len(source), np.nan)
    for index in range(left + right, len(source)):
        middle = index - right
        is_pivot = not math.isnan(source[middle])
        for other in range(middle - left, index + 1):
            if other != middle and not sign * source[middle] > sign * source[other]:
                is_pivot = False
                break
        if is_pivot:
            out[index] = source[middle]
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
