"""Longer bars made of a run's own, and what of them may be known on each bar of the run.

What does not belong here: bars that are loaded, calendars, indicators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidSettings
from engine.indicators.definition import Column
from engine.types import Bars, Timeframe

TIMEFRAMES: tuple[Timeframe, ...] = get_args(Timeframe)

# Assumption: a bar lasts at least five minutes, so that so much later everything up to it is known.
_SHORTEST_SECONDS = 300
_SECONDS = {"15m": 900, "30m": 1800, "1h": 3600}
# Assumption: bars are counted from 09:15 India time, when the exchanges open; 33,300 seconds into the day, less 19,800.
_ANCHOR_SECONDS = 13_500
# Day 0, 1970-01-01, was a Thursday; weeks begin on Monday.
_DAYS_SINCE_MONDAY = 3


@dataclass(frozen=True, slots=True)
class Frame:
    """Bars of a timeframe, and for each bar of the run the newest of them that has ended (-1 for none)."""

    bars: Bars
    newest: NDArray[np.int64]

    def seen(self, column: Column) -> Column:
        """A column over the frame's bars as it is known on each bar of the run, NaN where nothing is."""
        return np.concatenate((column, [np.nan]))[self.newest]


def frame(bars: Bars, timeframe: Timeframe) -> Frame:
    """Aggregate bars into a longer timeframe.

    A bar is labelled by the time it opens at and may be short where bars are missing. It has ended on the run's bar
    that closes at its end or later; a day or a week, whose last bar only a calendar knows, on the first bar of the
    next one.

    :raises InvalidSettings: if the bars are not shorter than the timeframe, or shorter than five minutes
    """
    if len(bars) == 0:
        return Frame(bars=bars, newest=np.empty(0, dtype=np.int64))
    _check(bars, timeframe)
    period, opens = _periods(bars, timeframe)
    begins = np.concatenate(([True], (period[1:] != period[:-1])))
    first = np.flatnonzero(begins)
    merged = _merged(bars, first=first, time=opens[first])
    if timeframe in _SECONDS:
        ends = merged.time + _SECONDS[timeframe]
        newest = np.searchsorted(ends, bars.time + _SHORTEST_SECONDS, side="right") - 1
    else:
        newest = np.cumsum(begins) - 2
    return Frame(bars=merged, newest=newest)


def _periods(bars: Bars, timeframe: Timeframe) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For each bar, a number that its period has alone, and the time by which the period is labelled."""
    session = bars.session.astype(np.int64)
    if timeframe == "1d":
        return session, bars.time
    if timeframe == "1w":
        return (session + _DAYS_SINCE_MONDAY) // 7, bars.time
    seconds = _SECONDS[timeframe]
    opens = (bars.time - _ANCHOR_SECONDS) // seconds * seconds + _ANCHOR_SECONDS
    return opens, opens


def _merged(bars: Bars, *, first: NDArray[np.int64], time: NDArray[np.int64]) -> Bars:
    last = np.append(first[1:], len(bars)) - 1
    return Bars(
        time=time,
        session=bars.session[first],
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first),
        expiry=None if bars.expiry is None else bars.expiry[first],
    )


def _check(bars: Bars, timeframe: Timeframe) -> None:
    within = bars.session[1:] == bars.session[:-1]
    if within.any():
        shortest = int(np.diff(bars.time)[within].min())
        if shortest < _SHORTEST_SECONDS:
            raise InvalidSettings("A timeframe needs bars of at least five minutes")
        is_longer = _SECONDS.get(timeframe, shortest + 1) > shortest
    else:
        # One bar alone says nothing about its length; several, each of another day, are daily bars.
        is_longer = timeframe == "1w" or len(bars) == 1
    if not is_longer:
        raise InvalidSettings(f"The timeframe {timeframe} is not longer than the bars of the run")
