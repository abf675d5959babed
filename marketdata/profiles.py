"""How a session is spread over its bars: volatility, volume, and the share of a day's variance that has passed.

Shapes after 5-minute files of NSE stocks of 2025: the first bar moves about four times as much as one at noon, the
excess is gone after an hour, and the last half hour, whose average price is the exchange's close, is busier again.
What does not belong here: anything that differs between days or symbols.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from marketdata import elementary, sessions
from marketdata.elementary import Floats

BARS = sessions.bars_per_session()
_CLOSING_BARS = 6  # the last half hour


def _bars() -> Floats:
    return np.arange(BARS, dtype=np.float64)


def _in_last_half_hour() -> Floats:
    return (np.arange(BARS) >= BARS - _CLOSING_BARS).astype(np.float64)


@lru_cache(maxsize=1)
def volatility() -> Floats:
    """The standard deviation of each bar's move relative to one at noon."""
    bar = _bars()
    return 1 + 1.6 * elementary.exp(-bar / 6) + 1.5 * elementary.exp(-bar) + 0.55 * _in_last_half_hour()


@lru_cache(maxsize=1)
def volume() -> Floats:
    """The typical volume of each bar relative to one at noon."""
    bar = _bars()
    opening = 1.6 * elementary.exp(-bar / 9) + 0.8 * elementary.exp(-bar / 1.5)
    return 1 + opening + 0.5 * elementary.exp((bar - BARS) / 12) + 2.2 * _in_last_half_hour()


@lru_cache(maxsize=1)
def variance_clock() -> Floats:
    """The share of the session's variance that has passed at each edge of its bars, from 0 to 1 (bars + 1 values)."""
    passed: Floats = np.cumsum(np.append(0.0, volatility() * volatility()))
    return passed / float(passed[-1])
