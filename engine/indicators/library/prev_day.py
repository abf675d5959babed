"""PREV_DAY, the prices of the session before. Levels made of them are PIVOTS' file."""

from __future__ import annotations

from engine.indicators import sessions
from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    return sessions.previous(bars)


INDICATOR = Indicator(
    name="PREV_DAY",
    label="Previous session",
    parameters=(),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("high", "low", "close"),
    source="Highest high, lowest low and last close of the session before; not in TA-Lib",
    warmup=lambda params: 1,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="throughout the first session",
)
