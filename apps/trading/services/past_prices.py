"""Last prices at a moment of the past, from the bars that were final then. What does not belong here: the clock itself.

Here the 5-minute bars of a day stand before its close also once that is known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery, Instrument, MarketQuote

# More bars than a day has.
WHOLE_DAY = 500


def quotes_at(*, named: Sequence[Instrument], now: datetime) -> dict[str, MarketQuote]:
    """The last prices by key, those that were known at ``now``.

    An instrument whose price of the day moves comes with it; any other with its last final 5-minute bar of the day of
    ``now``, and without one with the close of the day before.
    """
    quotes = market_selectors.find_quotes(named=named, now=now)
    trading = market_selectors.open_among([each.identifier for each in named], now=now)
    for each in named:
        known = quotes.get(each.identifier)
        if known is not None and known.is_open:
            continue
        query = CandleQuery(
            instrument=each.identifier, interval=Interval.FIVE_MINUTES, start=clock.today(at=now), limit=WHOLE_DAY
        )
        page = market_selectors.get_candles(query=query, now=now)
        if page.label is not None and len(page.candles):
            quote = market_selectors.quote_of_bars(page.candles, instrument=each.identifier, label=page.label)
            quotes[each.identifier] = replace(
                quote, previous_close=_close_before(quote, known=known), is_open=each.identifier in trading
            )
    return quotes


def _close_before(quote: MarketQuote, *, known: MarketQuote | None) -> int | None:
    """``known`` is of the day before, or of the same day once that is over."""
    if known is None:
        return None
    return known.price if clock.today(at=known.at) < clock.today(at=quote.at) else known.previous_close
