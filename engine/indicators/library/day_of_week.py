"""DAY_OF_WEEK, 1 on Monday to 7 on Sunday. No other calendar question belongs here."""

from __future__ import annotations

import numpy as np

from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars

# Day 0, 1970-01-01, was a Thursday.
_DAYS_SINCE_MONDAY = 3


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    return (((bars.session + _DAYS_SINCE_MONDAY) % 7 + 1).astype(np.float64),)


INDICATOR = Indicator(
    name="DAY_OF_WEEK",
    label="Day of the week",
    parameters=(),
    inputs=("TIME",),
    outputs=("value",),
    source="ISO 8601 number of the session's weekday; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
)
