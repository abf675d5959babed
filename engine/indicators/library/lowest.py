"""LOWEST, the lowest low of the last bars, this one included. No channel built from it belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    paise = talib.MIN(bars.low.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="LOWEST",
    label="Lowest low",
    parameters=(period(20, minimum=2),),
    inputs=("LOW",),
    outputs=("value",),
    source="TA-Lib MIN of the lows",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
