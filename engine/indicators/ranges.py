"""The average true range that ATR and the channels around it share.

What does not belong here: the channels themselves (``library``).
"""

from __future__ import annotations

import numpy as np
import talib
from numpy.typing import NDArray

from engine.indicators.definition import Column
from engine.types import Bars


def average_true_range(bars: Bars, *, period: int) -> Column:
    """Wilder's average true range in paise, from bar ``period - 1`` on."""
    # Assumption: the first true range is high - low (Wilder). TA-Lib leaves that bar out; it counts once
    # the first bar is put in front a second time, for its own close lies within its range.
    high, low, close = (_with_first_repeated(column) for column in (bars.high, bars.low, bars.close))
    ranges: Column = talib.ATR(high, low, close, timeperiod=period)[1:]
    return ranges


def _with_first_repeated(column: NDArray[np.int32]) -> Column:
    return np.concatenate((column[:1], column)).astype(np.float64)
