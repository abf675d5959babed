"""DEMA, the exponential average with half of its lag taken out. No other average belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    paise = talib.DEMA(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="DEMA",
    label="Double exponential moving average",
    parameters=(period(20),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib DEMA",
    warmup=lambda params: 2 * (int(params["timeperiod"]) - 1),
    columns=_columns,
)
