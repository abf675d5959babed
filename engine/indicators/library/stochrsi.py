"""STOCHRSI, the place of RSI in its own recent range. No other oscillator belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    fast_k, fast_d = talib.STOCHRSI(
        bars.close.astype(np.float64),
        timeperiod=int(params["timeperiod"]),
        fastk_period=int(params["fastk_period"]),
        fastd_period=int(params["fastd_period"]),
    )
    return fast_k, fast_d


INDICATOR = Indicator(
    name="STOCHRSI",
    label="Stochastic RSI",
    parameters=(
        period(14, minimum=2),
        period(5, name="fastk_period", label="%K period"),
        period(3, name="fastd_period", label="%D period"),
    ),
    inputs=("CLOSE",),
    outputs=("k", "d"),
    source="TA-Lib STOCHRSI (%K is not smoothed, %D is its simple average)",
    warmup=lambda params: int(sum(params.values())) - 2,
    columns=_columns,
)
