"""MOM, the change of the close over some bars. In percent it is ROC; nothing else belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    paise = talib.MOM(bars.close.astype(np.float64), timeperiod=int(params["timeperiod"]))
    return (paise / PAISE_PER_RUPEE,)


INDICATOR = Indicator(
    name="MOM",
    label="Momentum",
    parameters=(period(10),),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib MOM",
    warmup=lambda params: int(params["timeperiod"]),
    columns=_columns,
)
