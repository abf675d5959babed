"""WILLR, Williams' percent range, from -100 to 0. No other oscillator belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.WILLR(high, low, close, timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="WILLR",
    label="Williams %R",
    parameters=(period(14, minimum=2),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib WILLR",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
