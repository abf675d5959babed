"""STDDEV, the standard deviation of the close. Bands made of it are BBANDS' file."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    paise = talib.STDDEV(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]), nbdev=params["nbdev"])
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="STDDEV",
    label="Standard deviation",
    parameters=(
        period(20, minimum=2),
        Parameter("nbdev", "Deviations", "number", default=1.0, minimum=0.1, maximum=10.0),
    ),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib STDDEV (population deviation)",
    warmup=lambda params: int(params["timeperiod"]) - 1,
    columns=_columns,
)
