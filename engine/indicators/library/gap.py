"""GAP, how far a session opened from the close before it, in percent. Whether it was filled is a comparison."""

from __future__ import annotations

import numpy as np

from engine.indicators import sessions
from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    opened = bars.open[sessions.starts(bars)] / PAISE_PER_RUPEE
    _, _, close = sessions.previous(bars)
    percent: Column = (opened - close) / close * np.float64(100)
    return (percent,)


INDICATOR = Indicator(
    name="GAP",
    label="Opening gap in percent",
    parameters=(),
    inputs=("OPEN", "CLOSE"),
    outputs=("value",),
    source="First open of the session against the last close of the one before; not in TA-Lib",
    warmup=lambda params: 1,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="throughout the first session",
)
