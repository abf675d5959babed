"""Candles as columns, and longer ones made of shorter ones. What does not belong here: where candles come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from apps.market.constants import DAY_SECONDS, IST_SECONDS
from marketdata import sessions

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candles:
    """Candles as int64 columns of one length, oldest first: ``time`` is the open in epoch seconds, prices are paise."""

    time: Whole
    open: Whole
    high: Whole
    low: Whole
    close: Whole
    volume: Whole

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def joined(cls, parts: Sequence[Candles]) -> Candles:
        """These candles one after the other."""
        nothing = np.empty(0, dtype=np.int64)
        columns = {
            each.name: np.concatenate([nothing, *(getattr(part, each.name) for part in parts)]) for each in fields(cls)
        }
        return cls(**columns)

    def where(self, chosen: NDArray[np.bool_] | slice) -> Candles:
        """Some of these candles."""
        return Candles(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


def days_of(time: Whole) -> NDArray[np.datetime64]:
    """The calendar day in India of each moment in epoch seconds, as datetime64[D]."""
    days: NDArray[np.datetime64] = ((time + IST_SECONDS) // DAY_SECONDS).astype("datetime64[D]")
    return days


def aggregate(candles: Candles, *, seconds: int) -> Candles:
    """Candles of ``seconds``, counted from the open of each regular session, so that none spans two days.

    A candle is named by the time it opens at, also where its first part is missing; the last of a session may be short.
    """
    if not len(candles):
        return candles
    opens = _session_opens(candles.time)
    time = opens + (candles.time - opens) // seconds * seconds
    first = np.flatnonzero(np.append(True, time[1:] != time[:-1]))
    last = np.append(first[1:], len(candles)) - 1
    return Candles(
        time=time[first],
        open=candles.open[first],
        high=np.maximum.reduceat(candles.high, first),
        low=np.minimum.reduceat(candles.low, first),
        close=candles.close[last],
        volume=np.add.reduceat(candles.volume, first),
    )


def _session_opens(time: Whole) -> Whole:
    """When the regular session of each moment's day opens, in epoch seconds."""
    days, place = np.unique(days_of(time), return_inverse=True)
    opens = [datetime.combine(day, sessions.hours(day)[0], tzinfo=sessions.IST).timestamp() for day in days.tolist()]
    found: Whole = np.array(opens, dtype=np.int64)[place]
    return found
