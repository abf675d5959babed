"""The fields of a derivatives row under one set of names, whatever its file. What does not belong here: numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from operator import itemgetter
from typing import NamedTuple

from marketdata.files import fields, rows
from marketdata.files.cash import check_market
from marketdata.files.errors import UnknownFileKind
from marketdata.files.layouts import LAYOUTS, Layout

# The exchange's market activity files have their date in the name only: op14112025.csv.
DAY_IN_NAME = re.compile(r"(\d{2})(\d{2})(\d{4})\.csv", re.ASCII)


class OptionTexts(NamedTuple):
    """What a row says of an option, as text; empty where the file has no such column."""

    date: str
    kind: str
    symbol: str
    expiry: str
    strike: str
    right: str
    prices: list[str]
    settle: str
    underlying: str
    contracts: str
    open_interest: str
    lot: str
    turnover: str


def picker(layout: Layout, *, name: str) -> Callable[[list[str]], OptionTexts]:
    """What takes the fields out of a row.

    :raises UnknownFileKind: if the rows have no date and the file's ``name`` has none either
    """
    pick = itemgetter(*(layout.places[column] for column in LAYOUTS[layout.kind]))
    if layout.kind == "fo_udiff":
        return lambda record: _of_udiff(pick(record))
    if layout.kind == "fo_legacy":
        return lambda record: _of_legacy(pick(record))
    found = DAY_IN_NAME.search(name)
    if not found:
        raise UnknownFileKind(
            f"the rows have no date, and the name {name[:60]!r} does not end in one like 14112025.csv"
        )
    date = f"{found[3]}-{found[2]}-{found[1]}"
    return lambda record: _of_activity(pick(record), date=date)


def _of_udiff(texts: tuple[str, ...]) -> OptionTexts:
    date, kind, symbol, expiry, strike, right, *prices = texts[:10]
    settle, contracts, interest, underlying, lot, segment, exchange = texts[10:]
    check_market(segment, exchange, expected="FO")
    return OptionTexts(
        date, kind, symbol, expiry, strike, right, prices, settle, underlying, contracts, interest, lot, ""
    )


def _of_legacy(texts: tuple[str, ...]) -> OptionTexts:
    date, kind, symbol, expiry, strike, right, *prices = (text.strip() for text in texts[:10])
    settle, contracts, interest, turnover = texts[10:]
    return OptionTexts(date, kind, symbol, expiry, strike, right, prices, settle, "", contracts, interest, "", turnover)


def _of_activity(texts: tuple[str, ...], *, date: str) -> OptionTexts:
    kind, symbol, expiry, strike, right, *prices, contracts, interest, units = (text.strip() for text in texts)
    count = rows.named("volume", fields.whole, contracts)
    lot = str(rows.named("quantity", fields.whole, units) // count) if count else ""
    return OptionTexts(date, kind, symbol, expiry, strike, right, prices, "", "", contracts, interest, lot, "")
