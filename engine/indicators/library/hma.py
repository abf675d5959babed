"""HMA, Hull's moving average. The weighted average that it is made of is WMA's file."""

from __future__ import annotations

import math

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    bars_back = int(params["timeperiod"])
    paise = bars.close.astype(np.float64)
    leading = 2 * talib.WMA(paise, timeperiod=bars_back // 2) - talib.WMA(paise, timeperiod=bars_back)
    return (talib.WMA(leading, timeperiod=math.isqrt(bars_back)) / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="HMA",
    label="Hull moving average",
    parameters=(period(20, minimum=2),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="Alan Hull: WMA(2 WMA(n / 2) - WMA(n), square root of n), both rounded down; not in TA-Lib",
    warmup=lambda params: int(params["timeperiod"]) + math.isqrt(int(params["timeperiod"])) - 2,
    columns=_columns,
)
