"""PPO, the difference of a fast and a slow exponential average in percent of the slow. In rupees it is APO's file."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    fast, slow = int(params["fastperiod"]), int(params["slowperiod"])
    percent = talib.PPO(bars.close.astype(np.float64), fastperiod=fast, slowperiod=slow, matype=talib.MA_Type.EMA)
    return (percent,)


def _relation(params: Params) -> str | None:
    # TA-Lib would swap the two in silence.
    return None if params["fastperiod"] < params["slowperiod"] else "fastperiod must be below slowperiod"


INDICATOR = Indicator(
    name="PPO",
    label="Percentage price oscillator",
    parameters=(
        period(12, name="fastperiod", label="Fast period", minimum=2),
        period(26, name="slowperiod", label="Slow period", minimum=2),
    ),
    inputs=("CLOSE",),
    outputs=("value",),
    source="TA-Lib PPO of exponential averages",
    warmup=lambda params: int(params["slowperiod"]) - 1,
    columns=_columns,
    relation=_relation,
)
