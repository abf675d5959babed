"""Which contract a leg takes, from what was known before the entry.

What does not belong here: reading chains and calendars, prices after the entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine.legs.rule import ExpiryChoice, LegRule
from engine.simulation.moments import IST_OFFSET, SECONDS_PER_DAY, SECONDS_PER_MINUTE
from engine.types import Bars

PAISE = 100.0


class Quote(NamedTuple):
    """A listed option of one expiry and right at a moment: strike and premium in paise; None is not known."""

    strike: int
    premium: float | None = None
    delta: float | None = None


class ListedExpiry(NamedTuple):
    """A day (days since 1970) on which options expire, and whether its contract is the monthly one."""

    day: int
    is_monthly: bool


def last_final(bars: Bars, *, minute: int, step: int) -> int | None:
    """The number of a day's last bar that has ended by a minute of it, None if none has; ``step``: seconds a bar."""
    ends = (bars.time + IST_OFFSET) % SECONDS_PER_DAY + step
    count = int(np.count_nonzero(ends <= minute * SECONDS_PER_MINUTE))
    return count - 1 if count else None


def expiry(choice: ExpiryChoice, *, listed: Sequence[ListedExpiry], on: int) -> int | None:
    """The day a leg's contract expires on, None if it is not listed.

    ``weekly`` is the nearest expiry of all, that of the day included: the weekly of a month's last week is the
    monthly contract.
    """
    wanted = sorted(each.day for each in listed if each.day >= on and (each.is_monthly or "weekly" in choice))
    place = 1 if choice.startswith("next") else 0
    return wanted[place] if place < len(wanted) else None


def strike(leg: LegRule, *, spot: float, quotes: Sequence[Quote]) -> Quote | None:
    """The option that a leg takes of those listed, None if there is none.

    ``spot`` (paise) and ``quotes`` are as of the last final bar before the entry. Of two as close, the lower strike
    is taken; of two strikes as near to the money, the higher.
    """
    listed = sorted(quotes, key=lambda quote: quote.strike)
    if leg.strike.by == "atm":
        return _from_the_money(listed, spot=spot, steps=int(leg.strike.value))
    if leg.strike.by == "premium":
        wanted = leg.strike.value * PAISE
        return _closest([(abs(each.premium - wanted), each) for each in listed if each.premium is not None])
    size = abs(leg.strike.value)
    return _closest([(abs(abs(each.delta) - size), each) for each in listed if each.delta is not None])


def _from_the_money(listed: Sequence[Quote], *, spot: float, steps: int) -> Quote | None:
    if not listed:
        return None
    nearest = min(range(len(listed)), key=lambda index: (abs(listed[index].strike - spot), -listed[index].strike))
    place = nearest + steps
    return listed[place] if 0 <= place < len(listed) else None


def _closest(measured: Sequence[tuple[float, Quote]]) -> Quote | None:
    if not measured:
        return None
    return min(measured, key=lambda pair: (pair[0], pair[1].strike))[1]
