"""SAR, Wilder's parabolic stop and reverse. No other trailing level belongs here."""

from __future__ import annotations

import numpy as np
import talib

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    high, low = (column.astype(np.float64) for column in (bars.high, bars.low))
    paise = talib.SAR(high, low, acceleration=params["acceleration"], maximum=params["maximum"])
    return (paise / PAISE_PER_RUPEE,)


def _relation(params: Params) -> str | None:
    # TA-Lib would lower the acceleration in silence.
    return None if params["acceleration"] <= params["maximum"] else "acceleration must not be above maximum"


INDICATOR = Indicator(
    name="SAR",
    label="Parabolic SAR",
    parameters=(
        Parameter("acceleration", "Acceleration", "number", default=0.02, minimum=0.001, maximum=1.0),
        Parameter("maximum", "Greatest acceleration", "number", default=0.2, minimum=0.001, maximum=1.0),
    ),
    inputs=("HIGH", "LOW"),
    outputs=("value",),
    source="TA-Lib SAR",
    warmup=lambda params: 1,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    relation=_relation,
)
