"""TRIX, the rate of change of a triple exponential average, in percent. No other oscillator belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    return (talib.TRIX(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="TRIX",
    label="Triple exponential rate of change",
    parameters=(period(15),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib TRIX",
    warmup=lambda params: 3 * (int(params["timeperiod"]) - 1) + 1,
    columns=_columns,
)
