"""Filling the price tables of a stock or a sector from the provider: final bars only, never beside real ones.

Daily bars of a span, and 5-minute bars of its last ``sync.intraday_days`` sessions. Days that the calendar closes are
left out. Bars of two versions of the model never stand together. What does not belong here: which
instruments are filled, and when (sync).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

import marketdata
from apps.core import configuration
from apps.market import selectors
from apps.market.errors import ModelChanged
from apps.market.services.importing import data_until
from apps.sectors import services as sectors_services
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from marketdata import sessions
from marketdata.types import DailyBars, IntradayBars

Mask = NDArray[np.bool_]

NOTHING = stocks_services.StoredBars()


@dataclass(frozen=True, slots=True)
class Filled:
    """What filling did: daily bars and days of 5-minute bars, in rows.

    ``closed_days`` of the span were left out: holidays that fell on weekdays, and days closed by hand.
    ``has_real``: the instrument has imported bars, so nothing was touched. ``is_empty``: there was no bar to store.
    """

    daily: stocks_services.StoredBars = NOTHING
    intraday: stocks_services.StoredBars = NOTHING
    closed_days: int = 0
    has_real: bool = False
    is_empty: bool = False


def fill_newest(*, instrument: selectors.Instrument, now: datetime) -> Filled:
    """Store what is missing up to the last final day; the last stored day again, for it may have been partial.

    Daily bars begin at ``history.start_date``, or if later at the last stored day, or at the day of ``last_synced_at``
    where that is earlier still; 5-minute bars at the last stored day, or where the first sessions of those that are
    kept are missing, there. Bars of another version of the model are replaced, all of them. Doing it twice changes no
    row.

    :raises SymbolNotFound: if the provider does not know the instrument
    """
    held = selectors.get_holdings(instrument=instrument)
    if held.has_real:
        return Filled(has_real=True)
    history, until = configuration.get_date("history.start_date"), sessions.last_final_day(now)
    kept = max(history, _kept_from(until))
    if held.last_date is None or _is_of_another_model(held):
        return _fill(instrument, start=history, until=until, candles_from=kept)
    start = min(held.last_date, held.synced_date or held.last_date)
    first, last = held.first_candle_date, held.last_candle_date
    candles_from = max(kept, last) if first is not None and last is not None and first <= kept else kept
    return _fill(instrument, start=max(history, start), until=until, candles_from=candles_from)


def fill_span(*, instrument: selectors.Instrument, start: date, end: date, now: datetime) -> Filled:
    """Store every final bar of the days from ``start`` to ``end``, both included, over what is there.

    :raises ModelChanged: if bars of another version of the model stand outside the span
    :raises SymbolNotFound: if the provider does not know the instrument
    """
    held = selectors.get_holdings(instrument=instrument)
    if held.has_real:
        return Filled(has_real=True)
    until = min(end, sessions.last_final_day(now))
    if _is_of_another_model(held) and not held.is_within(start=start, end=until):
        raise ModelChanged(details={"first_date": str(held.first_date), "last_date": str(held.last_date)})
    return _fill(instrument, start=start, until=until, candles_from=max(start, _kept_from(until)))


def fill_daily(*, instrument: selectors.Instrument, start: date, until: date) -> Filled:
    """Store the daily bars of the days from ``start`` to ``until``, both included, which must be over.

    :raises SymbolNotFound: if the provider does not know the instrument
    """
    first, last = max(start, sessions.FIRST_DAY), min(until, sessions.LAST_DAY)
    if first > last:
        return Filled(is_empty=True)
    closed = selectors.closed_days(start=first, end=last)
    bars = marketdata.get_provider().daily(instrument.identifier, first, last)
    bars = _daily_where(bars, wanted=_are_open(bars.date, closed=closed))
    if not len(bars):
        return Filled(closed_days=len(closed), is_empty=True)
    stored = _store_daily(instrument, bars=_columns(bars))
    return Filled(daily=stored, closed_days=len(closed), has_real=stored.skipped)


def fill_candles(*, instrument: selectors.Instrument, start: date, until: date) -> stocks_services.StoredBars:
    """Store the 5-minute bars of the days from ``start`` to ``until``, both included, which must be over.

    :raises SymbolNotFound: if the provider does not know the instrument
    """
    first, last = max(start, sessions.FIRST_DAY), min(until, sessions.LAST_DAY)
    if first > last:
        return NOTHING
    bars = marketdata.get_provider().intraday(instrument.identifier, first, last)
    bars = _intraday_where(bars, wanted=_are_open(bars.date, closed=selectors.closed_days(start=first, end=last)))
    days = stocks_selectors.IntradayColumns.of_sessions(bars)
    if instrument.stock_id is not None:
        return stocks_services.store_synthetic_intraday(enum=instrument.identifier, days=days, extra=_extra())
    return sectors_services.store_synthetic_intraday(enum=instrument.identifier, days=days, extra=_extra())


def _fill(instrument: selectors.Instrument, *, start: date, until: date, candles_from: date) -> Filled:
    filled = fill_daily(instrument=instrument, start=start, until=until)
    if filled.is_empty or filled.has_real:
        return filled
    candles = fill_candles(instrument=instrument, start=candles_from, until=until)
    return dataclasses.replace(filled, intraday=candles)


def first_of_last(count: int, *, until: date) -> date:
    """The first of the last ``count`` sessions up to a day."""
    days = sessions.sessions(sessions.FIRST_DAY, min(until, sessions.LAST_DAY))[-count:]
    first: date = days[0].item() if len(days) else until
    return first


def _store_daily(
    instrument: selectors.Instrument, *, bars: stocks_selectors.PriceColumns
) -> stocks_services.StoredBars:
    if instrument.stock_id is not None:
        return stocks_services.store_synthetic_bars(
            enum=instrument.identifier, bars=bars, extra=_extra(), data_until=data_until(bars)
        )
    return sectors_services.store_synthetic_bars(enum=instrument.identifier, bars=bars, extra=_extra())


def _kept_from(until: date) -> date:
    """The first of the last sessions up to a day whose 5-minute bars are kept."""
    return first_of_last(configuration.get_int("sync.intraday_days"), until=until)


def _is_of_another_model(held: selectors.Holdings) -> bool:
    return held.label is not None and held.label.version != marketdata.get_provider().version


def _are_open(days: NDArray[np.datetime64], *, closed: Collection[date]) -> Mask:
    open_: Mask = ~np.isin(days, np.array(sorted(closed), dtype="datetime64[D]"))
    return open_


def _daily_where(bars: DailyBars, *, wanted: Mask) -> DailyBars:
    return DailyBars(**{name: getattr(bars, name)[wanted] for name in DailyBars.__dataclass_fields__})


def _intraday_where(bars: IntradayBars, *, wanted: Mask) -> IntradayBars:
    columns = {name: getattr(bars, name)[wanted] for name in IntradayBars.__dataclass_fields__ if name != "forming"}
    return IntradayBars(**columns)


def _extra() -> dict[str, object]:
    provider = marketdata.get_provider()
    return {"source": provider.name, "version": provider.version}


def _columns(bars: DailyBars) -> stocks_selectors.PriceColumns:
    return stocks_selectors.PriceColumns(
        date=bars.date,
        open=bars.open.astype(np.int64),
        high=bars.high.astype(np.int64),
        low=bars.low.astype(np.int64),
        close=bars.close.astype(np.int64),
        volume=bars.volume,
    )
