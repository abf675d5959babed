"""The vocabulary of market data: instruments, bars as columns, and what a provider can be asked.

What does not belong here: how bars are made, where they are stored, or any rule about who may see them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Kind = Literal["stock", "sector"]
Price = NDArray[np.int32]  # whole paise: exact, and wide enough for Rs 21 million
Days = NDArray[np.datetime64]  # IST trading days, datetime64[D]


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that has a price.

    ``industry`` is empty for a sector; ``weights`` is empty for a stock, and for a sector holds its constituents
    as (symbol, share of the index), the shares summing to 1.
    """

    symbol: str
    name: str
    kind: Kind
    industry: str = ""
    weights: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class DailyBars:
    """Daily bars as read-only columns of one length, oldest first; prices in paise, volume in shares.

    Every bar is final: its session has ended.
    """

    date: Days
    open: Price
    high: Price
    low: Price
    close: Price
    volume: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.date)


class Provider(Protocol):
    """A source of instruments and bars; what it gives for one ``version`` never changes."""

    @property
    def name(self) -> str:
        """The provider's name, stable across versions."""

    @property
    def version(self) -> str:
        """The name of the exact data: store it with every row, and never mix the rows of two versions."""

    def instruments(self, kind: Kind) -> tuple[Instrument, ...]:
        """All instruments of a kind."""

    def sessions(self, start: date, end: date) -> Days:
        """The trading days from ``start`` to ``end``, both included.

        :raises InvalidDateRange: if the range is empty or outside the provider's days
        """

    def daily(self, symbol: str, start: date, end: date, *, now: datetime | None = None) -> DailyBars:
        """Daily bars of ``symbol`` from ``start`` to ``end``, both included; without ``now`` nothing is hidden.

        With an aware ``now`` only bars whose session has ended by then.

        :raises SymbolNotFound: if there is no such symbol
        :raises InvalidDateRange: if the range is empty or outside the provider's days
        """
