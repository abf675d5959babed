"""How each kind of setting is read from text and written back. What does not belong here: keys, tables."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from apps.core.configuration import cron

Value = bool | int | Decimal | str | date | tuple[str, ...]

INTEGER = re.compile(r"-?[0-9]{1,9}", re.ASCII)
DECIMAL = re.compile(r"[0-9]{1,13}(\.[0-9]{1,2})?", re.ASCII)
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
WORD = re.compile(r"[A-Za-z0-9_.&-]{1,50}", re.ASCII)


def read_integer(text: str) -> int:
    """A whole number.

    :raises ValueError: if it is anything else
    """
    return int(_matching(INTEGER, text, "a whole number, like 5"))


def read_decimal(text: str) -> Decimal:
    """An amount with at most two decimals.

    :raises ValueError: if it is anything else
    """
    return Decimal(_matching(DECIMAL, text, "an amount, like 499.00"))


def read_boolean(text: str) -> bool:
    """True or false, spelled so.

    :raises ValueError: if it is anything else
    """
    if text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() == "true"


def read_date(text: str) -> date:
    """A day.

    :raises ValueError: if it is not a date of the calendar
    """
    _matching(DATE, text, "a date, like 2019-10-01")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ValueError("must be a date of the calendar") from error


def read_words(text: str) -> tuple[str, ...]:
    """Words separated by commas; empty text is no words.

    :raises ValueError: if a word holds anything but letters, digits and _ . & -
    """
    words = tuple(word.strip() for word in text.split(",")) if text.strip() else ()
    for word in words:
        _matching(WORD, word, "words separated by commas")
    return words


def read_cron(text: str) -> str:
    """Five fields of a crontab: minute, hour, day, month, weekday.

    :raises ValueError: if it is not a crontab, or names no time
    """
    cron.parse(text)
    return text


def read_choice(text: str) -> str:
    """A text that the registry's choices judge."""
    return text


READERS: dict[str, Callable[[str], Value]] = {
    "integer": read_integer,
    "decimal": read_decimal,
    "boolean": read_boolean,
    "date": read_date,
    "words": read_words,
    "cron": read_cron,
    "choice": read_choice,
}


def write(value: Value) -> str:
    """The text that reads back as this value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(value)
    return str(value)


def _matching(pattern: re.Pattern[str], text: str, wanted: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"must be {wanted}")
    return text
