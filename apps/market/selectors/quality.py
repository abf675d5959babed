"""How whole the stored prices of an instrument are, measured against the calendar that they belong to.

Real prices are held to the rulebook's calendar with its special sessions, made ones to the synthetic market's. What
does not belong here: repairing anything, prices that were never stored.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from apps.market.errors import InstrumentNotFound
from apps.market.selectors import made, rules, stored, trading_hours
from apps.market.selectors.instruments import Instrument, get_named_instrument
from apps.market.selectors.timeframes import Candles, days_of
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import sessions
from marketdata.rulebook import errors as rule_errors
from marketdata.rulebook import sessions as rule_sessions

SHOWN_DATES = 10
DAYS = NDArray[np.datetime64]
COUNT_SYNTHETIC = "SELECT count(*) FROM {table} WHERE {owner} = %s AND {source} = %s"
# A bar like the one before in all four prices was hardly traded: where a feed hangs, it repeats itself.
PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class Finding:
    """How often something was found, and the first days it was found on."""

    count: int
    dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class SeriesQuality:
    """One series of an instrument: daily bars, or days of 5-minute candles.

    ``expected_days`` are the sessions from first to last day; ``missing`` of them have no bar, ``unexpected`` days have
    one although closed, ``short`` days have fewer candles than their session. ``duplicates`` are bars of one time,
    ``stale`` bars repeat all four prices of the one before. ``sessions_behind``: sessions over since the last day.
    """

    first_date: date
    last_date: date
    bars: int
    days: int
    expected_days: int
    missing: Finding
    unexpected: Finding
    short: Finding
    duplicates: Finding
    stale: Finding
    stale_ratio: float
    synthetic_ratio: float
    sessions_behind: int


@dataclass(frozen=True, slots=True)
class Quality:
    """What is stored of an instrument; a series is None where nothing is."""

    instrument: str
    daily: SeriesQuality | None
    intraday: SeriesQuality | None


def get_quality(*, instrument: str, now: datetime) -> Quality:
    """The gaps, repetitions and origin of an instrument's stored prices.

    :raises InstrumentNotFound: if there is no such stock or sector
    """
    named = get_named_instrument(identifier=instrument)
    if named.option is not None:
        raise InstrumentNotFound(
            "Quality is told of stocks and sectors.", details={"instrument_identifier": instrument}
        )
    return Quality(instrument=named.identifier, daily=_daily(named, now=now), intraday=_intraday(named, now=now))


def _daily(instrument: Instrument, *, now: datetime) -> SeriesQuality | None:
    label = stored.find_label(instrument=instrument)
    if label is None:
        return None
    table, owner_id = stored.daily_table(instrument)
    bars = stocks_selectors.read_bars(table=table, owner_id=owner_id, start=date.min, end=date.max)
    synthetic = _count_synthetic(
        table.compose(COUNT_SYNTHETIC.replace("{source}", "extra ->> 'source'")), owner_id=owner_id
    )
    calendar = _Calendar(instrument=instrument, is_real=label.source != SYNTHETIC_SOURCE, counts_bars=False)
    return _judge(made.of_days(bars), calendar=calendar, synthetic_days=synthetic, now=now)


def _intraday(instrument: Instrument, *, now: datetime) -> SeriesQuality | None:
    label = stored.find_candle_label(instrument=instrument)
    if label is None:
        return None
    table, owner_id = stored.candle_table(instrument)
    candles = stored.read_candles(instrument=instrument, start=date.min, end=date.max)
    synthetic = _count_synthetic(table.compose(COUNT_SYNTHETIC), owner_id=owner_id)
    calendar = _Calendar(instrument=instrument, is_real=label.source != SYNTHETIC_SOURCE, counts_bars=True)
    return _judge(candles, calendar=calendar, synthetic_days=synthetic, now=now)


def _count_synthetic(statement: str, *, owner_id: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, [owner_id, SYNTHETIC_SOURCE])
        found: int = cursor.fetchone()[0]
    return found


@dataclass(frozen=True, slots=True)
class _Calendar:
    """The calendar that a series is held to."""

    instrument: Instrument
    is_real: bool
    counts_bars: bool

    def sessions(self, *, start: date, end: date) -> DAYS:
        """The days from ``start`` to ``end`` that trade, both included."""
        start = max(start, sessions.FIRST_DAY)
        if start > end:
            return np.empty(0, dtype="datetime64[D]")
        if not self.is_real:
            return sessions.sessions(start, end)
        book = rules.rulebook_in_force()
        days = (start + timedelta(days=number) for number in range((end - start).days + 1))
        open_days = [day for day in days if rule_sessions.trading_day(book, day).kind != "closed"]
        return np.array(open_days, dtype="datetime64[D]")

    def bars_of(self, day: date) -> int:
        """How many bars a whole day has; 0 where nobody knows."""
        if not self.counts_bars:
            return 1
        if not self.is_real:
            return sessions.bars_per_session()
        segment = trading_hours.segment_of(self.instrument.identifier)
        try:
            return rule_sessions.expected_bars(rules.rulebook_in_force(), day, segment)
        except rule_errors.RuleNotFound:
            return 0


def _judge(candles: Candles, *, calendar: _Calendar, synthetic_days: int, now: datetime) -> SeriesQuality:
    of_bars = days_of(candles.time)
    days, counts = np.unique(of_bars, return_counts=True)
    first, last = days[[0, -1]].tolist()
    known = days[days >= np.datetime64(sessions.FIRST_DAY)]
    expected = calendar.sessions(start=first, end=last)
    wanted = np.array([calendar.bars_of(day) for day in days.tolist()])
    again = np.append(False, candles.time[1:] == candles.time[:-1])
    stale = np.append(False, ~again[1:])
    for name in PRICES:
        column = getattr(candles, name)
        stale[1:] &= column[1:] == column[:-1]
    return SeriesQuality(
        first_date=first,
        last_date=last,
        bars=len(candles),
        days=len(days),
        expected_days=len(expected),
        missing=_finding(np.setdiff1d(expected, days)),
        unexpected=_finding(np.setdiff1d(known, expected)),
        short=_finding(days[counts < wanted]),
        duplicates=_finding(of_bars[again]),
        stale=_finding(of_bars[stale]),
        stale_ratio=float(stale.mean()),
        synthetic_ratio=synthetic_days / len(days),
        sessions_behind=len(calendar.sessions(start=last + timedelta(days=1), end=trading_hours.last_final_day(now))),
    )


def _finding(days: DAYS) -> Finding:
    return Finding(count=len(days), dates=tuple(np.unique(days)[:SHOWN_DATES].tolist()))
