"""VWAP_BANDS, the session's volume-weighted price with bands of its deviation. The price alone is VWAP's file."""

from __future__ import annotations

import numpy as np

from engine.indicators import sessions
from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Parameter, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:
    starts = sessions.starts(bars)
    # Three times the typical price, to stay in integers, and from the session's first, to keep the squares small.
    thrice = bars.high.astype(np.int64) + bars.low + bars.close
    moved = thrice - thrice[starts]
    volume = sessions.running_sum(bars.volume, starts=starts)
    has_traded = volume > 0
    mean, square = (np.full(len(bars), np.nan) for _ in range(2))
    np.divide(sessions.running_sum(moved * bars.volume, starts=starts), volume, out=mean, where=has_traded)
    np.divide(sessions.running_sum(moved * moved * bars.volume, starts=starts), volume, out=square, where=has_traded)
    deviation = np.sqrt(np.maximum(square - mean * mean, 0.0))
    middle = (mean + thrice[starts]) / (3 * PAISE_PER_RUPEE)
    width = params["nbdev"] * deviation / (3 * PAISE_PER_RUPEE)
    return middle, middle + width, middle - width


INDICATOR = Indicator(
    name="VWAP_BANDS",
    label="Bands around the session's VWAP",
    parameters=(Parameter("nbdev", "Deviations", "number", default=2.0, minimum=0.1, maximum=10.0),),
    inputs=("HIGH", "LOW", "CLOSE", "VOLUME"),
    outputs=("middle", "upper", "lower"),
    source="VWAP and the volume-weighted deviation of the typical price since the session began; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="until the session has traded",
)
