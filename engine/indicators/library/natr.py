"""NATR, the average true range in percent of the close. In rupees it is ATR's file."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Assumption (TA-Lib): the first bar has no true range, so it starts a bar later than ATR here does.
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.NATR(high, low, close, timeperiod=int(params["timeperiod"])),)


INDICATOR = Indicator(
    name="NATR",
    label="Normalised average true range",
    parameters=(period(14),),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("value",),
    source="TA-Lib NATR (Wilder's smoothing)",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
