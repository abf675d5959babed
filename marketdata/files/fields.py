"""The text of single fields as numbers and days, strictly. What does not belong here: what a row means."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from marketdata.sessions import IST

# The engine counts paise in 32 bits.
MAX_PAISE = 2**31 - 1
# A hundred times the busiest day of the most traded share; more is a mistake.
MAX_WHOLE = 10**12
# The exchange's first day of trading in shares; an earlier date is a mistake.
EARLIEST = date(1994, 11, 3)
EPOCH = date(1970, 1, 1).toordinal()
SHOWN = 40

NUMBER = re.compile(r"([0-9]{1,20})(?:\.([0-9]{1,20}))?", re.ASCII)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
NAMED_DAY = re.compile(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", re.ASCII)
DAY_FIRST = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})", re.ASCII)
YEAR_FIRST = re.compile(r"(\d{4})[/-]?(\d{2})[/-]?(\d{2})", re.ASCII)
DAY_AND_CLOCK = re.compile(r"(\S+?)[T ]\s*(\d{1,2}:.*)", re.ASCII)
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?\s*(Z|[+-]\d{2}:?\d{2})?", re.ASCII)


@lru_cache(maxsize=65_536)
def paise(text: str) -> int:
    """A price in rupees as whole paise, above zero.

    :raises ValueError: saying what is wrong, as text that reads after the name of a column
    """
    value = paise_or_zero(text)
    if value == 0:
        raise ValueError("is not above zero")
    return value


@lru_cache(maxsize=65_536)
def paise_or_zero(text: str) -> int:
    """A price in rupees as whole paise, or zero.

    :raises ValueError: saying what is wrong
    """
    whole, fraction = _parts(text)
    if fraction[2:].strip("0"):
        raise ValueError(f"has more than two decimals: {text[:SHOWN]}")
    value = int(whole) * 100 + int(f"{fraction[:2]:0<2}")
    if value > MAX_PAISE:
        raise ValueError(f"is above {Decimal(MAX_PAISE) / 100}")
    return value


@lru_cache(maxsize=65_536)
def whole(text: str) -> int:
    """A count.

    :raises ValueError: saying what is wrong
    """
    digits, fraction = _parts(text)
    if fraction.strip("0"):
        raise ValueError(f"is not whole: {text[:SHOWN]}")
    value = int(digits)
    if value > MAX_WHOLE:
        raise ValueError(f"is above {MAX_WHOLE}")
    return value


@lru_cache(maxsize=65_536)
def lakhs(text: str) -> int:
    """An amount in lakhs of rupees (100,000) as whole rupees, rounded down.

    :raises ValueError: saying what is wrong
    """
    digits, fraction = _parts(text)
    return int(digits) * 100_000 + int(f"{fraction[:5]:0<5}")


def _parts(text: str) -> tuple[str, str]:
    found = NUMBER.fullmatch(text)
    if not found:
        raise ValueError(f"is not a plain number: {text[:SHOWN]!r}")
    return found[1], found[2] or ""


@lru_cache(maxsize=16_384)
def day(text: str) -> int:
    """A date as days since 1970-01-01: 2024-01-31, 20240131, 31-Jan-2024, 31/01/2024 or 31-01-2024.

    :raises ValueError: saying what is wrong, as a sentence
    """
    if found := YEAR_FIRST.fullmatch(text):
        year, month, number = int(found[1]), int(found[2]), int(found[3])
    elif (found := NAMED_DAY.fullmatch(text)) and found[2].upper() in MONTHS:
        year, month, number = int(found[3]), MONTHS.index(found[2].upper()) + 1, int(found[1])
    elif found := DAY_FIRST.fullmatch(text):
        # Assumption: Indian files write the day first.
        year, month, number = int(found[3]), int(found[2]), int(found[1])
    else:
        raise ValueError(f"{text[:SHOWN]!r} is not a date like 2024-01-31")
    try:
        return date(year, month, number).toordinal() - EPOCH
    except ValueError as e:
        raise ValueError(f"{text} is not a day of the calendar") from e


@lru_cache(maxsize=65_536)
def moment(text: str) -> tuple[int, int]:
    """A date, with or without a time, as days since 1970-01-01 and minute of the day (-1 without a time), in India.

    A time without an offset is India's.

    :raises ValueError: saying what is wrong, as a sentence
    """
    found = DAY_AND_CLOCK.fullmatch(text)
    if not found:
        return day(text), -1
    number = day(found[1])
    at, offset = _clock(found[2], shown=text)
    return (number, at) if offset is None else divmod(number * 1_440 + at - offset + _ist_minutes(), 1_440)


@lru_cache(maxsize=4_096)
def minute(text: str) -> int:
    """A time of day in India as minutes since midnight.

    :raises ValueError: saying what is wrong, as a sentence
    """
    found, offset = _clock(text, shown=text)
    if offset is not None and offset != _ist_minutes():
        raise ValueError(f"{text[:SHOWN]!r} is a time of another zone without its date")
    return found


def _clock(text: str, *, shown: str) -> tuple[int, int | None]:
    """Minute of the day, and the offset from UTC in minutes if one is given."""
    found = CLOCK.fullmatch(text)
    if not found:
        raise ValueError(f"{shown[:SHOWN]!r} is not a time like 09:15")
    hours, minutes, seconds = int(found[1]), int(found[2]), int(found[3] or 0)
    if hours > 23 or minutes > 59 or seconds > 59:
        raise ValueError(f"{shown[:SHOWN]!r} is not a time of day")
    if seconds:
        raise ValueError(f"{shown[:SHOWN]!r} is not a whole minute")
    zone = found[4]
    if not zone:
        return hours * 60 + minutes, None
    if zone == "Z":
        return hours * 60 + minutes, 0
    size = int(zone[1:3]) * 60 + int(zone[-2:])
    return hours * 60 + minutes, size if zone[0] == "+" else -size


@lru_cache(maxsize=1)
def _ist_minutes() -> int:
    # India has had one offset since before the first bar.
    offset = datetime(2000, 1, 1, tzinfo=IST).utcoffset() or timedelta()
    return int(offset.total_seconds()) // 60
