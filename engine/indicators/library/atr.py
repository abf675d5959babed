"""ATR, the average true range. No other measure of range belongs here."""

from __future__ import annotations

import numpy as np
import talib
from numpy.typing import NDArray

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _with_first_repeated(column: NDArray[np.int32]) -> Column:
    return np.concatenate((column[:1], column)).astype(np.float64)


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Assumption: the first true range is high - low (Wilder). TA-Lib leaves that bar out; it counts once
    # the first bar is put in front a second time, for its own close lies within its range.
    high, low, close = (_with_first_repeated(column) for column in (bars.high, bars.low, bars.close))
    paise = talib.ATR(high, low, close, timeperiod=int(params["timeperiod"]))
    return (paise[1:] / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="ATR",
    label="Average true range",
    parameters=(period(14),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib ATR (Wilder's smoothing), started one bar earlier with high - low",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
