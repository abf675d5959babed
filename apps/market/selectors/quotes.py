"""Last prices of many instruments at once. What does not belong here: candles, and how the answer is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import itemgetter

from django.db import connection

import marketdata
from apps.market.selectors import made, option_quotes
from apps.market.selectors.instruments import Instrument, list_named_instruments
from apps.market.selectors.quoted import MarketQuote, Quotes
from apps.market.selectors.stored import Label
from apps.options import selectors as options_selectors
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import sessions

# The last two days of each owner that are over, newest first.
LAST_DAYS = """
    SELECT wanted.id, bar.date, (bar.open_price * 100)::bigint, (bar.high_price * 100)::bigint,
           (bar.low_price * 100)::bigint, (bar.close_price * 100)::bigint, bar.volume,
           coalesce(bar.extra ->> 'source', 'unknown'), bar.extra ->> 'version'
    FROM unnest(%s::bigint[]) AS wanted (id)
    CROSS JOIN LATERAL (
        SELECT * FROM {table} WHERE {owner} = wanted.id AND date <= %s ORDER BY date DESC LIMIT 2
    ) AS bar
    ORDER BY wanted.id, bar.date DESC
"""


def get_quotes(*, instruments: Sequence[str], now: datetime) -> Quotes:
    """The last price of each: of the provider at ``now`` for those it makes, else the last daily close in the tables.

    The names may be canonical keys or those of other platforms; the quotes bear the canonical ones. However many
    options are among them, they cost two queries.

    :raises InstrumentNotFound: if one of them does not exist
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: if one names an option that cannot be
    """
    named = list_named_instruments(identifiers=instruments)
    quotes = find_quotes(named=named, now=now)
    keys = list(dict.fromkeys(each.identifier for each in named))
    return Quotes(
        quotes=[quotes[key] for key in keys if key in quotes],
        missing=[name for name, each in zip(instruments, named, strict=True) if each.identifier not in quotes],
    )


def find_quotes(*, named: Sequence[Instrument], now: datetime) -> dict[str, MarketQuote]:
    """The last prices of instruments by their keys, those that have one; see :func:`get_quotes`."""
    spots = {each.identifier: each for each in (each.underlying or each for each in named)}
    real = _real_closes(list(spots.values()), now=now)
    live = [name for name, each in spots.items() if name not in real and made.knows(each)]
    wanted = {each.identifier for each in named if each.option is None}
    quotes = {name: quote for name, quote in real.items() if name in wanted}
    made_at = made.moment_of_prices(now) if live else now
    quotes |= _live([name for name in live if name in wanted], moment=made_at)
    options = [each.option for each in named if each.option is not None]
    if options:
        imported = {*real, *options_selectors.find_imported(underlyings=list(spots))}
        found = option_quotes.quote_options(options=options, imported=imported, made_of=live, now=now, made_at=made_at)
        quotes |= {str(option): quote for option, quote in found.items()}
    return quotes


def _live(names: Sequence[str], *, moment: datetime) -> dict[str, MarketQuote]:
    label = made.label()
    return {
        name: MarketQuote(
            instrument=name,
            price=quote.price,
            open=quote.open,
            high=quote.high,
            low=quote.low,
            previous_close=quote.previous_close,
            volume=quote.volume,
            at=quote.at,
            is_open=quote.is_open,
            label=label,
        )
        for name, quote in marketdata.get_provider().quotes(names, moment).items()
    }


def _real_closes(named: Sequence[Instrument], *, now: datetime) -> dict[str, MarketQuote]:
    """The last daily closes of the instruments that have real prices in the tables."""
    stocks = {each.stock_id: each.identifier for each in named if each.stock_id is not None}
    sectors = {each.sector_id: each.identifier for each in named if each.sector_id is not None}
    return {
        **_closes(stocks_selectors.STOCK_PRICES, names=stocks, now=now),
        **_closes(sectors_selectors.SECTOR_PRICES, names=sectors, now=now),
    }


def _closes(table: stocks_selectors.PriceTable, *, names: Mapping[int, str], now: datetime) -> dict[str, MarketQuote]:
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LAST_DAYS), [list(names), sessions.last_final_day(now)])
        rows = cursor.fetchall()
    quotes = {}
    for owner_id, days in groupby(rows, key=itemgetter(0)):
        (_, day, open_, high, low, close, volume, source, version), *before = days
        if source != SYNTHETIC_SOURCE:
            quotes[names[owner_id]] = MarketQuote(
                instrument=names[owner_id],
                price=close,
                open=open_,
                high=high,
                low=low,
                previous_close=before[0][5] if before else None,
                volume=volume,
                at=sessions.at_close(day),
                is_open=False,
                label=Label(source=source, version=version),
            )
    return quotes
