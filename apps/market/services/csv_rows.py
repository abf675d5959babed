"""Checking one row of a CSV file of daily bars. What does not belong here: files, what rows are to each other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import numpy as np

from apps.core import money
from apps.core.constants import IDENTIFIER_PATTERN
from apps.market.constants import EARLIEST_DATE, MAX_VOLUME
from apps.stocks.constants import MAX_PRICE

DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
NUMBER = re.compile(r"[0-9]{1,20}(\.[0-9]{1,6})?", re.ASCII)
IDENTIFIER = re.compile(IDENTIFIER_PATTERN)

PRICES = ("open", "high", "low", "close")
BAR_COLUMNS = ("date", *PRICES, "volume")

Record = Mapping[str, str]
Row = tuple[int, ...]


def read_row(record: Record, *, today: date, volume_may_be_empty: bool) -> Row:
    """Day number (since 1970-01-01), open, high, low and close in paise, volume.

    :raises ValueError: saying what is wrong, as text that reads after a line number
    """
    day = _day(record["date"], today=today)
    open_, high, low, close = (_price(record[name], name=name) for name in PRICES)
    if not (low <= open_ <= high and low <= close <= high):
        raise ValueError("open or close is outside low and high")
    if volume_may_be_empty and not record["volume"]:
        return day, open_, high, low, close, 0
    return day, open_, high, low, close, _volume(record["volume"])


def check_fields(record: Mapping[str | None, str | None]) -> None:
    """Pass a row that has as many fields as the header.

    :raises ValueError: if it has more or fewer
    """
    if None in record or None in record.values():
        raise ValueError("the row has more or fewer fields than the header")


def check_symbol(record: Record, *, expected: str) -> str:
    """The symbol of a row, which is that of the rows before it.

    :raises ValueError: if it is another, or none
    """
    symbol = record["symbol"]
    if not IDENTIFIER.match(symbol):
        raise ValueError(f"{symbol[:60]!r} is not a symbol")
    if expected and symbol != expected:
        raise ValueError(f"the symbol is {symbol}, but the file began with {expected}")
    return symbol


def _day(text: str, *, today: date) -> int:
    if not DATE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not a date like 2024-01-31")
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"{text} is not a day of the calendar") from error
    if not EARLIEST_DATE <= found <= today:
        raise ValueError(f"{text} is not between {EARLIEST_DATE} and today")
    return int(np.datetime64(found).astype(np.int64))


def _price(text: str, *, name: str) -> int:
    price = _number(text, name=name)
    if price <= 0:
        raise ValueError(f"{name} is not above zero")
    if price > MAX_PRICE:
        raise ValueError(f"{name} is above {MAX_PRICE}")
    if price != price.quantize(money.PAISA):
        raise ValueError(f"{name} has more than two decimals: {text}")
    return money.paise(price)


def _volume(text: str) -> int:
    volume = _number(text, name="volume")
    if volume != volume.to_integral_value():
        raise ValueError(f"volume is not whole: {text}")
    if volume > MAX_VOLUME:
        raise ValueError(f"volume is above {MAX_VOLUME}")
    return int(volume)


def _number(text: str, *, name: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise ValueError(f"{name} is not a plain number: {text[:40]!r}")
    return Decimal(text)
