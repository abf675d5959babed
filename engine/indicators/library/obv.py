"""OBV, the on-balance volume. No other measure of volume belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    return (talib.OBV(bars.close.astype(np.float64), bars.volume.astype(np.float64)),)


INDICATOR = Indicator(
    name="OBV",
    label="On-balance volume",
    parameters=(),
    inputs=("CLOSE", "VOLUME"),
    outputs=("value",),
    source="TA-Lib OBV (starts at the first bar's volume)",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
)
