"""EMA, the exponential moving average. No other average belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Assumption: the first value is the SMA of the first period (TA-Lib); Pine starts from the first close.
    paise = talib.EMA(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="EMA",
    label="Exponential moving average",
    parameters=(period(20),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib EMA",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
