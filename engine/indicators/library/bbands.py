"""BBANDS, Bollinger's bands around the SMA. No other channel belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params, period
from engine.indicators.means import rolling_mean
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    bars_back = int(params["timeperiod"])
    # Assumption: population deviation (TA-Lib), the same number of deviations on both sides.
    deviation = talib.STDDEV(bars.close.astype(np.float64), timeperiod=bars_back, nbdev=params["nbdev"])
    middle = rolling_mean(bars.close, period=bars_back)
    deviation /= PAISE_PER_RUPEE
    return middle, middle + deviation, middle - deviation


INDICATOR = Indicator(
    name="BBANDS",
    label="Bollinger bands",
    parameters=(
        period(20, minimum=2),
        Parameter("nbdev", "Deviations", "number", default=2.0, minimum=0.1, maximum=10.0),
    ),
    inputs=("CLOSE",),
    outputs=("middle", "upper", "lower"),
    source="TA-Lib BBANDS with nbdevup = nbdevdn",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
