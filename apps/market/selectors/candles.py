"""Candles of any instrument for charts: the tables first, the provider where they hold nothing.

What does not belong here: bars as the engine takes them (bars), how the answer is written (serializers).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

import numpy as np
from numpy.typing import NDArray

from apps.core import clock, errors
from apps.market.constants import DEFAULT_CANDLES, EARLIEST_DATE
from apps.market.enums import Interval
from apps.market.selectors import made, stored
from apps.market.selectors.instruments import Instrument, get_named_instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import Candles, Whole, aggregate, days_of
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import sessions

SECONDS = {Interval.FIVE_MINUTES: 300, Interval.FIFTEEN_MINUTES: 900, Interval.HOUR: 3600}
SESSION_SECONDS = sessions.bars_per_session() * sessions.BAR_MINUTES * 60


@dataclass(frozen=True, slots=True)
class CandlePage:
    """The newest candles of a range, and whether it has older ones. ``label`` is None without any price."""

    instrument: str
    interval: Interval
    label: Label | None
    candles: Candles
    has_older: bool


@dataclass(frozen=True, slots=True)
class _Window:
    """Days, both included, and how many candles of them at most; ``now`` decides what has happened."""

    start: date
    end: date
    limit: int
    now: datetime


def get_candles(
    *,
    instrument: str,
    interval: str,
    start: date = EARLIEST_DATE,
    before: datetime | None = None,
    limit: int = DEFAULT_CANDLES,
    now: datetime,
) -> CandlePage:
    """The newest ``limit`` final candles of the days from ``start`` on that open before ``before`` (default: now).

    An instrument with real prices in the tables is never filled up from the provider.

    :raises InstrumentNotFound: if there is no such instrument
    :raises ValidationFailed: if the range ends before it starts
    """
    until = before or now
    if until <= datetime.combine(start, time(), tzinfo=clock.IST):
        raise errors.ValidationFailed.field("from", "The start is after the end.")
    named, size = get_named_instrument(identifier=instrument), Interval(interval)
    window = _Window(start=start, end=clock.today(at=min(until, now)), limit=limit, now=now)
    found = _find(named, size=size, window=window)
    candles = found.candles if found else Candles.joined([])
    past = candles.where((candles.time < until.timestamp()) & _is_final(candles.time, size=size, now=now))
    page = past.where(slice(max(0, len(past) - limit), None))
    return CandlePage(
        instrument=named.identifier,
        interval=size,
        label=found.label if found else None,
        candles=page,
        has_older=len(past) > limit or (found is not None and found.has_older),
    )


def _is_final(opens: Whole, *, size: Interval, now: datetime) -> NDArray[np.bool_]:
    """Which candles cannot change any more: those whose session is over, or whose time is."""
    is_over: NDArray[np.bool_] = days_of(opens) <= np.datetime64(sessions.last_final_day(now))
    return is_over if size == Interval.DAY else is_over | (opens + SECONDS[size] <= now.timestamp())


def _find(instrument: Instrument, *, size: Interval, window: _Window) -> Days | None:
    if size == Interval.DAY:
        return _daily(instrument, window=window)
    return _intraday(instrument, window=window, seconds=SECONDS[size])


def _daily(instrument: Instrument, *, window: _Window) -> Days | None:
    label = stored.find_label(instrument=instrument)
    if label is None:
        # One day more than the limit, for the newest may not be over.
        count = window.limit + 1
        return made.find_daily(instrument=instrument, start=window.start, end=window.end, count=count, now=window.now)
    table, owner_id = stored.daily_table(instrument)
    bars = stocks_selectors.read_bars(table=table, owner_id=owner_id, start=window.start, end=window.end)
    return Days(candles=made.of_days(bars), label=label, has_older=False)


def _intraday(instrument: Instrument, *, window: _Window, seconds: int) -> Days | None:
    # One day more than the limit fills, for the newest may have begun only now.
    count = -(-window.limit // -(-SESSION_SECONDS // seconds)) + 1
    # Assumption: nobody has 5-minute prices of before the calendar of sessions begins.
    start = max(window.start, sessions.FIRST_DAY)
    found = stored.find_days(instrument=instrument, start=start, end=window.end, count=count)
    if found is None and _may_be_made(instrument):
        found = made.find_days(instrument=instrument, start=start, end=window.end, count=count, now=window.now)
    if found is None:
        return None
    return Days(candles=aggregate(found.candles, seconds=seconds), label=found.label, has_older=found.has_older)


def _may_be_made(instrument: Instrument) -> bool:
    """Whether 5-minute candles may come from the provider: beside made daily bars or none, never beside real ones."""
    if stored.has_days(instrument=instrument):
        return False
    label = stored.find_label(instrument=instrument)
    return label is None or label.source == SYNTHETIC_SOURCE
