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
from apps.market.selectors import CandleQuery, Candles, Instrument, MarketQuote
from apps.trading.constants import BAR

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
            is_open = each.identifier in trading
            quotes[each.identifier] = _of_bars(
                MarketQuote(each.identifier, 0, 0, 0, 0, None, 0, now, is_open=is_open, label=page.label),
                candles=page.candles,
                known=known,
            )
    return quotes


def _of_bars(quote: MarketQuote, *, candles: Candles, known: MarketQuote | None) -> MarketQuote:
    """The quote of a day from its bars; ``known`` is of the day before, or of the same day once that is over."""
    at = datetime.fromtimestamp(int(candles.time[-1]), tz=clock.IST) + BAR
    before = None
    if known is not None:
        before = known.price if clock.today(at=known.at) < clock.today(at=at) else known.previous_close
    return replace(
        quote,
        price=int(candles.close[-1]),
        open=int(candles.open[0]),
        high=int(candles.high.max()),
        low=int(candles.low.min()),
        previous_close=before,
        volume=int(candles.volume.sum()),
        at=at,
    )
