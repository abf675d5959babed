"""SESSION_OF_MONTH, which trading day of its month it is, from 1. No other calendar question belongs here."""

from __future__ import annotations

import numpy as np

from engine.indicators import sessions
from engine.indicators.definition import Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    place = sessions.ordinals(bars)
    months = bars.session[sessions.first_bars(bars)].astype("datetime64[D]").astype("datetime64[M]")
    begins = np.concatenate(([True], months[1:] != months[:-1]))
    firsts = np.maximum.accumulate(np.where(begins, np.arange(len(months)), 0))
    # Assumption: the first month counts from the first bar there is, which may be in its middle.
    return ((place - firsts[place] + 1).astype(np.float64),)


INDICATOR = Indicator(
    name="SESSION_OF_MONTH",
    label="Trading day of the month",
    parameters=(),
    inputs=("TIME",),
    outputs=("value",),
    source="Count of the month's sessions up to the bar's own; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
)
