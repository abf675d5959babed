"""Studies of rank: what is in the middle, highest or lowest among the bars around.

Each bar moves what is known of the bars before on, and looks at no window again: the longest period
costs little more than the shortest. What does not belong here: sums and means (``windows``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled_apart

Column = NDArray[np.float64]


@compiled_apart
def _place(ordered: Column, size: int, value: float) -> int:
    """How many of the first ``size`` values, which ascend, are below one."""
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled_apart
def median(source: Column, length: int) -> Column:
    """Median of the window, of a column without gaps."""
    out = np.full(len(source), np.nan)
    ordered = np.empty(length)
    for index in range(len(source)):
        value = source[index]
        # The value that leaves the window makes room, and those between it and the new one's place move over.
        size = min(index, length)
        place = _place(ordered, size, value)
        hole = index if index < length else _place(ordered, size, source[index - length])
        if hole < place:
            place -= 1
            between = ordered[hole : place + 1]
            for slot in range(len(between) - 1):
                between[slot] = between[slot + 1]
        else:
            between = ordered[place : hole + 1]
            for slot in range(len(between) - 1, 0, -1):
                between[slot] = between[slot - 1]
        ordered[place] = value
        if index >= length - 1:
            upper = ordered[length // 2]
            out[index] = upper if length % 2 else (ordered[length // 2 - 1] + upper) / 2
    return out


@compiled_apart
def extreme_offset(source: Column, length: int, sign: float) -> Column:
    """How far back the highest (``sign`` 1) or lowest of a window lies, as 0 or below; of equals the latest."""
    out = np.full(len(source), np.nan)
    # Bars that may still be the extreme: each is beyond all that wait after it.
    waiting = np.empty(len(source), np.int64)
    head, tail = 0, 0
    for index in range(len(source)):
        while tail > head and sign * source[waiting[tail - 1]] <= sign * source[index]:
            tail -= 1
        waiting[tail] = index
        tail += 1
        if waiting[head] <= index - length:
            head += 1
        if index >= length - 1:
            out[index] = -float(index - waiting[head])
    return out


@compiled_apart
def _run_before(source: Column, sign: float) -> NDArray[np.int64]:
    """How many bars right before each one it is beyond; a bar without a value ends such a run."""
    runs = np.zeros(len(source), np.int64)
    for index in range(len(source)):
        run = 0
        while run < index and sign * source[index] > sign * source[index - 1 - run]:
            # What that one is beyond, this one is too.
            run += 1 + runs[index - 1 - run]
        runs[index] = run
    return runs


@compiled_apart
def pivot(source: Column, left: int, right: int, sign: float) -> Column:
    """An extreme above (``sign`` 1) or below all bars around it, told ``right`` bars later, when it is one."""
    out = np.full(len(source), np.nan)
    before, after = _run_before(source, sign), _run_before(source[::-1].copy(), sign)[::-1]
    for index in range(left + right, len(source)):
        middle = index - right
        if before[middle] >= left and after[middle] >= right:
            out[index] = source[middle]
    return out
