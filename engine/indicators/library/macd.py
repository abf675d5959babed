"""MACD, the difference of two EMAs with its own EMA as signal. No other oscillator belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params, period
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    # Assumption (TA-Lib): the fast EMA is seeded where the slow one starts; no output comes before the signal.
    paise = talib.MACD(
        bars.close.astype(np.float64),
        fastperiod=int(params["fastperiod"]),
        slowperiod=int(params["slowperiod"]),
        signalperiod=int(params["signalperiod"]),
    )
    return tuple(column / PAISE_PER_RUPEE for column in paise)


def _relation(params: Params) -> str | None:
    # TA-Lib would swap the two in silence.
    return None if params["fastperiod"] < params["slowperiod"] else "fastperiod must be below slowperiod"


INDICATOR = Indicator(
    name="MACD",
    label="Moving average convergence/divergence",
    parameters=(
        period(12, name="fastperiod", label="Fast period", minimum=2),
        period(26, name="slowperiod", label="Slow period", minimum=2),
        period(9, name="signalperiod", label="Signal period"),
    ),
    inputs=("CLOSE",),
    outputs=("macd", "signal", "hist"),
    source="TA-Lib MACD",
    warmup=lambda params: int(params["slowperiod"] + params["signalperiod"]) - 2,
    columns=_columns,
    relation=_relation,
)
