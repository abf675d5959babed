"""KAMA, Kaufman's average that follows a trend fast and noise slowly. No other average belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Assumption (TA-Lib): the fastest and slowest smoothing are those of 2 and 30 bars.
    paise = talib.KAMA(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="KAMA",
    label="Kaufman's adaptive moving average",
    parameters=(period(10, minimum=2),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib KAMA",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
