"""How the text of each column of the rulebook is read: by data files and by what an administrator adds alike.

What does not belong here: the tables, and what a row means beside others (checks).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType

from marketdata import instrument_keys

WEEKDAYS = ("MON", "TUE", "WED", "THU", "FRI")
NO_WEEKDAY = "none"
FIRST_YEAR, LAST_YEAR = 1990, 2199
MAX_CHARS = 200
MAX_RATE, FINEST_RATE = 50, Decimal("0.000001")
MAX_FLAT, PAISA = 1_000_000, Decimal("0.01")
# Written plainly: what Python reads beyond that (1_0, 1e9, digits of other scripts, week dates) is a slip.
NUMBER = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?", re.ASCII)
COUNT = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
TIME = re.compile(r"[0-9]{2}:[0-9]{2}", re.ASCII)


def _match(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError
    return value


def _amount(value: str) -> Decimal:
    return Decimal(_match(NUMBER, value))


def _rate(value: str) -> None:
    """A rate that a calculator can count in millionths of a percent."""
    if _amount(value) > MAX_RATE or _amount(value) % FINEST_RATE:
        raise ValueError


def _rupees(value: str) -> None:
    if _amount(value) > MAX_FLAT or _amount(value) % PAISA:
        raise ValueError


def _percent(value: str) -> None:
    if _amount(value) > 100:
        raise ValueError


def _share(value: str) -> None:
    """A percentage above zero."""
    _percent(value)
    _positive(value)


def _positive(value: str) -> None:
    if not _amount(value):
        raise ValueError


def _count(value: str) -> int:
    return int(_match(COUNT, value))


def _day(value: str) -> date:
    day = date.fromisoformat(_match(DAY, value))
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError
    return day


def _time(value: str) -> time:
    return time.fromisoformat(_match(TIME, value))


def _text(value: str) -> None:
    if value != value.strip() or not value.isprintable() or len(value) > MAX_CHARS:
        raise ValueError


def _name(value: str) -> None:
    _text(value)
    if not value:
        raise ValueError


def _symbol(value: str) -> None:
    _text(value)
    _match(instrument_keys.SYMBOL, value)


def _optional(reader: Callable[[str], object]) -> Callable[[str], object]:
    return lambda value: reader(value) if value else None


def _one_of(*allowed: str) -> Callable[[str], object]:
    return allowed.index


def windows(value: str) -> tuple[tuple[time, time], ...]:
    """Session windows from text such as ``09:15-10:00 11:30-12:30``; none from the empty text.

    :raises ValueError: if it has another form, a window does not end after it opens, or they are not in order
    """
    read: list[tuple[time, time]] = []
    for part in value.split():
        opens, closes = (_time(end) for end in part.split("-"))
        if closes <= opens or (read and opens < read[-1][1]):
            raise ValueError
        read.append((opens, closes))
    return tuple(read)


READERS: Mapping[str, Callable[[str], object]] = MappingProxyType(
    {
        "rate_pct": _rate,
        **dict.fromkeys(("pct", "value"), _percent),
        "margin_pct": _share,
        **dict.fromkeys(("flat", "amount", "min_rupees"), _rupees),
        **dict.fromkeys(("tick", "interval"), _positive),
        **dict.fromkeys(("lot_size", "quantity", "trigger_pct", "minutes"), _count),
        **dict.fromkeys(("segment", "exchange", "plan", "levy", "fee", "kind", "item", "phase"), _name),
        **dict.fromkeys(("regime", "reason", "tradingview"), _name),
        **dict.fromkeys(("underlying", "symbol", "root"), _symbol),
        **dict.fromkeys(("kite", "fyers", "yahoo"), _text),
        **dict.fromkeys(("opens", "closes", "from_time"), _time),
        **dict.fromkeys(("valid_from", "actual_date"), _day),
        **dict.fromkeys(("expiry_from", "expiry_to"), _optional(_day)),
        "source": _name,
        "up_to": _optional(_positive),
        "side": _one_of("BUY", "SELL"),
        "model": _one_of("flat", "percent", "lower_of"),
        "statutory": _one_of("yes", "no"),
        "rejects": _one_of("yes", "no"),
        "cycle": _one_of("weekly", "monthly"),
        "weekday": _one_of(*WEEKDAYS, NO_WEEKDAY),
        "kind_of_day": _one_of("full", "muhurat", "short"),
        "windows": windows,
        "halt": lambda value: None if value in {"none", "day"} else _count(value),
    }
)
