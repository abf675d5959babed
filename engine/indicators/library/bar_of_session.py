"""BAR_OF_SESSION, which bar of its session a bar is, from 1. No other calendar question belongs here."""

from __future__ import annotations

import numpy as np

from engine.indicators import sessions
from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    return ((np.arange(len(bars)) - sessions.starts(bars) + 1).astype(np.float64),)


INDICATOR = Indicator(
    name="BAR_OF_SESSION",
    label="Bar of the session",
    parameters=(),
    inputs=("TIME",),
    outputs=("value",),
    source="Count of the session's bars up to this one; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
)
