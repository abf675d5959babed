"""Last prices of many options at once. What does not belong here: stocks and sectors (quotes), what prices imply."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, timedelta

import marketdata
from apps.market.selectors import made, trading_hours, underlyings
from apps.market.selectors.quoted import MarketQuote
from apps.market.selectors.rules import contracts_end_by_rules
from apps.market.selectors.stored import Label
from apps.options import selectors as options_selectors
from apps.options.selectors import StoredDay
from marketdata import sessions
from marketdata.errors import InvalidDateRange
from marketdata.instrument_keys import Option
from marketdata.types import IntradayBars, OptionQuote

# A holiday or two and a weekend lie between two sessions, never so many days.
REACH = timedelta(days=14)


def quote_options(
    *, options: Sequence[Option], imported: Collection[str], made_of: Collection[str], now: datetime, made_at: datetime
) -> dict[Option, MarketQuote]:
    """The last price of each that has one.

    Of ``imported`` underlyings the close of the last imported day with a trade, in one query; of those in ``made_of``
    the provider's at ``made_at``, after their expiry the one they settled at.
    """
    stored = [each for each in options if each.underlying in imported]
    others = [each for each in options if each.underlying in made_of and each.underlying not in imported]
    live = [each for each in others if underlyings.is_made(each.expiry)]
    found = dict(_imported(stored, now=now)) if stored else {}
    try:
        last_session = sessions.last_session(made_at)
    except InvalidDateRange:
        return found
    for day in sorted({min(last_session, each.expiry) for each in live}):
        found |= dict(_made([each for each in live if min(last_session, each.expiry) == day], day=day, now=made_at))
    return found


def _made(options: Sequence[Option], *, day: date, now: datetime) -> Iterator[tuple[Option, MarketQuote]]:
    provider, label = marketdata.get_provider(), made.label()
    days = provider.sessions(max(day - REACH, sessions.FIRST_DAY), day)[-2:].tolist()
    bars = provider.option_intraday(options, days[0], days[-1], now=now)
    for option, quote in provider.option_quotes(options, now).items():
        yield option, _of_bars(option, bars=bars[option], quote=quote, label=label)


def _of_bars(option: Option, *, bars: IntradayBars, quote: OptionQuote, label: Label) -> MarketQuote:
    count = int(bars.counts[-1])
    return MarketQuote(
        instrument=str(option),
        price=quote.price,
        open=int(bars.open[-1, 0]),
        high=int(bars.high[-1, :count].max()),
        low=int(bars.low[-1, :count].min()),
        previous_close=int(bars.close[-2, int(bars.counts[-2]) - 1]) if len(bars) > 1 else None,
        volume=quote.volume,
        at=quote.at,
        is_open=quote.is_open,
        label=label,
    )


def _imported(options: Sequence[Option], *, now: datetime) -> Iterator[tuple[Option, MarketQuote]]:
    found = options_selectors.list_last_days(options=options, until=trading_hours.last_final_day(now))
    for option, (last, *before) in found.items():
        yield option, _of_day(last, before=before, at=contracts_end_by_rules(last.day))


def _of_day(last: StoredDay, *, before: Sequence[StoredDay], at: datetime) -> MarketQuote:
    return MarketQuote(
        instrument=str(last.option),
        price=last.close or 0,
        open=last.open or 0,
        high=last.high or 0,
        low=last.low or 0,
        previous_close=before[0].close if before else None,
        volume=last.volume,
        at=at,
        is_open=False,
        label=Label(source=last.source, version=last.version),
    )
