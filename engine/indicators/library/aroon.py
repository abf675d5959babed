"""AROON, how recent the highest high and the lowest low are, from 0 to 100. No other trend measure belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low = (column.astype(np.float64) for column in (bars.high, bars.low))
    down, up = talib.AROON(high, low, timeperiod=int(params["timeperiod"]))
    return up, down


INDICATOR = Indicator(
    name="AROON",
    label="Aroon",
    parameters=(period(14, minimum=2),),
    inputs=("HIGH", "LOW"),
    outputs=("up", "down"),
    source="TA-Lib AROON",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
