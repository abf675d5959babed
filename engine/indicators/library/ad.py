"""AD, the accumulation/distribution line. No other measure of volume belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    high, low, close = (column.astype(np.float64) for column in (bars.high, bars.low, bars.close))
    return (talib.AD(high, low, close, bars.volume.astype(np.float64)),)


INDICATOR = Indicator(
    name="AD",
    label="Accumulation/distribution line",
    parameters=(),
    inputs=("HIGH", "LOW", "CLOSE", "VOLUME"),
    outputs=("value",),
    source="TA-Lib AD",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
)
