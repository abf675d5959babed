"""The vocabulary of market data: instruments, bars as columns, and what a provider can be asked.

What does not belong here: how bars are made, where they are stored, or any rule about who may see them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from marketdata.instrument_keys import Option
from marketdata.rulebook.expiries import Calendar

Kind = Literal["stock", "sector"]
Capability = Literal["daily", "intraday", "live", "options"]
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

    A bar is ``final`` when its session has ended; only the last can be otherwise.
    """

    date: Days
    open: Price
    high: Price
    low: Price
    close: Price
    volume: NDArray[np.int64]
    final: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.date)


@dataclass(frozen=True, slots=True)
class IntradayBars:
    """5-minute bars of whole sessions: ``date`` of shape (days,), the others (days, bars), all read-only.

    Bar j opens 5 x j minutes after the session does; prices in paise, volume in shares. ``counts`` says how many bars
    of each day exist: fewer than all on the day of ``now``, where the rest of the row is 0. If ``forming``, the last
    bar of the last day is not final.
    """

    date: Days
    open: Price
    high: Price
    low: Price
    close: Price
    volume: NDArray[np.int64]
    counts: NDArray[np.int16]
    forming: bool = False

    def __len__(self) -> int:
        return len(self.date)


@dataclass(frozen=True, slots=True)
class Quote:
    """The last trade at a moment: prices in paise, ``volume`` in shares since the open.

    ``is_open`` tells whether the session runs; if not, all values are those of the last session and ``at`` is its
    close. ``previous_close`` is that of the session before.
    """

    price: int
    at: datetime
    is_open: bool
    open: int
    high: int
    low: int
    previous_close: int
    volume: int


@dataclass(frozen=True, slots=True)
class Contract:
    """An option as listed on a day: ``label`` is ATM, or ITMk or OTMk for k steps, ``lot_size`` in units."""

    option: Option
    label: str
    lot_size: int


@dataclass(frozen=True, slots=True)
class OptionQuote:
    """An option at a moment: its last price and that of its underlying in paise, volume and open interest in units.

    ``open_interest`` is that of the last close, which changes once a day.
    """

    price: int
    underlying: int
    at: datetime
    is_open: bool
    volume: int
    open_interest: int


@dataclass(frozen=True, slots=True)
class OptionGreeks:
    """What the last price of an option implies, by Black 76 without interest; the forward is the spot.

    ``volatility`` as a ratio a year; ``theta`` a calendar day, ``vega`` a point of volatility, ``rho`` a point of
    interest, all in rupees a unit.
    """

    volatility: float
    delta: float
    gamma: float
    theta: float
    vega: float
    rho: float


@dataclass(frozen=True, slots=True)
class Health:
    """Whether a provider can answer now, and what a person should know about it."""

    is_up: bool
    detail: str


class Provider(Protocol):
    """A source of instruments and bars; what it gives for one ``version`` never changes.

    What is outside its ``capabilities`` it refuses with ``NotSupported``; a caller asks first and does not guess.
    """

    @property
    def name(self) -> str:
        """The provider's name, stable across versions."""

    @property
    def version(self) -> str:
        """The name of the exact data: store it with every row, and never mix the rows of two versions."""

    @property
    def capabilities(self) -> frozenset[Capability]:
        """What it has: daily bars, 5-minute bars, prices that move with ``now``, options with their quotes."""

    def health(self) -> Health:
        """Look whether it can answer, cheaply: asked every few seconds."""

    def instruments(self, kind: Kind) -> tuple[Instrument, ...]:
        """All instruments of a kind."""

    def sessions(self, start: date, end: date) -> Days:
        """The trading days from ``start`` to ``end``, both included.

        :raises InvalidDateRange: if the range is empty or outside the provider's days
        """

    def daily(
        self, symbol: str, start: date | None = None, end: date | None = None, *, now: datetime | None = None
    ) -> DailyBars:
        """Daily bars of ``symbol`` from ``start`` to ``end``, both included; without ``now`` nothing is hidden.

        With an aware ``now``, what exists at that moment: the last bar is not ``final`` while its session runs. Days
        that are left out are the last 365 of ``now`` (``moments.span``).

        :raises SymbolNotFound: if there is no such symbol
        :raises InvalidDateRange: if the range is empty or outside the provider's days
        :raises ValueError: if the end is left out without ``now``
        """

    def intraday(self, symbol: str, start: date, end: date, *, now: datetime | None = None) -> IntradayBars:
        """5-minute bars of ``symbol`` on the trading days from ``start`` to ``end``, both included.

        Without ``now`` nothing is hidden; with it, what exists at that moment, the forming bar included. Closed days
        have no bars and are no error.

        :raises SymbolNotFound: if there is no such symbol
        :raises InvalidDateRange: if the range is empty or outside the provider's days
        """

    def quotes(self, symbols: Sequence[str], now: datetime) -> Mapping[str, Quote]:
        """The last traded price of each symbol at ``now``, the previous session's while the market is closed.

        :raises SymbolNotFound: if there is no such symbol
        """

    def expiries(self, underlying: str, on: date, calendar: Calendar, *, count: int = 4) -> tuple[date, ...]:
        """The next ``count`` expiries from ``on``, that day included.

        :raises UnknownUnderlying: if the underlying has no derivatives
        """

    def contracts(
        self,
        underlying: str,
        on: date,
        *,
        expiry: date | None = None,
        levels: int = 10,
        step: Decimal | None = None,
    ) -> tuple[Contract, ...]:
        """The options listed on a day around the money of the previous close: 4 x ``levels`` + 2, strikes ascending.

        The nearest expiry unless one is given; the default distance of strikes unless ``step`` is.

        :raises UnknownUnderlying: if the underlying has no derivatives
        :raises ContractNotFound: if the expiry is no trading day from ``on``
        """

    def option_intraday(
        self, options: Sequence[Option], start: date, end: date, *, now: datetime | None = None
    ) -> Mapping[Option, IntradayBars]:
        """5-minute bars of options up to their expiry; many of one underlying and expiry cost little more than one.

        :raises UnknownUnderlying: if an underlying has no derivatives
        :raises ContractNotFound: if a contract cannot exist
        """

    def option_quotes(self, options: Sequence[Option], now: datetime) -> Mapping[Option, OptionQuote]:
        """The last price of each option at ``now``; after its expiry the value it settled at.

        :raises UnknownUnderlying: if an underlying has no derivatives
        :raises ContractNotFound: if a contract cannot exist
        """

    def greeks(self, options: Sequence[Option], now: datetime) -> Mapping[Option, OptionGreeks | None]:
        """Implied volatility and Greeks of each option at ``now``; None where the price implies none.

        :raises UnknownUnderlying: if an underlying has no derivatives
        :raises ContractNotFound: if a contract cannot exist
        """
