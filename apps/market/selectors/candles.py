"""Candles of any instrument for charts: the tables first, the provider where they hold nothing.

What does not belong here: bars as the engine takes them (bars), how the answer is written (serializers).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

import numpy as np
from numpy.typing import NDArray

from apps.core import clock, errors
from apps.market.constants import DEFAULT_CANDLES, EARLIEST_DATE
from apps.market.enums import Interval
from apps.market.selectors import adjusting, intraday, made, option_candles, stored, trading_hours
from apps.market.selectors.instruments import Instrument, get_named_instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import (
    DAYS_A_WEEK,
    SECONDS,
    Candles,
    Whole,
    aggregate,
    days_of,
    last_days_of_weeks,
    weekly,
)
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import sessions

# How many candles of a day are counted on: where a day has fewer, the page is shorter.
SESSION_SECONDS = sessions.bars_per_session() * sessions.BAR_MINUTES * 60


@dataclass(frozen=True, slots=True)
class CandlePage:
    """The newest candles of a range, and whether it has older ones. ``label`` is None without any price.

    ``unadjusted_dates``: where adjusted prices still jump, for nobody has told the ratio of an action of that day.
    """

    instrument: str
    interval: Interval
    label: Label | None
    candles: Candles
    has_older: bool
    adjusted: bool
    unadjusted_dates: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class CandleQuery:
    """Which candles: of the days from ``start`` on, those that open before ``before`` (default: now)."""

    instrument: str
    interval: str
    start: date = EARLIEST_DATE
    before: datetime | None = None
    limit: int = DEFAULT_CANDLES
    adjusted: bool = False


@dataclass(frozen=True, slots=True)
class _Window:
    """Days, both included, and how many candles of them at most; ``now`` decides what has happened."""

    start: date
    end: date
    limit: int
    now: datetime
    adjusted: bool


def get_candles(*, query: CandleQuery, now: datetime) -> CandlePage:
    """The newest ``query.limit`` final candles of a range.

    An instrument with real prices in the tables is never filled up from the provider. Prices are raw, or in terms of
    today's share where ``query.adjusted``.

    :raises InstrumentNotFound: if there is no such instrument
    :raises ValidationFailed: if the range ends before it starts
    """
    until = query.before or now
    if until <= datetime.combine(query.start, time(), tzinfo=clock.IST):
        raise errors.ValidationFailed.field("from", "The start is after the end.")
    named, size = get_named_instrument(identifier=query.instrument), Interval(query.interval)
    end = clock.today(at=min(until, now))
    window = _Window(start=query.start, end=end, limit=query.limit, now=now, adjusted=query.adjusted)
    found = _find(named, size=size, window=window)
    candles = found.candles if found else Candles.joined([])
    past = candles.where((candles.time < until.timestamp()) & _is_final(candles.time, size=size, now=now))
    page = past.where(slice(max(0, len(past) - query.limit), None))
    return CandlePage(
        instrument=named.identifier,
        interval=size,
        label=found.label if found else None,
        candles=page,
        has_older=len(past) > query.limit or (found is not None and found.has_older),
        adjusted=query.adjusted,
        unadjusted_dates=_unadjusted(named, now=now) if query.adjusted else (),
    )


def _unadjusted(instrument: Instrument, *, now: datetime) -> tuple[date, ...]:
    return adjusting.find_adjustment(instrument=instrument, today=clock.today(at=now)).unknown_dates


def _as_asked(found: Days, *, instrument: Instrument, window: _Window) -> Days:
    """Candles of a day or less, raw or adjusted."""
    if not window.adjusted:
        return found
    today = clock.today(at=window.now)
    candles = adjusting.adjust(found.candles, instrument=instrument, label=found.label, today=today)
    return replace(found, candles=candles)


def _is_final(opens: Whole, *, size: Interval, now: datetime) -> NDArray[np.bool_]:
    """Which candles cannot change any more: those whose session is over, or whose time is."""
    days = last_days_of_weeks(opens) if size == Interval.WEEK else days_of(opens)
    is_over: NDArray[np.bool_] = days <= np.datetime64(trading_hours.last_final_day(now))
    return is_over | (opens + SECONDS[size] <= now.timestamp()) if size in SECONDS else is_over


def _find(instrument: Instrument, *, size: Interval, window: _Window) -> Days | None:
    if size in SECONDS:
        return _intraday(instrument, window=window, seconds=SECONDS[size])
    if size == Interval.DAY:
        return _daily(instrument, window=window)
    # The week that the limit ends in may be cut off, so one more is read and left out.
    found = _daily(instrument, window=replace(window, limit=(window.limit + 2) * DAYS_A_WEEK))
    return replace(found, candles=weekly(found.candles)) if found else None


def _daily(instrument: Instrument, *, window: _Window) -> Days | None:
    if instrument.option is not None:
        # One day more than the limit, for the newest may not be over.
        start, end, count = window.start, window.end, window.limit + 1
        return option_candles.find_daily(instrument=instrument, start=start, end=end, count=count, now=window.now)
    label = stored.find_label(instrument=instrument)
    if label is None:
        return _made_daily(instrument, window=window)
    table, owner_id = stored.daily_table(instrument)
    bars = stocks_selectors.read_bars(table=table, owner_id=owner_id, start=window.start, end=window.end)
    candles = made.of_days(bars)
    is_made = label.source == SYNTHETIC_SOURCE
    found = Days(candles=made.where_open(candles) if is_made else candles, label=label, has_older=False)
    return _as_asked(found, instrument=instrument, window=window)


def _made_daily(instrument: Instrument, *, window: _Window) -> Days | None:
    """Made daily candles, unless the instrument has real ones of five minutes."""
    label = stored.find_candle_label(instrument=instrument)
    if label is not None and label.source != SYNTHETIC_SOURCE:
        return None
    # One day more than the limit, for the newest may not be over.
    count = window.limit + 1
    return made.find_daily(instrument=instrument, start=window.start, end=window.end, count=count, now=window.now)


def _intraday(instrument: Instrument, *, window: _Window, seconds: int) -> Days | None:
    # One day more than the limit fills, for the newest may have begun only now.
    count = -(-window.limit // -(-SESSION_SECONDS // seconds)) + 1
    # Assumption: nobody has 5-minute prices of before the calendar of sessions begins.
    start = max(window.start, sessions.FIRST_DAY)
    source = intraday if instrument.option is None else option_candles
    found: Days | None = source.find_days(
        instrument=instrument, start=start, end=window.end, now=window.now, count=count
    )
    if found is None:
        return None
    candles = _as_asked(found, instrument=instrument, window=window).candles
    return replace(found, candles=aggregate(candles, seconds=seconds))
