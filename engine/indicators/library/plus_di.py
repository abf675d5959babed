"""PLUS_DI, the upward directional indicator. Its opposite and ADX are files of their own."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.PLUS_DI(high, low, close, timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="PLUS_DI",
    label="Positive directional indicator",
    parameters=(period(14),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib PLUS_DI (Wilder's smoothing)",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
