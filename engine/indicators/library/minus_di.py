"""MINUS_DI, the downward directional indicator. Its opposite and ADX are files of their own."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.MINUS_DI(high, low, close, timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="MINUS_DI",
    label="Negative directional indicator",
    parameters=(period(14),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib MINUS_DI (Wilder's smoothing)",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
