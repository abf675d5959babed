"""A last price as the market shows it, whoever gives it. What does not belong here: where it comes from (quotes)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.core import clock
from apps.market.selectors.stored import Label
from apps.market.selectors.timeframes import Candles

BAR = timedelta(minutes=5)


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


def quote_of_bars(bars: Candles, *, instrument: str, label: Label) -> MarketQuote:
    """The last price by a day's final 5-minute bars, one at least; without the close before and whether it moves."""
    return MarketQuote(
        instrument=instrument,
        price=int(bars.close[-1]),
        open=int(bars.open[0]),
        high=int(bars.high.max()),
        low=int(bars.low.min()),
        previous_close=None,
        volume=int(bars.volume.sum()),
        at=datetime.fromtimestamp(int(bars.time[-1]), tz=clock.IST) + BAR,
        is_open=False,
        label=label,
    )
