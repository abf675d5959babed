"""Indicators in which each bar depends on the one before in a way that no whole-column operation says.

Imported where one of them is computed, not before: naming indicators costs no compiler.
What does not belong here: anything numpy or TA-Lib can say.
"""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray

Column = NDArray[np.float64]


@njit(cache=True, nogil=True)
def supertrend(close: Column, middle: Column, width: Column, first: int) -> tuple[Column, Column]:
    """Level and direction (1 up, -1 down) from bar ``first`` on, NaN before it.

    ``middle`` and ``width``: the centre of the bands and their distance from it, in the unit of ``close``. A band
    only closes in on the price until the close passes it; then it starts anew and the direction turns.
    """
    level = np.full(len(close), np.nan)
    direction = np.full(len(close), np.nan)
    upper, lower, is_up = np.inf, -np.inf, False
    for bar in range(first, len(close)):
        high_band, low_band = middle[bar] + width[bar], middle[bar] - width[bar]
        before = close[bar - 1] if bar > first else close[bar]
        upper = high_band if high_band < upper or before > upper else upper
        lower = low_band if low_band > lower or before < lower else lower
        # Assumption: the first bar counts as a downtrend, as on TradingView.
        if bar > first:
            is_up = close[bar] >= lower if is_up else close[bar] > upper
        level[bar] = lower if is_up else upper
        direction[bar] = 1.0 if is_up else -1.0
    return level, direction


@njit(cache=True, nogil=True)
def rolling_mean(prices: NDArray[np.int32], period: int, divisor: float) -> Column:
    """The sum of the last ``period`` prices by the divisor, NaN before there are so many; sums are exact integers."""
    means = np.empty(len(prices))
    total = 0
    for bar in range(period - 1):
        means[bar] = np.nan
        total += prices[bar]
    for bar in range(period - 1, len(prices)):
        total += prices[bar]
        means[bar] = total / divisor
        total -= prices[bar - period + 1]
    return means
