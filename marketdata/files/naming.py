"""Which index a word or the name of a file means, and which word of a file's name may be a symbol.

What does not belong here: whether an instrument exists.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePath

from marketdata import rulebook
from marketdata.files.cash import SYMBOL
from marketdata.files.errors import ForeignMarket, NotPrices
from marketdata.rulebook import aliases

SUFFIXES = (".gz", ".zip", ".csv", ".txt")
NOT_PLAIN = re.compile(r"[^A-Z0-9]")


def index_of(text: str) -> str:
    """Our symbol of the index that ``text`` names as we, the exchange or Kite do (NIFTY, NIFTY 50, NIFTY_50), or ''.

    :raises ForeignMarket: if it is an index of another exchange
    """
    symbol = _indices().get(_plain(text), "")
    if symbol and rulebook.default().rows(aliases.INDICES, symbol)[-1].text("fyers").startswith("BSE:"):
        raise ForeignMarket(f"{symbol} is an index of BSE")
    return symbol


def is_index(symbol: str) -> bool:
    """Whether one of our symbols is an index."""
    return rulebook.default().has(aliases.INDICES, symbol)


def index_name(symbol: str) -> str:
    """What the exchange calls one of our indices, or ''."""
    rules = rulebook.default()
    return rules.rows(aliases.INDICES, symbol)[-1].text("kite") if rules.has(aliases.INDICES, symbol) else ""


def index_of_file(name: str) -> str:
    """Our symbol of the index that the name of a file begins with, like NIFTY_50_5min_2025.csv.gz, or ''.

    :raises ForeignMarket: if it is an index of another exchange
    :raises NotPrices: if it is a total-return index or a volatility
    """
    words = _stem(name).split("_")
    if "VIX" in words:
        raise NotPrices("VIX is a volatility, not a price")
    for count in range(len(words), 0, -1):
        found = index_of("".join(words[:count]))
        if found and words[count : count + 1] == ["TRI"]:
            raise NotPrices("a total-return index has closes only and cannot be traded")
        if found:
            return found
    return ""


def symbol_of_file(name: str) -> str:
    """The first word of a file's name if it may be a symbol, like M&M of M&M_5min.csv, or ''."""
    word = _stem(name).split("_")[0]
    return word if SYMBOL.fullmatch(word) else ""


def _stem(name: str) -> str:
    stem = PurePath(name).name
    while stem.lower().endswith(SUFFIXES):
        stem = stem[: stem.rindex(".")]
    return stem


def _plain(text: str) -> str:
    return NOT_PLAIN.sub("", text.upper())


@lru_cache(maxsize=1)
def _indices() -> dict[str, str]:
    rows = [row for row in rulebook.default() if row.table == aliases.INDICES]
    return {_plain(row.text(column)): row.text("symbol") for row in rows for column in ("root", "kite", "symbol")}
