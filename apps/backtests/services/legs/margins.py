"""What the legs of a day need as margin together, by what was known at the entry.

What does not belong here: the method (market), who is refused for want of it (engine).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from apps.market.errors import NoBars
from marketdata.instrument_keys import Option
from marketdata.margin.terms import Kind
from marketdata.rulebook.errors import RuleNotFound

# More than sixty sessions.
BEFORE = timedelta(days=150)


@dataclass(frozen=True, slots=True)
class Closes:
    """The underlying's daily closes, with their day numbers."""

    days: NDArray[np.int64]
    closes: NDArray[np.int64]

    def deviation_before(self, day: int) -> float:
        """The deviation of daily returns as it was known in the morning of a day; 0 where there is none."""
        return market_selectors.deviation_of(self.closes[: np.searchsorted(self.days, day)])


def kind_of(underlying: market_selectors.Instrument) -> Kind:
    """Whose terms the options of an underlying have."""
    return "index" if underlying.type == InstrumentType.SECTOR else "stock"


def load_closes(underlying: market_selectors.Instrument, *, start: date, end: date) -> Closes:
    """The closes that the days of a range look back on."""
    try:
        bars = market_selectors.load_daily_bars(instrument=underlying, start=start - BEFORE, end=end).bars
    except NoBars:
        return Closes(np.zeros(0, np.int64), np.zeros(0, np.int64))
    return Closes(bars.session.astype(np.int64), bars.close.astype(np.int64))


def estimate(
    held: Iterable[market_selectors.Priced],
    *,
    underlying: market_selectors.Instrument,
    spot: float,
    daily: float,
    at: datetime,
) -> Decimal | None:
    """The margin of legs at a moment, in rupees; legs of one contract count as one. None before the first terms."""
    joined: dict[Option, market_selectors.Priced] = {}
    for each in held:
        before = joined.get(each.option, market_selectors.Priced(each.option, 0, math.nan))
        joined[each.option] = each._replace(quantity=before.quantity + each.quantity)
    try:
        found = market_selectors.margin_of(
            held=[each for each in joined.values() if each.quantity],
            kind=kind_of(underlying),
            spot=spot,
            daily=daily,
            now=at,
        )
    except RuleNotFound:
        return None
    return found.total
