"""Daily bars of shares from the exchange's cash-market files. What does not belong here: derivatives, plain CSV."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from operator import itemgetter

from marketdata import share_series
from marketdata.files import fields, rows
from marketdata.files.layouts import LAYOUTS, Layout
from marketdata.files.tables import DailyRows, Findings, Request, Whole

# Assumption: a stock is a fully paid equity share, in whichever series it trades: it goes from EQ to BE and back within
# weeks, and its prices go on. No symbol is in two of these on one day.
NUMBERS = {series: number for number, series in enumerate(share_series.SHARES)}
SYMBOL = re.compile(r"[A-Z0-9][A-Z0-9_.&-]{0,49}")
PRICES = ("open", "high", "low", "close")
# Columns of a collected row: line, code, day, open, high, low, close, volume, series.
COLUMNS = 8
OHLC = slice(3, 7)


def read(
    source: Iterator[tuple[int, rows.Record]], *, layout: Layout, request: Request, findings: Findings
) -> DailyRows:
    """The shares of a bhavcopy, old or new, or of ``sec_bhavdata_full``; other series are left out and counted.

    :raises FileRefused: if the file as a whole is wrong
    """
    names: dict[str, int] = {}
    is_udiff = layout.kind == "cm_udiff"
    pick = itemgetter(*(layout.places[name] for name in LAYOUTS[layout.kind]))
    in_range = rows.within(fields.day(str(fields.EARLIEST)), fields.day(str(request.today)))

    def convert(record: rows.Record) -> rows.Numbers | str:
        picked = [text.strip() for text in pick(record)]
        if is_udiff:
            date, segment, exchange, _, symbol, series, *numbers = picked
            check_market(segment, exchange, expected="CM")
        else:
            date, symbol, series, *numbers = picked
        day = in_range(fields.day(date), date)
        if series not in NUMBERS:
            return f"series {series[:8]} is not a share"
        return rows.interned(names, symbol_of(symbol)), day, *bar_of(numbers), NUMBERS[series]

    found = rows.collect(source, width=layout.width, columns=COLUMNS, convert=convert, findings=findings)
    return daily(found, names=tuple(names), findings=findings)


def daily(found: Whole, *, names: tuple[str, ...], findings: Findings) -> DailyRows:
    """Collected rows, checked against themselves, by instrument and day."""
    found = rows.ordered(found, prices=OHLC, findings=findings)
    found = rows.unique(found, keys=(1, 2), shown=_key(names), findings=findings)
    return DailyRows(names, *found[:, 1:].T.copy())


def _key(names: tuple[str, ...]) -> Callable[[Whole], str]:
    def shown(row: Whole) -> str:
        return f"{names[row[1]]} of {rows.day_text(row[2])}"

    return shown


def bar_of(texts: list[str]) -> rows.Numbers:
    """Open, high, low, close and volume of five fields.

    :raises ValueError: naming the field that is wrong
    """
    *prices, volume = texts
    bar = [rows.named(name, fields.paise, text) for name, text in zip(PRICES, prices, strict=True)]
    return *bar, rows.named("volume", fields.whole, volume)


def check_market(segment: str, exchange: str, *, expected: str) -> None:
    """Pass a row of the National Stock Exchange and the expected segment.

    :raises ValueError: if it is of another
    """
    if (exchange, segment) != ("NSE", expected):
        raise ValueError(f"the row is of {exchange[:8]} {segment[:8]}, not of NSE {expected}")


def symbol_of(text: str) -> str:
    """A symbol as the exchange writes it.

    :raises ValueError: if it cannot be one
    """
    if not SYMBOL.fullmatch(text):
        raise ValueError(f"{text[:60]!r} is not a symbol")
    return text
