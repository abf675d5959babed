"""What the provider makes of an instrument, as candles. What does not belong here: whether to ask the provider."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

import marketdata
from apps.market.constants import DAY_SECONDS, SESSION_OPEN_SECONDS
from apps.market.selectors.calendar import closed_days
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import Candles, days_of
from apps.stocks.selectors import PriceColumns
from marketdata import sessions
from marketdata.errors import InvalidDateRange
from marketdata.types import Capability, DailyBars, Kind


def label() -> Label:
    """The label of everything that the provider makes."""
    provider = marketdata.get_provider()
    return Label(source=provider.name, version=provider.version)


def knows(instrument: Instrument) -> bool:
    """Whether the provider makes prices of it."""
    kind: Kind = "stock" if instrument.stock_id is not None else "sector"
    return any(each.symbol == instrument.identifier for each in marketdata.get_provider().instruments(kind))


def is_live(instrument: Instrument) -> bool:
    """Whether the provider makes last prices of it; files do not move."""
    return "live" in marketdata.get_provider().capabilities and knows(instrument)


def find_daily(*, instrument: Instrument, start: date, end: date, count: int, now: datetime) -> Days | None:
    """Daily candles of the newest ``count`` sessions from ``start`` to ``end``, as they are at ``now``, or None."""
    days = sessions_of(instrument=instrument, start=start, end=end, what="daily")
    if not len(days):
        return None
    first, last = days[-count:][[0, -1]].tolist()
    candles = of_days(marketdata.get_provider().daily(instrument.identifier, first, last, now=now))
    candles = candles.where(np.isin(days_of(candles.time), days))
    return Days(candles=candles, label=label(), has_older=len(days) > count)


def read_candles(*, instrument: Instrument, start: date, end: date, now: datetime) -> Candles:
    """The 5-minute candles of sessions from ``start`` to ``end``, both included, that have begun at ``now``."""
    return Candles.of_sessions(marketdata.get_provider().intraday(instrument.identifier, start, end, now=now))


def of_days(bars: DailyBars | PriceColumns) -> Candles:
    """Daily bars as candles that open at 09:15 in India."""
    return Candles(
        time=bars.date.astype(np.int64) * DAY_SECONDS + SESSION_OPEN_SECONDS,
        open=bars.open.astype(np.int64),
        high=bars.high.astype(np.int64),
        low=bars.low.astype(np.int64),
        close=bars.close.astype(np.int64),
        volume=bars.volume,
    )


def moment_of_prices(now: datetime) -> datetime:
    """The moment whose prices are shown: ``now``, or where an administrator closed its day the last close before it."""
    try:
        day = sessions.last_session(now)
    except InvalidDateRange:
        return now
    closed = closed_days(start=sessions.FIRST_DAY, end=day)
    if day not in closed:
        return now
    while day > sessions.FIRST_DAY and (day in closed or not sessions.is_session(day)):
        day -= timedelta(days=1)
    return sessions.at_close(day)


def where_open(candles: Candles) -> Candles:
    """Candles without those of days that an administrator closed after they were stored."""
    if not len(candles):
        return candles
    days = days_of(candles.time)
    closed = closed_days(start=days[0].item(), end=days[-1].item())
    return candles.where(~np.isin(days, np.array(sorted(closed), dtype="datetime64[D]")))


def sessions_of(
    *, instrument: Instrument, start: date, end: date, what: Capability = "intraday"
) -> NDArray[np.datetime64]:
    """The sessions of a range that the provider has such prices of, but those that an administrator closed."""
    first, last = max(start, sessions.FIRST_DAY), min(end, sessions.LAST_DAY)
    provider = marketdata.get_provider()
    if first > last or what not in provider.capabilities or not knows(instrument):
        return np.empty(0, dtype="datetime64[D]")
    days = provider.sessions(first, last)
    closed = np.array(sorted(closed_days(start=first, end=last)), dtype="datetime64[D]")
    return days[~np.isin(days, closed)]
