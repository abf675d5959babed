"""Bars of any instrument as the engine takes them. What does not belong here: how a table is read (stocks)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

from apps.core import clock
from apps.market.constants import DAY_SECONDS, IST_SECONDS
from apps.market.enums import Interval
from apps.market.errors import NoBars
from apps.market.selectors import adjusting, intraday, made, option_candles, stored, trading_hours
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import SECONDS, Candles, aggregate, days_of, weekly
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from engine.types import MAX_PRICE_PAISE, Bars

PRICES = ("open", "high", "low", "close")


@dataclass(frozen=True, slots=True)
class LoadedBars:
    """Bars with what a result needs to say about them.

    ``dates``: datetime64[D], one a bar. ``source``: where the prices come from (``import``, ``synthetic``), ``version``
    of which model they are, None for real ones. ``data_hash``: SHA-256 over the columns, the same for the same bars on
    any machine, whether they were stored or made.
    """

    bars: Bars
    dates: NDArray[np.datetime64]
    source: str
    data_hash: str
    version: str | None = None


def load_bars(*, instrument: Instrument, interval: str, start: date, end: date, adjusted: bool = False) -> LoadedBars:
    """Final bars from ``start`` to ``end``, both included: of the tables, or of the provider where they have none.

    ``interval``: 5m, 15m, 30m, 1h, 1d or 1w. The time of a bar is when it opens: of a day 09:15 in India, of a week
    that of its first trading day; the first and last week hold only the days asked for. Prices are raw, or with
    ``adjusted`` in terms of today's share. The columns are read-only.

    :raises NoBars: if there is none; details.first_date and details.last_date say what there is
    :raises InvalidBars: if a stored candle is not sound, naming it
    """
    size = Interval(interval)
    found = _find(instrument, size=size, start=start, end=end)
    if found is None:
        raise _no_bars(instrument, size=size)
    candles, label = found.candles, found.label
    if adjusted:
        candles = adjusting.adjust(candles, instrument=instrument, label=label, today=clock.today())
    if size == Interval.WEEK:
        candles = weekly(candles)
    elif size in SECONDS and size != Interval.FIVE_MINUTES:
        candles = aggregate(candles, seconds=SECONDS[size])
    bars = _bars(candles)
    dates = bars.session.astype("datetime64[D]")
    dates.flags.writeable = False
    return LoadedBars(
        bars=bars, dates=dates, source=label.source, version=label.version, data_hash=_hash(bars, size=size)
    )


def load_daily_bars(*, instrument: Instrument, start: date, end: date) -> LoadedBars:
    """Daily bars from ``start`` to ``end``, both included; see :func:`load_bars`.

    :raises NoBars: if there is none; details.first_date and details.last_date say what there is
    """
    return load_bars(instrument=instrument, interval=Interval.DAY, start=start, end=end)


def has_bars(*, instrument: Instrument, interval: str, start: date, end: date) -> bool:
    """Whether :func:`load_bars` would find any, without reading one."""
    until = min(end, trading_hours.last_final_day(clock.now()))
    if instrument.option is not None:
        return _of_option(instrument, size=Interval(interval), start=start, end=until, count=1) is not None
    if Interval(interval) in SECONDS:
        return intraday.has_days(instrument=instrument, start=start, end=until)
    table, owner_id = stored.daily_table(instrument)
    if stocks_selectors.has_bars(table=table, owner_id=owner_id, start=start, end=end):
        return True
    return _daily_may_be_made(instrument) and bool(
        len(made.sessions_of(instrument=instrument, start=start, end=until, what="daily"))
    )


def check_bars(*, instrument: Instrument, interval: str, start: date, end: date) -> None:
    """Accept a range that :func:`load_bars` finds bars in, without reading one.

    :raises NoBars: if there is none; details.first_date and details.last_date say what there is
    """
    if not has_bars(instrument=instrument, interval=interval, start=start, end=end):
        raise _no_bars(instrument, size=Interval(interval))


def has_prices() -> bool:
    """Whether there is any daily bar at all, of a stock or a sector."""
    tables = (stocks_selectors.STOCK_PRICES, sectors_selectors.SECTOR_PRICES)
    return any(stocks_selectors.has_rows(table=table) for table in tables)


def _find(instrument: Instrument, *, size: Interval, start: date, end: date) -> Days | None:
    """Candles of five minutes or of a day, whichever bars of this size are made of."""
    now = clock.now()
    until = min(end, trading_hours.last_final_day(now))
    if instrument.option is not None:
        found = _of_option(instrument, size=size, start=start, end=until)
        return found and replace(found, candles=option_candles.tradable(found.candles))
    if size in SECONDS:
        return intraday.find_days(instrument=instrument, start=start, end=until, now=now)
    return _daily(instrument, start=start, end=end, now=now)


def _of_option(
    instrument: Instrument, *, size: Interval, start: date, end: date, count: int = intraday.ALL_DAYS
) -> Days | None:
    find = option_candles.find_days if size in SECONDS else option_candles.find_daily
    return find(instrument=instrument, start=start, end=end, count=count, now=clock.now())


def _daily(instrument: Instrument, *, start: date, end: date, now: datetime) -> Days | None:
    table, owner_id = stored.daily_table(instrument)
    bars = stocks_selectors.read_bars(table=table, owner_id=owner_id, start=start, end=end)
    if len(bars):
        return Days(made.of_days(bars), label=Label(source=bars.source, version=bars.version), has_older=False)
    if not _daily_may_be_made(instrument):
        return None
    until = min(end, trading_hours.last_final_day(now))
    return made.find_daily(instrument=instrument, start=start, end=until, count=intraday.ALL_DAYS, now=now)


def _daily_may_be_made(instrument: Instrument) -> bool:
    """Whether the provider's daily bars stand for an instrument: without stored ones, and not beside real candles."""
    if stored.find_label(instrument=instrument) is not None:
        return False
    label = stored.find_candle_label(instrument=instrument)
    return label is None or label.source == SYNTHETIC_SOURCE


def _no_bars(instrument: Instrument, *, size: Interval) -> NoBars:
    first, last = _span(instrument, size=size, until=trading_hours.last_final_day(clock.now()))
    return NoBars(
        details={
            "instrument_identifier": instrument.identifier,
            "first_date": first and first.isoformat(),
            "last_date": last and last.isoformat(),
        }
    )


def _span(instrument: Instrument, *, size: Interval, until: date) -> tuple[date | None, date | None]:
    """The first and the last day that there are bars of; None and None without any."""
    if instrument.option is not None:
        found = _of_option(instrument, size=Interval.DAY, start=date.min, end=until)
        days = days_of(found.candles.time) if found else np.empty(0, dtype="datetime64[D]")
    elif size in SECONDS:
        return intraday.day_span(instrument=instrument, until=until)
    else:
        table, owner_id = stored.daily_table(instrument)
        first, last = stocks_selectors.available_dates(table=table, owner_id=owner_id)
        if first is not None or not _daily_may_be_made(instrument):
            return first, last
        days = made.sessions_of(instrument=instrument, start=date.min, end=until, what="daily")
    return (days[0].item(), days[-1].item()) if len(days) else (None, None)


def _bars(candles: Candles) -> Bars:
    """Candles as the engine's bars, checked: in a tenth of the engine's own time, which names the first bad one."""
    columns = {name: getattr(candles, name) for name in ("time", *PRICES, "volume")}
    session = (candles.time + IST_SECONDS) // DAY_SECONDS
    if not _are_sound(candles):
        return Bars.checked(**columns, session=session)
    kinds = {"time": np.int64, "volume": np.int64}
    typed = {
        name: column.astype(kinds.get(name, np.int32), copy=False)
        for name, column in (*columns.items(), ("session", session))
    }
    for column in typed.values():
        column.flags.writeable = False
    return Bars(**typed)


def _are_sound(candles: Candles) -> bool:
    opens, closes = candles.open, candles.close
    return bool(
        (candles.time[1:] > candles.time[:-1]).all()
        and (candles.low > 0).all()
        and (candles.low <= np.minimum(opens, closes)).all()
        and (candles.high >= np.maximum(opens, closes)).all()
        and (candles.high <= MAX_PRICE_PAISE).all()
        and (candles.volume >= 0).all()
    )


def _hash(bars: Bars, *, size: Interval) -> str:
    """SHA-256 over little-endian columns.

    Of daily bars: days, open, high, low, close and volume, each as 64-bit integers. Of others: time as 64-bit, prices
    as 32-bit, volume as 64-bit integers.
    """
    digest = hashlib.sha256()
    is_daily = size == Interval.DAY
    price = "<i8" if is_daily else "<i4"
    digest.update((bars.session if is_daily else bars.time).astype("<i8").data)
    for name in PRICES:
        digest.update(getattr(bars, name).astype(price, copy=False).data)
    digest.update(bars.volume.astype("<i8", copy=False).data)
    return digest.hexdigest()
