"""OPENING_RANGE, the high and low of a session's first minutes. What breaks out of it is no concern of this file."""

from __future__ import annotations

import numpy as np

from engine.indicators import sessions
from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params
from engine.types import Bars

_SECONDS_PER_MINUTE = 60


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    first, place = sessions.first_bars(bars), sessions.ordinals(bars)
    # Assumption: the session begins with its first bar, whatever the calendar says.
    is_over = bars.time - bars.time[first][place] >= int(params["minutes"]) * _SECONDS_PER_MINUTE
    high = np.maximum.reduceat(np.where(is_over, 0, bars.high), first)[place]
    low = np.minimum.reduceat(np.where(is_over, np.iinfo(np.int32).max, bars.low), first)[place]
    # Nothing is said before the range is over: until then it could still widen.
    return tuple(np.where(is_over, level / PAISE_PER_RUPEE, np.nan) for level in (high, low))


INDICATOR = Indicator(
    name="OPENING_RANGE",
    label="Opening range",
    parameters=(Parameter("minutes", "Minutes", "integer", default=15, minimum=1, maximum=375),),
    inputs=("HIGH", "LOW"),
    outputs=("high", "low"),
    source="Toby Crabel: extremes of the bars that open within the first minutes of a session; not in TA-Lib",
    warmup=lambda params: 1,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="until the session's first minutes are over",
)
