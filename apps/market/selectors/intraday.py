"""5-minute candles of any stock or sector: the tables first, the provider where they have none.

What does not belong here: longer candles (timeframes), bars as the engine takes them (bars), whole answers (candles).
"""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from apps.market.selectors import made, stored
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import Candles, days_of
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE

# More days than any calendar has.
ALL_DAYS = 100_000


def find_days(*, instrument: Instrument, start: date, end: date, now: datetime, count: int = ALL_DAYS) -> Days | None:
    """The newest ``count`` days of candles from ``start`` to ``end``, both included, as they are at ``now``, or None.

    Stored candles of the provider's own version are continued by what it makes, for both are the same; any others stand
    for themselves. Nothing is made beside real prices.
    """
    label = stored.find_candle_label(instrument=instrument)
    if label is not None and label != made.label():
        return _of_tables(instrument, label=label, start=start, end=end, count=count)
    if not _is_made(instrument, label=label):
        return None
    days = made.sessions_of(instrument=instrument, start=start, end=end)
    newest = days[-count:]
    first = newest[0].item() if len(days) > count else start
    kept = stored.read_candles(instrument=instrument, start=first, end=end) if label else Candles.joined([])
    candles = _completed(kept, instrument=instrument, days=newest, now=now)
    return Days(candles=candles, label=made.label(), has_older=len(days) > count) if len(candles) else None


def has_days(*, instrument: Instrument, start: date, end: date) -> bool:
    """Whether :func:`find_days` would find any, without reading one."""
    if stored.newest_days(instrument=instrument, start=start, end=end, count=1):
        return True
    label = stored.find_candle_label(instrument=instrument)
    return _is_made(instrument, label=label) and bool(
        len(made.sessions_of(instrument=instrument, start=start, end=end))
    )


def may_be_made(instrument: Instrument) -> bool:
    """Whether candles may come from the provider, the tables having none: beside made daily bars or none."""
    label = stored.find_label(instrument=instrument)
    return label is None or label.source == SYNTHETIC_SOURCE


def day_span(*, instrument: Instrument, until: date) -> tuple[date | None, date | None]:
    """The first and the last day up to ``until`` that there are candles of; None and None without any."""
    table, owner_id = stored.candle_table(instrument)
    first, last = stocks_selectors.candle_dates(table=table, owner_id=owner_id)
    label = stored.find_candle_label(instrument=instrument)
    if _is_made(instrument, label=label):
        days = made.sessions_of(instrument=instrument, start=date.min, end=until)
        if len(days):
            return days[0].item(), days[-1].item()
    return first, last


def _is_made(instrument: Instrument, *, label: Label | None) -> bool:
    return label == made.label() or (label is None and may_be_made(instrument))


def _of_tables(instrument: Instrument, *, label: Label, start: date, end: date, count: int) -> Days | None:
    if count == ALL_DAYS:
        # A run: which days there are need not be asked first.
        candles = stored.read_candles(instrument=instrument, start=start, end=end)
        return Days(candles=candles, label=label, has_older=False) if len(candles) else None
    days = stored.newest_days(instrument=instrument, start=start, end=end, count=count + 1)
    if not days:
        return None
    first, last = days[:count][-1], days[0]
    candles = stored.read_candles(instrument=instrument, start=first, end=last)
    return Days(candles=candles, label=label, has_older=len(days) > count)


def _completed(kept: Candles, *, instrument: Instrument, days: NDArray[np.datetime64], now: datetime) -> Candles:
    """Stored candles and, of the days that none are stored of, made ones."""
    stored_days = days_of(kept.time[stocks_selectors.first_of_days(kept.time)[:-1]])
    if not np.isin(stored_days, days).all():
        # Days that were closed after they had been stored.
        kept = kept.where(np.isin(days_of(kept.time), days))
        stored_days = stored_days[np.isin(stored_days, days)]
    if np.array_equal(days, stored_days):
        return kept
    missing = days[~np.isin(days, stored_days)]
    if not len(missing):
        return kept
    fresh = made.read_candles(instrument=instrument, start=missing[0].item(), end=missing[-1].item(), now=now)
    if len(missing) != len(stocks_selectors.first_of_days(fresh.time)) - 1:
        fresh = fresh.where(np.isin(days_of(fresh.time), missing))
    return Candles.joined([fresh, kept]).in_order() if len(kept) else fresh
