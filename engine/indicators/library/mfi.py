"""MFI, the money flow index: an RSI of typical price times volume. No other measure of volume belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.MFI(high, low, close, bars.volume.astype(np.float64), timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="MFI",
    label="Money flow index",
    parameters=(period(14, minimum=2),),
    inputs=("HIGH", "LOW", "CLOSE", "VOLUME"),
    outputs=("value",),
    source="TA-Lib MFI",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
