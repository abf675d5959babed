"""VWMA, the volume-weighted moving average over a number of bars. By session it is VWAP's file."""

from __future__ import annotations

import numpy as np

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.indicators.means import rolling_sum
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    bars_back = int(params["timeperiod"])
    traded = rolling_sum(bars.close * bars.volume, period=bars_back)
    volume = rolling_sum(bars.volume, period=bars_back)
    average = np.full(len(bars), np.nan)
    np.divide(traded, volume * PAISE_PER_RUPEE, out=average[bars_back - 1 :], where=volume > 0)
    return (average,)


INDICATOR = Indicator(
    name="VWMA",
    label="Volume-weighted moving average",
    parameters=(period(20),),
    inputs=("CLOSE", "VOLUME"),
    outputs=("value",),
    source="Sum of close times volume over sum of volume; not in TA-Lib",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
    absent="where none of its bars has traded",
)
