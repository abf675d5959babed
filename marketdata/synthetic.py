"""The synthetic market behind the provider's protocol, and what of it is visible at a moment.

What does not belong here: the clock, storage, who may see what, and how the numbers are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

import numpy as np

from marketdata import contracts, daily, intraday, live, moments, paths, sessions, universe
from marketdata import options as option_prices
from marketdata.instrument_keys import Option
from marketdata.rulebook.expiries import Calendar
from marketdata.types import (
    Capability,
    Contract,
    DailyBars,
    Days,
    Health,
    Instrument,
    IntradayBars,
    Kind,
    OptionGreeks,
    OptionQuote,
    Quote,
)


class SyntheticProvider:
    """A made-up market that looks like NSE: the same bars for the same version, on any machine, for any range."""

    name = "synthetic"
    version = "synthetic-1"
    capabilities: frozenset[Capability] = frozenset({"daily", "intraday", "live", "options"})

    def health(self) -> Health:
        """Look whether a price can be made; it needs nothing but the package's own tables."""
        symbol = next(iter(universe.stocks()))
        closes = paths.path(symbol).close
        return Health(is_up=bool(closes.min() > 0), detail=f"{self.version}: {len(universe.stocks())} stocks")

    def instruments(self, kind: Kind) -> tuple[Instrument, ...]:
        """The stocks, or the sector indices, of the synthetic market."""
        return universe.instruments(kind)

    def sessions(self, start: date, end: date) -> Days:
        """The trading days from ``start`` to ``end``, both included, whether past or future.

        :raises InvalidDateRange: if the range is empty, starts before 2005-01-01 or ends after 2035-12-31
        """
        return sessions.sessions(start, end)

    def daily(
        self, symbol: str, start: date | None = None, end: date | None = None, *, now: datetime | None = None
    ) -> DailyBars:
        """Daily bars of ``symbol`` from ``start`` to ``end``, both included; without ``now`` nothing is hidden.

        With ``now``, the bars of sessions that have ended, and while one runs its bar so far, which is not ``final``.
        Days that are left out are the last 365 of ``now``.

        :raises SymbolNotFound: if there is no such symbol
        :raises InvalidDateRange: if the range is empty, starts before 2005-01-01 or ends after 2035-12-31
        :raises ValueError: if ``now`` is naive, or the end is left out without it
        """
        paths.path(symbol)
        days, running = _visible(*moments.span(start, end, now=now), now)
        bars = daily.bars(symbol, days)
        return bars if running is None else daily.with_running(bars, live.bars_so_far(symbol, running))

    def intraday(self, symbol: str, start: date, end: date, *, now: datetime | None = None) -> IntradayBars:
        """5-minute bars of ``symbol`` on the trading days from ``start`` to ``end``, both included.

        Without ``now`` nothing is hidden; with it, the bars that have begun, the last of which may be ``forming``.

        :raises SymbolNotFound: if there is no such symbol
        :raises InvalidDateRange: if the range is empty, starts before 2005-01-01 or ends after 2035-12-31
        :raises ValueError: if ``now`` is naive
        """
        paths.path(symbol)
        days, running = _visible(start, end, now)
        bars = intraday.bars(symbol, days)
        return bars if running is None else intraday.joined([bars, live.bars_so_far(symbol, running)])

    def quotes(self, symbols: Sequence[str], now: datetime) -> Mapping[str, Quote]:
        """The last trade of each symbol at ``now``: one every 5 seconds of a session, else the last close.

        :raises SymbolNotFound: if there is no such symbol
        :raises ValueError: if ``now`` is naive
        """
        return {symbol: live.quote(symbol, now) for symbol in symbols}

    def expiries(self, underlying: str, on: date, calendar: Calendar, *, count: int = 4) -> tuple[date, ...]:
        """The next ``count`` expiries from ``on``, that day included, by the rulebook.

        :raises SymbolNotFound: if there is no such symbol
        :raises UnknownUnderlying: if it has no derivatives
        """
        return contracts.expiries(underlying, on, calendar, count=count)

    def contracts(
        self,
        underlying: str,
        on: date,
        *,
        expiry: date | None = None,
        levels: int = 10,
        step: Decimal | None = None,
    ) -> tuple[Contract, ...]:
        """The options of one expiry around the money of the previous close: calls and puts, strikes ascending.

        The nearest expiry unless one is given; the rulebook's distance of strikes unless ``step`` is.

        :raises SymbolNotFound: if there is no such symbol
        :raises UnknownUnderlying: if it has no derivatives
        :raises ContractNotFound: if the expiry is no trading day from ``on``
        :raises InvalidAmount: if ``levels`` is negative or ``step`` not positive
        """
        return contracts.listed(underlying, on, expiry=expiry, levels=levels, step=step)

    def option_intraday(
        self, options: Sequence[Option], start: date, end: date, *, now: datetime | None = None
    ) -> Mapping[Option, IntradayBars]:
        """5-minute bars of options on the trading days of a range, up to their expiry.

        Any strike of the tick has bars on any day before its expiry, listed then or not: a contract lives on when the
        money moves away. Options of one underlying and expiry are computed together.

        :raises SymbolNotFound: if there is no such symbol
        :raises UnknownUnderlying: if an underlying has no derivatives
        :raises ContractNotFound: if a contract cannot exist
        :raises InvalidDateRange: if the range is empty, starts before 2005-01-01 or ends after 2035-12-31
        :raises ValueError: if ``now`` is naive
        """
        found: dict[Option, IntradayBars] = {}
        for chain in option_prices.chains(options):
            days, running = _visible(start, end, now)
            whole = intraday.bars(chain.underlying, days[days <= np.datetime64(chain.expiry)])
            each = [option_prices.candles(chain, session) for session in intraday.one_by_one(whole)]
            if running is not None and sessions.in_ist(running).date() <= chain.expiry:
                today = live.bars_so_far(chain.underlying, running)
                each.append(option_prices.candles(chain, today, progress=live.progress(running)))
            found |= _by_contract(chain, each)
        return {option: found[option] for option in dict.fromkeys(options)}

    def option_quotes(self, options: Sequence[Option], now: datetime) -> Mapping[Option, OptionQuote]:
        """The last price of each option at ``now``; after its expiry the value it settled at.

        :raises SymbolNotFound: if there is no such symbol
        :raises UnknownUnderlying: if an underlying has no derivatives
        :raises ContractNotFound: if a contract cannot exist
        :raises ValueError: if ``now`` is naive
        """
        found: dict[Option, OptionQuote] = {}
        for chain in option_prices.chains(options):
            found |= option_prices.quotes(chain, now)
        return {option: found[option] for option in dict.fromkeys(options)}

    def greeks(self, options: Sequence[Option], now: datetime) -> Mapping[Option, OptionGreeks | None]:
        """Implied volatility and Greeks of each option at ``now``; None where the price implies none.

        :raises SymbolNotFound: if there is no such symbol
        :raises UnknownUnderlying: if an underlying has no derivatives
        :raises ContractNotFound: if a contract cannot exist
        :raises ValueError: if ``now`` is naive
        """
        found: dict[Option, OptionGreeks | None] = {}
        for chain in option_prices.chains(options):
            found |= option_prices.greeks(chain, now)
        return {option: found[option] for option in dict.fromkeys(options)}


def _visible(start: date, end: date, now: datetime | None) -> tuple[Days, datetime | None]:
    """The days of a range whose sessions have ended by ``now``, and ``now`` if a session of the range is running."""
    days = sessions.sessions(start, end)
    if now is None:
        return days, None
    final = days[: int(np.searchsorted(days, np.datetime64(sessions.last_final_day(now)), side="right"))]
    is_running = sessions.is_open(now) and start <= sessions.in_ist(now).date() <= end
    return final, now if is_running else None


def _by_contract(chain: option_prices.Chain, each: Sequence[IntradayBars]) -> dict[Option, IntradayBars]:
    """The bars of each contract of a chain from those of the chain, day by day."""
    if not each:
        nothing = intraday.bars(chain.underlying, sessions.all_sessions()[:0])
        return dict.fromkeys(chain.options, nothing)
    stacked = intraday.stacked(each)
    return dict(zip(chain.options, stacked, strict=True))
