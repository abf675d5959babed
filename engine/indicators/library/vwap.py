"""VWAP, the volume-weighted average price since the session began. Bands around it are VWAP_BANDS' file."""

from __future__ import annotations

import numpy as np

from engine.indicators import sessions
from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params
from engine.types import Bars


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    starts = sessions.starts(bars)
    # Assumption: a bar trades at (high + low + close) / 3. Three times that, to stay in integers.
    thrice = bars.high.astype(np.int64) + bars.low + bars.close
    traded = sessions.running_sum(thrice * bars.volume, starts=starts)
    volume = sessions.running_sum(bars.volume, starts=starts)
    average = np.full(len(bars), np.nan)
    np.divide(traded, volume * (3 * PAISE_PER_RUPEE), out=average, where=volume > 0)
    return (average,)


INDICATOR = Indicator(
    name="VWAP",
    label="Volume-weighted average price of the session",
    parameters=(),
    inputs=("HIGH", "LOW", "CLOSE", "VOLUME"),
    outputs=("value",),
    source="Sum of typical price times volume over sum of volume; not in TA-Lib",
    warmup=lambda params: 0,  # noqa: ARG005 - the registry's signature
    columns=_columns,
    absent="until the session has traded",
)
