"""TIME, when a bar opens in India, as hours times 100 plus minutes: 920 is 09:20. Days are files of their own."""

from __future__ import annotations

import numpy as np

from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars

_IST_SECONDS = 19_800
_DAY_SECONDS = 86_400


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    minutes = (bars.time + _IST_SECONDS) % _DAY_SECONDS // 60
    return ((minutes // 60 * 100 + minutes % 60).astype(np.float64),)


INDICATOR = Indicator(
    name="TIME",
    label="Time of day, HHMM",
    parameters=(),
    inputs=("TIME",),
    outputs=("value",),
    source="Opening time of the bar in Asia/Kolkata; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
)
