"""DONCHIAN, the highest high and lowest low with their middle, this bar included. No other channel belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    bars_back = int(params["timeperiod"])
    upper = talib.MAX(bars.high.astype(np.float64), timeperiod=bars_back)
    lower = talib.MIN(bars.low.astype(np.float64), timeperiod=bars_back)
    return tuple(paise / PAISE_PER_RUPEE for paise in ((upper + lower) / 2, upper, lower))


INDICATOR = Indicator(
    name="DONCHIAN",
    label="Donchian channel",
    parameters=(period(20, minimum=2),),
    inputs=("HIGH", "LOW"),
    outputs=("middle", "upper", "lower"),
    source="TA-Lib MAX of the highs and MIN of the lows",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
