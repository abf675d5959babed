"""PIVOTS, the floor traders' levels of the previous session. No other levels belong here."""

from __future__ import annotations

from engine.indicators import sessions
from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    high, low, close = sessions.previous(bars)
    pivot = (high + low + close) / 3
    span = high - low
    return (
        pivot,
        2 * pivot - low,
        pivot + span,
        high + 2 * (pivot - low),
        2 * pivot - high,
        pivot - span,
        low - 2 * (high - pivot),
    )


INDICATOR = Indicator(
    name="PIVOTS",
    label="Pivot points of the previous session",
    parameters=(),
    inputs=("HIGH", "LOW", "CLOSE"),
    outputs=("pivot", "r1", "r2", "r3", "s1", "s2", "s3"),
    source="Floor traders' pivots: (high + low + close) / 3 and three levels on each side; not in TA-Lib",
    warmup=lambda params: 1,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="throughout the first session",
)
