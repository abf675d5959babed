"""ADX, the average directional index. The directional indicators beside it would be files of their own."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.ADX(high, low, close, timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="ADX",
    label="Average directional index",
    parameters=(period(14, minimum=2),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib ADX (Wilder's smoothing)",
    warmup=lambda params: 2 * int(params["timeperiod"]) - 1,
    columns=_columns,
)
