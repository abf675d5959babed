"""Providers of market data. What is visible at a moment is decided here, the numbers are made elsewhere.

What does not belong here: the clock, storage, and who may see what.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

import numpy as np

from marketdata import paths, sessions, universe
from marketdata.errors import SymbolNotFound
from marketdata.types import DailyBars, Days, Instrument, Kind, Provider


class SyntheticProvider:
    """A made-up market that looks like NSE: the same bars for the same version, on any machine, for any range."""

    name = "synthetic"
    version = "synthetic-daily-1"

    def instruments(self, kind: Kind) -> tuple[Instrument, ...]:
        """The stocks, or the sector indices, of the synthetic market."""
        return universe.instruments(kind)

    def sessions(self, start: date, end: date) -> Days:
        """The trading days from ``start`` to ``end``, both included, whether past or future.

        :raises InvalidDateRange: if the range is empty, starts before 2005-01-01 or ends after 2035-12-31
        """
        return sessions.sessions(start, end)

    def daily(self, symbol: str, start: date, end: date, *, now: datetime | None = None) -> DailyBars:
        """Daily bars of ``symbol`` from ``start`` to ``end``, both included; without ``now`` nothing is hidden.

        With ``now``, only final bars: the current day's appears when its session closes (15:30 IST), and there is
        none of a later day. A bar still forming is hidden, so whatever is stored from here never changes.

        :raises SymbolNotFound: if there is no such symbol
        :raises InvalidDateRange: if the range is empty, starts before 2005-01-01 or ends after 2035-12-31
        :raises ValueError: if ``now`` is naive
        """
        path = _path(symbol)
        days = sessions.sessions(start, end)
        if now is not None:
            last = np.datetime64(sessions.last_final_day(now))
            days = days[: int(np.searchsorted(days, last, side="right"))]
        return _bars(path, days)


def _path(symbol: str) -> paths.Path:
    """The path behind a symbol, stock or index."""
    if symbol in universe.stocks():
        return paths.stock(symbol)
    if symbol in universe.indices():
        return paths.index(symbol)
    raise SymbolNotFound(symbol)


def _bars(path: paths.Path, days: Days) -> DailyBars:
    """The bars of a path on the given days, read-only."""
    slots = (days - np.datetime64(sessions.FIRST_DAY)).astype(np.int64)
    bars = DailyBars(
        date=days,
        open=path.open[slots],
        high=path.high[slots],
        low=path.low[slots],
        close=path.close[slots],
        volume=path.volume[slots],
    )
    for column in (bars.open, bars.high, bars.low, bars.close, bars.volume):
        column.flags.writeable = False
    return bars


@lru_cache(maxsize=1)
def get_provider() -> Provider:
    """The market data provider of this installation."""
    return SyntheticProvider()
