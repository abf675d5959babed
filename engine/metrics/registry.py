"""All statistics of a run, by key. What does not belong here: a formula (returns, drawdowns, trades)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.metrics import benchmark as benchmarks
from engine.metrics import curve, drawdowns, returns, tally, trades
from engine.metrics.definition import Facts, Statistic
from engine.types import Bars

STATISTICS: tuple[Statistic, ...] = (
    *returns.STATISTICS,
    *drawdowns.STATISTICS,
    *trades.STATISTICS,
    *benchmarks.STATISTICS,
)
_FORMULAS = tuple((statistic.key, statistic.compute) for statistic in STATISTICS)


class Activity(NamedTuple):
    """What a run did: bars traded through with a position, charges paid, value of all orders (paise)."""

    exposed_bars: int
    charges: float
    traded: float


def measure(
    *,
    bars: Bars,
    equity: NDArray[np.float64],
    initial_cash: float,
    closed: tally.TradeColumns | NDArray[np.void],
    activity: Activity,
    benchmark: NDArray[np.int32] | None = None,
) -> Mapping[str, float | int | None]:
    """Every statistic of the registry; None where it is undefined, never NaN or infinite.

    ``equity``: paise at the close of each bar, of which there is at least one. ``initial_cash`` above 0 is the value
    before the first session. ``benchmark``: paise at the close of each bar; None: the bars' own.
    """
    compared = bars.close if benchmark is None else benchmark
    facts = Facts(
        curve=curve.describe(equity=equity, session=bars.session, benchmark=compared, initial_cash=initial_cash),
        trades=tally.describe(closed),
        bars=len(bars),
        exposed_bars=activity.exposed_bars,
        first_close=int(bars.close[0]),
        last_close=int(bars.close[-1]),
        charges=activity.charges,
        traded=activity.traded,
    )
    return {key: value if math.isfinite(value := compute(facts)) else None for key, compute in _FORMULAS}
