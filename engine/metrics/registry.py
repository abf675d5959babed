"""All statistics of a run, by key. What does not belong here: a formula (returns, drawdowns, trades)."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from engine.metrics import curve, drawdowns, returns, tally, trades
from engine.metrics.definition import Facts, Statistic
from engine.types import Bars

STATISTICS: tuple[Statistic, ...] = (*returns.STATISTICS, *drawdowns.STATISTICS, *trades.STATISTICS)


def measure(
    *,
    bars: Bars,
    equity: NDArray[np.float64],
    initial_cash: float,
    closed: tally.TradeColumns,
    exposed_bars: int,
) -> Mapping[str, float | int | None]:
    """Every statistic of the registry; None where it is undefined, never NaN or infinite.

    ``equity``: paise at the close of each bar, of which there is at least one. ``initial_cash`` above 0 is the value
    before the first session.
    """
    facts = Facts(
        curve=curve.describe(equity=equity, session=bars.session, initial_cash=initial_cash),
        trades=tally.describe(closed),
        bars=len(bars),
        exposed_bars=exposed_bars,
        first_close=int(bars.close[0]),
        last_close=int(bars.close[-1]),
    )
    values = ((statistic.key, statistic.compute(facts)) for statistic in STATISTICS)
    return {key: value if math.isfinite(value) else None for key, value in values}
