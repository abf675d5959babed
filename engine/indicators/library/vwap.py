"""VWAP, the volume-weighted average price since the session began. No bands around it belong here."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.indicators.definition import PAISE_PER_RUPEE, Column, Indicator, Params
from engine.types import Bars


def _since_session_start(amounts: NDArray[np.int64], *, starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Sum of each bar's session up to that bar; exact while one session's sum is below 2**63."""
    sums = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(amounts)))
    return sums[1:] - sums[starts]


def _columns(bars: Bars, params: Params) -> tuple[Column, ...]:  # noqa: ARG001 - the registry's signature
    opens_session = np.concatenate(([True], bars.session[1:] != bars.session[:-1]))
    starts = np.maximum.accumulate(np.where(opens_session, np.arange(len(bars)), 0))
    # Assumption: a bar trades at (high + low + close) / 3. Three times that, to stay in integers.
    thrice = bars.high.astype(np.int64) + bars.low + bars.close
    traded = _since_session_start(thrice * bars.volume, starts=starts)
    volume = _since_session_start(bars.volume, starts=starts)
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
)
