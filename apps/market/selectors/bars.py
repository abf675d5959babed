"""Bars of any instrument as the engine takes them. What does not belong here: how a price table is read (stocks)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from apps.market.constants import DAY_SECONDS, SESSION_OPEN_SECONDS
from apps.market.errors import NoBars
from apps.market.selectors.instruments import Instrument
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from engine.types import Bars


@dataclass(frozen=True, slots=True)
class LoadedBars:
    """Bars with what a result needs to say about them.

    ``dates``: datetime64[D], one a bar. ``source``: where the rows come from (``import``, ``synthetic``).
    ``data_hash``: SHA-256 over the columns, the same for the same bars on any machine.
    """

    bars: Bars
    dates: NDArray[np.datetime64]
    source: str
    data_hash: str


def load_daily_bars(*, instrument: Instrument, start: date, end: date) -> LoadedBars:
    """Daily bars from ``start`` to ``end``, both included, in one query.

    The time of a bar is 09:15 India time of its day. The columns are read-only.

    :raises NoBars: if there is none; details.first_date and details.last_date say what there is
    """
    columns = _read(instrument, start=start, end=end)
    if not len(columns):
        first, last = _available_dates(instrument)
        raise NoBars(
            details={
                "instrument_identifier": instrument.identifier,
                "first_date": first and first.isoformat(),
                "last_date": last and last.isoformat(),
            }
        )
    day = columns.date.astype(np.int64)
    bars = Bars.checked(
        time=day * DAY_SECONDS + SESSION_OPEN_SECONDS,
        session=day,
        open=columns.open,
        high=columns.high,
        low=columns.low,
        close=columns.close,
        volume=columns.volume,
    )
    columns.date.flags.writeable = False
    return LoadedBars(bars=bars, dates=columns.date, source=columns.source, data_hash=_hash(columns))


def has_prices() -> bool:
    """Whether there is any daily bar at all, of a stock or a sector."""
    return stocks_selectors.has_daily_prices() or sectors_selectors.has_daily_prices()


def _read(instrument: Instrument, *, start: date, end: date) -> stocks_selectors.PriceColumns:
    if instrument.stock_id is not None:
        return stocks_selectors.load_daily_bars(stock_id=instrument.stock_id, start=start, end=end)
    return sectors_selectors.load_daily_bars(sector_id=_sector_id(instrument), start=start, end=end)


def _available_dates(instrument: Instrument) -> tuple[date | None, date | None]:
    if instrument.stock_id is not None:
        return stocks_selectors.available_stock_dates(stock_id=instrument.stock_id)
    return sectors_selectors.available_sector_dates(sector_id=_sector_id(instrument))


def _sector_id(instrument: Instrument) -> int:
    if instrument.sector_id is None:
        raise ValueError(f"{instrument} is neither a stock nor a sector")
    return instrument.sector_id


def _hash(columns: stocks_selectors.PriceColumns) -> str:
    """SHA-256 over days, open, high, low, close and volume, each as little-endian 64-bit integers."""
    digest = hashlib.sha256()
    for column in (
        columns.date.astype(np.int64),
        columns.open,
        columns.high,
        columns.low,
        columns.close,
        columns.volume,
    ):
        digest.update(column.astype("<i8").tobytes())
    return digest.hexdigest()
