"""Daily bars from paths and the extremes of their 5-minute bars, and the bar of a running session.

What does not belong here: what is visible at a moment.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from marketdata import intraday, paths, sessions
from marketdata.types import DailyBars, Days, IntradayBars, Price


def bars(symbol: str, days: Days) -> DailyBars:
    """The final bars of a symbol on trading days without gaps, oldest first; read-only.

    :raises SymbolNotFound: if there is no such symbol
    """
    path, slots = paths.path(symbol), sessions.slots(days)
    high, low = _extremes(symbol, days)
    return _sealed(
        DailyBars(
            date=days,
            open=path.open[slots],
            high=high,
            low=low,
            close=path.close[slots],
            volume=path.volume[slots],
            final=np.full(len(days), fill_value=True),
        )
    )


def with_running(final: DailyBars, session: IntradayBars) -> DailyBars:
    """Final bars and, after them, the bar so far of a running session."""
    count = int(session.counts[0])
    return _sealed(
        DailyBars(
            date=np.concatenate([final.date, session.date]),
            open=np.concatenate([final.open, session.open[0, :1]]),
            high=np.concatenate([final.high, session.high[0, :count].max(keepdims=True)]),
            low=np.concatenate([final.low, session.low[0, :count].min(keepdims=True)]),
            close=np.concatenate([final.close, session.close[0, count - 1 : count]]),
            volume=np.concatenate([final.volume, session.volume[0].sum(keepdims=True)]),
            final=np.concatenate([final.final, [False]]),
        )
    )


def _extremes(symbol: str, days: Days) -> tuple[Price, Price]:
    """Highs and lows on trading days without gaps, cut from those of their calendar years."""
    if not len(days):
        return np.empty(0, dtype=np.int32), np.empty(0, dtype=np.int32)
    first, last = days[0].item(), days[-1].item()
    years = [intraday.extremes(symbol, year) for year in range(first.year, last.year + 1)]
    skipped = len(sessions.sessions(date(first.year, 1, 1), first)) - 1
    span = slice(skipped, skipped + len(days))
    return np.concatenate([high for high, _ in years])[span], np.concatenate([low for _, low in years])[span]


def _sealed(made: DailyBars) -> DailyBars:
    """The same bars with every column read-only."""
    for column in (made.date, made.open, made.high, made.low, made.close, made.volume, made.final):
        column.flags.writeable = False
    return made
