"""What the provider makes of an instrument, as candles. What does not belong here: whether to ask the provider."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
from numpy.typing import NDArray

import marketdata
from apps.market.constants import DAY_SECONDS, SESSION_OPEN_SECONDS
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.stored import Days, Label
from apps.market.selectors.timeframes import Candles
from apps.stocks.selectors import PriceColumns
from marketdata import sessions
from marketdata.types import DailyBars, IntradayBars, Kind


def label() -> Label:
    """The label of everything that the provider makes."""
    provider = marketdata.get_provider()
    return Label(source=provider.name, version=provider.version)


def knows(instrument: Instrument) -> bool:
    """Whether the provider makes prices of it."""
    kind: Kind = "stock" if instrument.stock_id is not None else "sector"
    return any(each.symbol == instrument.identifier for each in marketdata.get_provider().instruments(kind))


def find_daily(*, instrument: Instrument, start: date, end: date, count: int, now: datetime) -> Days | None:
    """Daily candles of the newest ``count`` sessions from ``start`` to ``end``, as they are at ``now``, or None."""
    days = _sessions(instrument, start=start, end=end)
    if not len(days):
        return None
    first, last = days[-count:][[0, -1]].tolist()
    bars = marketdata.get_provider().daily(instrument.identifier, first, last, now=now)
    return Days(candles=of_days(bars), label=label(), has_older=len(days) > count)


def find_days(*, instrument: Instrument, start: date, end: date, count: int, now: datetime) -> Days | None:
    """5-minute candles of the newest ``count`` sessions from ``start`` to ``end``, as they are at ``now``, or None."""
    days = _sessions(instrument, start=start, end=end)
    if not len(days):
        return None
    first, last = days[-count:][[0, -1]].tolist()
    bars = marketdata.get_provider().intraday(instrument.identifier, first, last, now=now)
    return Days(candles=_of_sessions(bars), label=label(), has_older=len(days) > count)


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


def _sessions(instrument: Instrument, *, start: date, end: date) -> NDArray[np.datetime64]:
    """The sessions of a range that the provider has prices of the instrument for; it may know only part of a range."""
    first, last = max(start, sessions.FIRST_DAY), min(end, sessions.LAST_DAY)
    if first > last or not knows(instrument):
        return np.empty(0, dtype="datetime64[D]")
    return marketdata.get_provider().sessions(first, last)


def _of_sessions(bars: IntradayBars) -> Candles:
    """The bars that exist, one after the other."""
    bar = np.arange(bars.open.shape[1])
    exists = bar < bars.counts[:, None]
    opens = bars.date.astype(np.int64) * DAY_SECONDS + SESSION_OPEN_SECONDS
    times = opens[:, None] + bar * (sessions.BAR_MINUTES * 60)
    return Candles(
        time=times[exists],
        open=bars.open[exists].astype(np.int64),
        high=bars.high[exists].astype(np.int64),
        low=bars.low[exists].astype(np.int64),
        close=bars.close[exists].astype(np.int64),
        volume=bars.volume[exists],
    )
