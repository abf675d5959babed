"""RSI, the relative strength index. No other oscillator belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Assumption: without any move RSI is 0 (TA-Lib), with gains and no losses 100.
    return (talib.RSI(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="RSI",
    label="Relative strength index",
    parameters=(period(14, minimum=2),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib RSI (Wilder's smoothing)",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
