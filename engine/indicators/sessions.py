"""Columns that follow from which bars make a session.

What does not belong here: calendars (a session is what the bars say it is), any one indicator.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.indicators.definition import PAISE_PER_RUPEE, Column
from engine.types import Bars

Whole = NDArray[np.int64]


def first_bars(bars: Bars) -> Whole:
    """Index of the first bar of every session, oldest first; there is at least one bar."""
    opens = np.concatenate(([True], bars.session[1:] != bars.session[:-1]))
    return np.flatnonzero(opens)


def ordinals(bars: Bars) -> Whole:
    """The place of each bar's session among the sessions, from 0."""
    opens = np.zeros(len(bars), dtype=np.int64)
    opens[first_bars(bars)[1:]] = 1
    return np.cumsum(opens)


def starts(bars: Bars) -> Whole:
    """For each bar, the index of the first bar of its session."""
    return first_bars(bars)[ordinals(bars)]


def running_sum(amounts: Whole, *, starts: Whole) -> Whole:
    """Sum of each bar's session up to that bar; exact while one session's sum is below 2**63."""
    sums = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(amounts)))
    return sums[1:] - sums[starts]


def previous(bars: Bars) -> tuple[Column, Column, Column]:
    """High, low and close, in rupees, of the session before each bar's own; NaN in the first."""
    first, place = first_bars(bars), ordinals(bars)
    last = np.append(first[1:], len(bars)) - 1
    sessions = (np.maximum.reduceat(bars.high, first), np.minimum.reduceat(bars.low, first), bars.close[last])
    high, low, close = (_before(column, place=place) for column in sessions)
    return high, low, close


def _before(sessions: NDArray[np.int32], *, place: Whole) -> Column:
    rupees = np.concatenate(([np.nan], sessions[:-1] / PAISE_PER_RUPEE))
    return rupees[place]
