"""TEMA, the exponential average with two thirds of its lag taken out. No other average belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    paise = talib.TEMA(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="TEMA",
    label="Triple exponential moving average",
    parameters=(period(20),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib TEMA",
    warmup=lambda params: 3 * (int(params["timeperiod"]) - 1),
    columns=_columns,
)
