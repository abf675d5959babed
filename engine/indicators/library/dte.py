"""DTE, the calendar days until the instrument expires, 0 on the day itself. Which day that is, the bars say."""

from __future__ import annotations

import numpy as np

from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    if bars.expiry is None:
        return (np.full(len(bars), np.nan),)
    return ((bars.expiry - bars.session).astype(np.float64),)


INDICATOR = Indicator(
    name="DTE",
    label="Days to expiry",
    parameters=(),
    inputs=("EXPIRY",),
    outputs=("value",),
    source="Expiry of the contract less the session, in calendar days; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="for what does not expire",
)
