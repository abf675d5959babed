"""What other platforms call an instrument, read and written: Kite, OpenAlgo, FYERS, TradingView, Yahoo.

Kite's monthly names give a month and no day, so the expiry rules are needed to read them. What does not belong here:
our own names (``marketdata.instrument_keys``), and whether an instrument exists.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Literal

from marketdata import instrument_keys
from marketdata.instrument_keys import Future, InstrumentKey, Option, Spot
from marketdata.rulebook import errors, expiries
from marketdata.rulebook.book import Rulebook

Dialect = Literal["kite", "openalgo", "fyers", "tradingview", "yahoo"]
INDICES = "index_aliases"
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKLY_MONTHS = "123456789OND"
MONTH = f"(?P<month>{'|'.join(MONTHS)})"
# A root may end in digits (NIFTYNXT50), so it is the shortest that leaves a date.
ROOT = r"(?P<root>[A-Z0-9&-]+?)"
STRIKE = r"(?P<strike>[1-9]\d*(?:\.\d*[1-9])?)(?P<right>CE|PE)"
KITE_MONTHLY = re.compile(rf"{ROOT}(?P<year>\d\d){MONTH}(?:FUT|{STRIKE})", re.ASCII)
KITE_WEEKLY = re.compile(rf"{ROOT}(?P<year>\d\d)(?P<month>[{WEEKLY_MONTHS}])(?P<day>[0-3]\d){STRIKE}", re.ASCII)
OPENALGO = re.compile(rf"{ROOT}(?P<day>[0-3]\d){MONTH}(?P<year>\d\d)(?:FUT|{STRIKE})", re.ASCII)
STOCK_FORMS: dict[Dialect, tuple[str, str]] = {
    "kite": ("", ""),
    "openalgo": ("", ""),
    "fyers": ("NSE:", "-EQ"),
    "tradingview": ("NSE:", ""),
    "yahoo": ("", ".NS"),
}


def parse(rules: Rulebook, text: str, dialect: Dialect) -> InstrumentKey:
    """The instrument that a platform calls ``text``. Only Kite and OpenAlgo name contracts here.

    :raises UnknownAlias: if the platform has no such name
    :raises RuleNotFound: if a Kite month is before the first expiry rule
    """
    contract = _parse_contract(rules, text, dialect)
    return contract or Spot(_parse_spot(rules, text, dialect))


def form(rules: Rulebook, key: InstrumentKey, dialect: Dialect) -> str:
    """What a platform calls an instrument, the inverse of :func:`parse`.

    :raises UnknownAlias: if the platform has no name for it that we know
    """
    if isinstance(key, Spot):
        return _form_spot(rules, key.symbol, dialect)
    tail = "FUT" if isinstance(key, Future) else f"{instrument_keys.strike_text(key.strike)}{key.right}"
    root, day = rules.root_of(key.underlying), key.expiry
    if dialect == "openalgo":
        return f"{root}{day:%d}{MONTHS[day.month - 1]}{day:%y}{tail}"
    if dialect != "kite":
        raise errors.UnknownAlias(dialect=dialect, name=str(key))
    if expiries.is_monthly(rules, _with_rules(rules, key.underlying), day):
        return f"{root}{day:%y}{MONTHS[day.month - 1]}{tail}"
    if isinstance(key, Future):
        raise errors.UnknownAlias(dialect=dialect, name=str(key))
    return f"{root}{day:%y}{WEEKLY_MONTHS[day.month - 1]}{day:%d}{tail}"


def _parse_contract(rules: Rulebook, text: str, dialect: Dialect) -> InstrumentKey | None:
    if dialect == "openalgo":
        found = OPENALGO.fullmatch(text)
        return _contract(rules, found, _day(text, dialect, found)) if found else None
    if dialect != "kite":
        return None
    if found := KITE_MONTHLY.fullmatch(text):
        year, month = 2000 + int(found["year"]), MONTHS.index(found["month"]) + 1
        expiry = expiries.monthly(rules, _with_rules(rules, found["root"]), year=year, month=month)
        return _contract(rules, found, expiry.day)
    found = KITE_WEEKLY.fullmatch(text)
    return _contract(rules, found, _day(text, dialect, found)) if found else None


def _with_rules(rules: Rulebook, underlying: str) -> str:
    """Whose expiry rules a contract follows: the name says that it has derivatives, so any stock has the stocks'."""
    return underlying if expiries.is_known(rules, underlying) else expiries.STOCK


def _day(text: str, dialect: Dialect, found: re.Match[str]) -> date:
    months = MONTHS if len(found["month"]) > 1 else WEEKLY_MONTHS
    try:
        return date(2000 + int(found["year"]), months.index(found["month"]) + 1, int(found["day"]))
    except ValueError as e:
        raise errors.UnknownAlias(dialect=dialect, name=text) from e


def _contract(rules: Rulebook, found: re.Match[str], expiry: date) -> Future | Option:
    underlying = rules.symbol_of(found["root"])
    if found["strike"] is None:
        return Future(underlying, expiry)
    return Option(underlying, expiry, Decimal(found["strike"]), instrument_keys.right_of(found["right"]))


def _parse_spot(rules: Rulebook, text: str, dialect: Dialect) -> str:
    column = "root" if dialect == "openalgo" else dialect
    for each in rules:
        if each.table == INDICES and text and each.text(column) == text:
            return each.text("symbol")
    prefix, suffix = STOCK_FORMS[dialect]
    symbol = text.removeprefix(prefix).removesuffix(suffix)
    if f"{prefix}{symbol}{suffix}" != text:
        raise errors.UnknownAlias(dialect=dialect, name=text)
    if dialect == "tradingview" and "_" in symbol:
        if not rules.has("tradingview_symbols", symbol):
            raise errors.UnknownAlias(dialect=dialect, name=text)
        symbol = rules.rows("tradingview_symbols", symbol)[-1].text("symbol")
    elif dialect == "tradingview" and re.search("[&-]", symbol):
        raise errors.UnknownAlias(dialect=dialect, name=text)
    # Our symbol or the exchange's root of an index is nobody's name for a stock.
    is_index = rules.has(INDICES, rules.symbol_of(symbol))
    if is_index or not instrument_keys.SYMBOL.fullmatch(symbol):
        raise errors.UnknownAlias(dialect=dialect, name=text)
    return symbol


def _form_spot(rules: Rulebook, symbol: str, dialect: Dialect) -> str:
    if rules.has(INDICES, symbol):
        name = rules.rows(INDICES, symbol)[-1].text("root" if dialect == "openalgo" else dialect)
        if not name:
            raise errors.UnknownAlias(dialect=dialect, name=symbol)
        return name
    prefix, suffix = STOCK_FORMS[dialect]
    if dialect == "tradingview" and re.search("[&-]", symbol):
        written = re.sub("[&-]", "_", symbol)
        if not rules.has("tradingview_symbols", written):
            raise errors.UnknownAlias(dialect=dialect, name=symbol)
        symbol = written
    return f"{prefix}{symbol}{suffix}"
