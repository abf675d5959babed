"""ROC, the rate of change in percent. No other measure of momentum belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    return (talib.ROC(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="ROC",
    label="Rate of change",
    parameters=(period(10),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib ROC",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
