"""STOCH, the slow stochastic oscillator with simple averages. No other oscillator belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    slow_k, slow_d = talib.STOCH(
        high,
        low,
        close,
        fastk_period=int(params["fastk_period"]),
        slowk_period=int(params["slowk_period"]),
        slowd_period=int(params["slowd_period"]),
    )
    return slow_k, slow_d


INDICATOR = Indicator(
    name="STOCH",
    label="Stochastic",
    parameters=(
        period(5, name="fastk_period", label="%K period"),
        period(3, name="slowk_period", label="%K smoothing"),
        period(3, name="slowd_period", label="%D period"),
    ),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("k", "d"),
    source="TA-Lib STOCH",
    warmup=lambda params: int(sum(params.values())) - 3,
    columns=_columns,
)
