"""Bars of any instrument as the engine takes them. What does not belong here: how a price table is read (stocks)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from apps.market.constants import DAY_SECONDS, SESSION_OPEN_SECONDS
from apps.market.errors import NoBars
from apps.market.selectors import stored
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
    table, owner_id = stored.daily_table(instrument)
    columns = stocks_selectors.read_bars(table=table, owner_id=owner_id, start=start, end=end)
    if not len(columns):
        first, last = stocks_selectors.available_dates(table=table, owner_id=owner_id)
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
    tables = (stocks_selectors.STOCK_PRICES, sectors_selectors.SECTOR_PRICES)
    return any(stocks_selectors.has_rows(table=table) for table in tables)


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
