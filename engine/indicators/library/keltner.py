"""KELTNER, the channel of average true ranges around an EMA. No other channel belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params, period
from engine.indicators.ranges import average_true_range
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    middle = talib.EMA(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    width = params["multiplier"] * average_true_range(bars, period=int(params["atrperiod"]))
    # The three begin together, where the later of the two averages does.
    middle[np.isnan(width)] = np.nan
    return tuple(paise / PAISE_PER_RUPEE for paise in (middle, middle + width, middle - width))


INDICATOR = Indicator(
    name="KELTNER",
    label="Keltner channel",
    parameters=(
        period(20),
        period(10, name="atrperiod", label="Period of the range"),
        Parameter("multiplier", "Ranges", "number", default=2.0, minimum=0.1, maximum=10.0),
    ),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("middle", "upper", "lower"),
    source="Linda Raschke's form of Keltner's channel: EMA and ATR as they are here; not in TA-Lib",
    warmup=lambda params: int(max(params["timeperiod"], params["atrperiod"])) - 1,
    columns=_columns,
)
