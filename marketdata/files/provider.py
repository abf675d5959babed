"""Real prices from a folder of files behind the provider's protocol: daily bars and 5-minute bars, nothing else.

What does not belong here: the formats of files, storage, the clock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import NoReturn

import numpy as np

from marketdata import moments, rulebook, sessions
from marketdata.errors import InvalidDateRange, NotSupported, SymbolNotFound
from marketdata.files import naming, series
from marketdata.files.folder import Shelf, read_folder
from marketdata.instrument_keys import Option, Spot
from marketdata.rulebook import segments
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


class FilesProvider:
    """The bars of a folder of bhavcopies and CSV files, read once; its version names their bytes.

    A file that is refused, or has a wrong row, is left out whole and named by ``health``. Where two files have a bar of
    the same time, that of the first by path counts. Days of 5-minute bars that are not whole regular sessions are left
    out; within the others a bar of its segment's hours that is missing repeats the close before it, without volume.
    """

    name = "files"
    capabilities: frozenset[Capability] = frozenset({"daily", "intraday"})

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _shelf(self) -> Shelf:
        return read_folder(self._folder)

    @property
    def version(self) -> str:
        """The first digits of the digest of all files and their names."""
        return f"files-{self._shelf.digest[:12]}"

    def health(self) -> Health:
        """Look whether the folder is there and holds prices."""
        if not self._folder.is_dir():
            return Health(is_up=False, detail=f"{self._folder.name} is no folder")
        shelf = self._shelf
        detail = (
            f"{self.version}: {len({*shelf.daily, *shelf.intraday})} instruments, {len(shelf.refused)} files refused"
        )
        first = next(iter(shelf.refused.items()), None)
        return Health(
            is_up=bool(shelf.daily or shelf.intraday), detail=detail + (f" ({': '.join(first)})" if first else "")
        )

    def instruments(self, kind: Kind) -> tuple[Instrument, ...]:
        """The stocks, or the indices, that the files have bars of, by symbol."""
        symbols = sorted({*self._shelf.daily, *self._shelf.intraday})
        return tuple(
            Instrument(symbol=symbol, name=naming.index_name(symbol) or symbol, kind=kind)
            for symbol in symbols
            if naming.is_index(symbol) == (kind == "sector")
        )

    def sessions(self, start: date, end: date) -> Days:
        """The days from ``start`` to ``end``, both included, that any file has a bar of.

        :raises InvalidDateRange: if the range is empty
        """
        _check(start, end)
        return series.between(self._shelf.days, start, end)

    def daily(
        self, symbol: str, start: date | None = None, end: date | None = None, *, now: datetime | None = None
    ) -> DailyBars:
        """Daily bars of ``symbol``; with ``now`` those of sessions that are over, all of them final.

        :raises SymbolNotFound: if no file has it
        :raises InvalidDateRange: if the range is empty
        :raises ValueError: if the end is left out without ``now``, or ``now`` is naive
        """
        self._check_symbol(symbol)
        first, last = moments.span(start, end, now=now)
        _check(first, last)
        return series.daily(self._shelf.daily.get(symbol), first, _until(last, now))

    def intraday(self, symbol: str, start: date, end: date, *, now: datetime | None = None) -> IntradayBars:
        """5-minute bars of ``symbol`` on regular sessions; with ``now`` those that are over.

        :raises SymbolNotFound: if no file has it
        :raises InvalidDateRange: if the range is empty
        :raises ValueError: if ``now`` is naive
        """
        self._check_symbol(symbol)
        _check(start, end)
        segment = segments.segment_of(rulebook.default(), Spot(symbol))
        return series.intraday(self._shelf.intraday.get(symbol), start, _until(end, now), segment=segment)

    def quotes(self, symbols: Sequence[str], now: datetime) -> Mapping[str, Quote]:
        """Refuse: files do not move.

        :raises NotSupported: always
        """
        del symbols, now
        self._refuse("live")

    def expiries(self, underlying: str, on: date, calendar: Calendar, *, count: int = 4) -> tuple[date, ...]:
        """Refuse: options of files are imported, not provided.

        :raises NotSupported: always
        """
        del underlying, on, calendar, count
        self._refuse("options")

    def contracts(
        self,
        underlying: str,
        on: date,
        *,
        expiry: date | None = None,
        levels: int = 10,
        step: Decimal | None = None,
    ) -> tuple[Contract, ...]:
        """Refuse: options of files are imported, not provided.

        :raises NotSupported: always
        """
        del underlying, on, expiry, levels, step
        self._refuse("options")

    def option_intraday(
        self, options: Sequence[Option], start: date, end: date, *, now: datetime | None = None
    ) -> Mapping[Option, IntradayBars]:
        """Refuse: options of files are imported, not provided.

        :raises NotSupported: always
        """
        del options, start, end, now
        self._refuse("options")

    def option_quotes(self, options: Sequence[Option], now: datetime) -> Mapping[Option, OptionQuote]:
        """Refuse: options of files are imported, not provided.

        :raises NotSupported: always
        """
        del options, now
        self._refuse("options")

    def greeks(self, options: Sequence[Option], now: datetime) -> Mapping[Option, OptionGreeks | None]:
        """Refuse: options of files are imported, not provided.

        :raises NotSupported: always
        """
        del options, now
        self._refuse("options")

    def _refuse(self, capability: Capability) -> NoReturn:
        raise NotSupported(self.name, capability=capability)

    def _check_symbol(self, symbol: str) -> None:
        if symbol not in self._shelf.daily and symbol not in self._shelf.intraday:
            raise SymbolNotFound(symbol)


def _check(start: date, end: date) -> None:
    if start > end:
        raise InvalidDateRange(start=start, end=end, reason="the start is after the end")


def _until(end: date, now: datetime | None) -> date:
    """The last day that is over at ``now``: a bar in a file is of a whole day."""
    if now is None:
        return end
    local = sessions.in_ist(now)
    # Muhurat sessions end in the evening; until midnight the day of ``now`` counts only after the regular close.
    today = local.date()
    is_over = local.time() >= sessions.hours(max(today, sessions.FIRST_DAY))[1]
    last = np.datetime64(today) if is_over else np.datetime64(today) - 1
    visible: date = min(np.datetime64(end), last).item()
    return visible
