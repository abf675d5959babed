"""A last price as the market shows it, whoever gives it. What does not belong here: where it comes from (quotes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from apps.market.selectors.stored import Label


@dataclass(frozen=True, slots=True)
class MarketQuote:
    """The last price of an instrument in paise, and the day it belongs to; ``volume`` is that day's so far.

    ``is_open`` tells whether the price still moves: that of real daily prices is a close.
    """

    instrument: str
    price: int
    open: int
    high: int
    low: int
    previous_close: int | None
    volume: int
    at: datetime
    is_open: bool
    label: Label


@dataclass(frozen=True, slots=True)
class Quotes:
    """Quotes in the order asked for, and the names that have no price at all."""

    quotes: list[MarketQuote]
    missing: list[str]
