"""Candles as columns, and longer ones made of shorter ones. What does not belong here: where candles come from."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from apps.market.enums import Interval
from apps.stocks import selectors as stocks_selectors
from marketdata import rulebook, sessions
from marketdata.rulebook import sessions as real_sessions

Whole = NDArray[np.int64]
# Candles of any length are columns of the same shape.
Candles = stocks_selectors.IntradayColumns
days_of = stocks_selectors.days_of

# The candles that are made of 5-minute ones, and those.
SECONDS = {
    Interval.FIVE_MINUTES: 300,
    Interval.FIFTEEN_MINUTES: 900,
    Interval.HALF_HOUR: 1800,
    Interval.HOUR: 3600,
}
DAYS_A_WEEK = 7
# 1970-01-01 was a Thursday.
FIRST_WEEKDAY = 3
FRIDAY = 4


def aggregate(candles: Candles, *, seconds: int) -> Candles:
    """Candles of ``seconds``, counted from the open of each session, so that none spans two days.

    A candle is named by the time it opens at, also where its first part is missing; the last of a session may be short.
    """
    opens = _session_opens(candles.time)
    return _grouped(candles, time=opens + (candles.time - opens) // seconds * seconds)


def weekly(days: Candles) -> Candles:
    """Weeks, from Monday to Sunday, of daily candles; each is named by the open of its first trading day."""
    week = (days_of(days.time).astype(np.int64) + FIRST_WEEKDAY) // DAYS_A_WEEK
    is_first = np.ones(len(days), dtype=bool)
    is_first[1:] = week[1:] != week[:-1]
    return _grouped(days, time=days.time[is_first][np.cumsum(is_first) - 1])


def last_days_of_weeks(time: Whole) -> NDArray[np.datetime64]:
    """The Friday of the week of each moment, as datetime64[D]."""
    days = days_of(time).astype(np.int64)
    fridays: NDArray[np.datetime64] = (days - (days + FIRST_WEEKDAY) % DAYS_A_WEEK + FRIDAY).astype("datetime64[D]")
    return fridays


def _grouped(candles: Candles, *, time: Whole) -> Candles:
    """One candle for each stretch of candles to which ``time`` gives the same name."""
    if not len(candles):
        return candles
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
    """When the session of each moment opens, in epoch seconds: on a day with hours of its own the last that has."""
    days = days_of(time)
    known, place = np.unique(days, return_inverse=True)
    opens = np.array([_opens_of(day)[0] for day in known.tolist()], dtype=np.int64)[place]
    for day in (each for each in known.tolist() if len(_opens_of(each)) > 1):
        is_of_day = days == np.datetime64(day)
        for later in _opens_of(day)[1:]:
            opens[is_of_day & (time >= later)] = later
    return opens


@lru_cache(maxsize=16_384)
def _opens_of(day: date) -> tuple[int, ...]:
    """The opens of a day's sessions in epoch seconds: of the special one, where the rulebook knows its hours."""
    special = rulebook.default().find_on("special_sessions", day=day)
    opens = [sessions.hours(day)[0]]
    if special is not None and special.text("windows"):
        opens = [window.opens for window in real_sessions.session_windows(rulebook.default(), day, "cash")]
    return tuple(int(datetime.combine(day, each, tzinfo=sessions.IST).timestamp()) for each in opens)
