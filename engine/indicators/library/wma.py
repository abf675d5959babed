"""WMA, the linearly weighted moving average. No other average belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    paise = talib.WMA(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="WMA",
    label="Weighted moving average",
    parameters=(period(20),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib WMA",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
