"""The canonical name of any instrument, as text and as a value.

``RELIANCE`` and ``NIFTY50`` are what trades or is quoted itself, ``NIFTY50-2026-11-23-FUT`` a future,
``NIFTY50-2026-11-23-24500-CE`` an option. What does not belong here: other platforms' names
(``marketdata.rulebook.aliases``), and whether an instrument exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from marketdata.errors import MarketDataError

Right = Literal["CE", "PE"]

SYMBOL = re.compile(r"[A-Z0-9](?:[A-Z0-9&-]*[A-Z0-9])?")
DATED = re.compile(r"-\d{4}-\d{2}-\d{2}(?:-|$)", re.ASCII)
# Read from the right, for a symbol may itself hold hyphens.
CONTRACT = re.compile(
    r"(?P<underlying>.+)-(?P<expiry>\d{4}-\d{2}-\d{2})-(?P<rest>FUT|(?P<strike>[^-]+)-(?P<right>CE|PE))",
    re.ASCII,
)
STRIKE = re.compile(r"(?:[1-9]\d*|0(?=\.))(?:\.\d*[1-9])?", re.ASCII)
LONGEST = 64


class InvalidInstrumentKey(MarketDataError):
    """A text that names no instrument."""

    code = "INVALID_INSTRUMENT_KEY"

    def __init__(self, text: str) -> None:
        super().__init__(f"Not the name of an instrument: {text[:LONGEST]!r}")
        self.text = text[:LONGEST]


@dataclass(frozen=True, slots=True)
class Spot:
    """A stock or an index."""

    symbol: str

    def __str__(self) -> str:
        return self.symbol


@dataclass(frozen=True, slots=True)
class Future:
    """A future by underlying and expiry day."""

    underlying: str
    expiry: date

    def __str__(self) -> str:
        return f"{self.underlying}-{self.expiry}-FUT"


@dataclass(frozen=True, slots=True)
class Option:
    """An option by underlying, expiry day, strike in rupees, and CE or PE."""

    underlying: str
    expiry: date
    strike: Decimal
    right: Right

    @property
    def is_call(self) -> bool:
        """Whether it is a right to buy."""
        return self.right == "CE"

    def __str__(self) -> str:
        return f"{self.underlying}-{self.expiry}-{strike_text(self.strike)}-{self.right}"


InstrumentKey = Spot | Future | Option


def strike_text(strike: Decimal) -> str:
    """A strike as names write it: decimals only where it has them."""
    text = f"{strike:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse(text: str) -> InstrumentKey:
    """The instrument of a canonical name, the inverse of ``str``.

    :raises InvalidInstrumentKey: if the text is not exactly one canonical name
    """
    if len(text) <= LONGEST:
        if not DATED.search(text):
            if SYMBOL.fullmatch(text):
                return Spot(text)
        elif found := CONTRACT.fullmatch(text):
            return _contract(text, found)
    raise InvalidInstrumentKey(text)


def _contract(text: str, found: re.Match[str]) -> Future | Option:
    try:
        expiry = date.fromisoformat(found["expiry"])
    except ValueError as e:
        raise InvalidInstrumentKey(text) from e
    underlying = found["underlying"]
    if not SYMBOL.fullmatch(underlying):
        raise InvalidInstrumentKey(text)
    if found["rest"] == "FUT":
        return Future(underlying, expiry)
    if not STRIKE.fullmatch(found["strike"]):
        raise InvalidInstrumentKey(text)
    return Option(underlying, expiry, Decimal(found["strike"]), right_of(found["right"]))


def right_of(text: str) -> Right:
    """CE or PE as a type.

    :raises InvalidInstrumentKey: if it is neither
    """
    if text == "CE":
        return "CE"
    if text == "PE":
        return "PE"
    raise InvalidInstrumentKey(text)
