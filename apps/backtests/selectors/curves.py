"""The equity of a run as columns. What does not belong here: reading the database, sampling (engine.metrics)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.backtests.selectors import packing
from apps.core import clock

IST_SECONDS = 19_800

# What a run keeps of its equity: days and rupees as two columns, or nothing.
Stored = Mapping[str, Sequence[Any]] | None


@dataclass(frozen=True, slots=True)
class Curve:
    """The whole equity of a run. ``days``: datetime64[D]; ``seconds``: when each bar opens, None of days and weeks."""

    days: NDArray[np.datetime64]
    seconds: NDArray[np.int64] | None
    equity: NDArray[np.float64]
    initial: float

    def drawdown_pct(self) -> NDArray[np.float64]:
        """How far each value is below the highest before it, the start included, in percent of that."""
        peak = np.maximum.accumulate(np.concatenate(([self.initial], self.equity)))[1:]
        return (peak - self.equity) / peak * 100.0

    def times(self, kept: NDArray[np.int64]) -> list[str]:
        """Days as they are written, or the moments at which bars open."""
        if self.seconds is None:
            days: list[str] = self.days[kept].astype(str).tolist()
            return days
        return [datetime.fromtimestamp(second, clock.IST).isoformat() for second in self.seconds[kept].tolist()]


def daily_curve(stored: Stored, *, initial: float) -> Curve:
    """The equity at the end of each day, as a run keeps it; ``initial`` is the wallet it began with."""
    columns = stored or {"time": [], "equity": []}
    days = np.array(columns["time"], dtype="datetime64[D]")
    return Curve(days=days, seconds=None, equity=np.array(columns["equity"], dtype=np.float64), initial=initial)


def bars_curve(packed: bytes, *, initial: float) -> Curve:
    """The equity of every bar shorter than a day."""
    seconds, equity = packing.unpack(packed)
    days = (seconds + IST_SECONDS).astype("datetime64[s]").astype("datetime64[D]")
    return Curve(days=days, seconds=seconds, equity=equity, initial=initial)
