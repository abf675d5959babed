"""5-minute candles as columns, and as the JSON that clients read. What does not belong here: tables, longer candles."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from apps.stocks.constants import BAR_MINUTES, DAY_SECONDS, IST_SECONDS
from marketdata import sessions
from marketdata.types import IntradayBars

Whole = NDArray[np.int64]
Paise = NDArray[np.integer[Any]]
Json = Mapping[str, Mapping[str, object]]

PRICES = ("open", "high", "low", "close")
LABELS = tuple(f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(24 * 60))


@dataclass(frozen=True, slots=True)
class IntradayColumns:
    """Candles as columns of one length, oldest first: ``time`` is the open in epoch seconds, prices are whole paise.

    Days may have any number of candles, and any of them may be missing.
    """

    time: Whole
    open: Paise
    high: Paise
    low: Paise
    close: Paise
    volume: Whole

    def __len__(self) -> int:
        return len(self.time)

    @classmethod
    def joined(cls, parts: Sequence[IntradayColumns]) -> IntradayColumns:
        """These candles one after the other."""
        nothing = np.empty(0, dtype=np.int64)
        columns = {
            each.name: np.concatenate([nothing, *(getattr(part, each.name) for part in parts)]) for each in fields(cls)
        }
        return cls(**columns)

    @classmethod
    def of_sessions(cls, bars: IntradayBars) -> IntradayColumns:
        """The bars of a provider that exist, one after the other."""
        bar = np.arange(bars.open.shape[1])
        exists = bar < bars.counts[:, None]
        times = session_opens(bars.date)[:, None] + bar * (BAR_MINUTES * 60)
        prices = {name: getattr(bars, name)[exists].astype(np.int64) for name in PRICES}
        return cls(time=times[exists], **prices, volume=bars.volume[exists])

    @classmethod
    def of_json(cls, stored: Json, *, day: date) -> IntradayColumns:
        """The candles of a day as its row holds them, keyed by opening time (IST, HH:MM)."""
        times = sorted(stored)
        midnight = (day - date(1970, 1, 1)).days * DAY_SECONDS - IST_SECONDS
        prices = {
            name: np.array([round(float(str(stored[each][name])) * 100) for each in times], dtype=np.int64)
            for name in PRICES
        }
        return cls(
            time=np.array([midnight + int(each[:2]) * 3600 + int(each[3:5]) * 60 for each in times], dtype=np.int64),
            **prices,
            volume=np.array([int(str(stored[each]["volume"])) for each in times], dtype=np.int64),
        )

    def in_order(self) -> IntradayColumns:
        """These candles, oldest first."""
        return self.where(np.argsort(self.time, kind="stable"))

    def where(self, chosen: NDArray[np.bool_] | NDArray[np.int64] | slice) -> IntradayColumns:
        """Some of these candles."""
        return IntradayColumns(**{each.name: getattr(self, each.name)[chosen] for each in fields(self)})


def days_of(time: Whole) -> NDArray[np.datetime64]:
    """The calendar day in India of each moment in epoch seconds, as datetime64[D]."""
    days: NDArray[np.datetime64] = ((time + IST_SECONDS) // DAY_SECONDS).astype("datetime64[D]")
    return days


def minutes_of(time: Whole) -> Whole:
    """The minute of the day in India of each moment in epoch seconds."""
    minutes: Whole = (time + IST_SECONDS) % DAY_SECONDS // 60
    return minutes


def first_of_days(time: Whole) -> Whole:
    """Where each day of candles, oldest first, begins; with their number at the end."""
    day = (time + IST_SECONDS) // DAY_SECONDS
    return np.concatenate([[0], np.flatnonzero(day[1:] != day[:-1]) + 1, [len(day)]])[: None if len(day) else 1]


def session_opens(days: NDArray[np.datetime64]) -> Whole:
    """When the regular session of each day opens, in epoch seconds."""
    opens = np.array([_open_minute(day) for day in days.tolist()], dtype=np.int64)
    found: Whole = days.astype(np.int64) * DAY_SECONDS + opens * 60 - IST_SECONDS
    return found


def _open_minute(day: date) -> int:
    opens, _ = sessions.hours(day)
    return opens.hour * 60 + opens.minute


def json_of_days(candles: IntradayColumns) -> Iterator[bytes]:
    """What the row of each day holds: ``{"09:15": {"open", "high", "low", "close", "volume"}}``, prices in rupees."""
    labels = [LABELS[minute] for minute in minutes_of(candles.time).tolist()]
    rupees = [(getattr(candles, name) / 100).tolist() for name in PRICES]
    rows = list(zip(labels, *rupees, candles.volume.tolist(), strict=True))
    bounds = first_of_days(candles.time).tolist()
    for first, last in itertools.pairwise(bounds):
        yield orjson.dumps(
            {
                label: {"open": open_, "high": high, "low": low, "close": close, "volume": volume}
                for label, open_, high, low, close, volume in rows[first:last]
            }
        )
