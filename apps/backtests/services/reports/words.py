"""Numbers and dates as a reader in India expects them. What does not belong here: HTML."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

GROUP, LAST_GROUP = 2, 3
NOTHING = "–"
LARGE = 1e9
UNITS = {"percent": " %", "days": " days", "bars": " bars"}


def rupees(amount: float, *, decimals: int = 2) -> str:
    """An amount with its sign before the rupee's, in lakh and crore: -₹1,25,000.00."""
    # As the API rounds: a half, as it is written, goes away from zero.
    text = str(Decimal(repr(abs(float(amount)))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))
    whole, _, rest = text.partition(".")
    sign = "-" if amount < 0 and any(digit in "123456789" for digit in text) else ""
    return f"{sign}₹{_grouped(whole)}{'.' if rest else ''}{rest}"


def statistic(value: float | None, *, unit: str) -> str:
    """A statistic with its unit; what is undefined is a dash."""
    if value is None:
        return NOTHING
    if unit == "paise":
        return rupees(value)
    if unit in ("count", "days", "bars") and float(value).is_integer():
        return f"{value:,.0f}{UNITS.get(unit, '')}"
    # The annual growth of a few good days has two dozen digits.
    text = f"{value:,.2f}" if abs(value) < LARGE else f"{value:.2e}"
    return f"{text}{UNITS.get(unit, '')}"


def percent(value: float | None) -> str:
    """A change in percent with its sign."""
    return NOTHING if value is None else f"{value:+.2f} %"


def day(value: date | None) -> str:
    """A day, like 02 Jan 2024."""
    return NOTHING if value is None else f"{value:%d %b %Y}"


def _grouped(whole: str) -> str:
    """Digits in lakh and crore: three at the end, then pairs."""
    head, tail = whole[:-LAST_GROUP], whole[-LAST_GROUP:]
    pairs: list[str] = []
    while head:
        pairs.insert(0, head[-GROUP:])
        head = head[:-GROUP]
    return ",".join([*pairs, tail])
