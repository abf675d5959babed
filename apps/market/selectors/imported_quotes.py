"""Last prices of imported instruments: the last final 5-minute bar, or the close of a day that no bar is later than.

What does not belong here: prices that are made (quotes), options (option_quotes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter

import orjson
from django.db import connection

from apps.core import clock
from apps.market.selectors import trading_hours
from apps.market.selectors.instruments import Instrument
from apps.market.selectors.quoted import BAR, MarketQuote, quote_of_bars
from apps.market.selectors.stored import Label
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE
from apps.stocks.selectors import CandleTable, IntradayColumns, PriceTable
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
# The last two days of candles of each owner that are later than its own day; the last may have no final bar yet.
LATER_DAYS = """
    SELECT wanted.id, day.date, day.source, day.version, day.candles
    FROM unnest(%s::bigint[], %s::date[]) AS wanted (id, since)
    CROSS JOIN LATERAL (
        SELECT date, {source} AS source, {version} AS version, {candles}::text AS candles FROM {table}
        WHERE {owner} = wanted.id AND date > wanted.since AND date <= %s AND {candles} <> '{{}}'
        ORDER BY date DESC LIMIT 2
    ) AS day
    ORDER BY wanted.id, day.date
"""


def find_imported(named: Sequence[Instrument], *, now: datetime) -> dict[str, MarketQuote]:
    """The last prices of the instruments that have real ones in the tables: four queries at most, however many."""
    stocks = {each.stock_id: each.identifier for each in named if each.stock_id is not None}
    sectors = {each.sector_id: each.identifier for each in named if each.sector_id is not None}
    found = {
        **_quotes(stocks_selectors.STOCK_PRICES, candles=stocks_selectors.STOCK_CANDLES, names=stocks, now=now),
        **_quotes(sectors_selectors.SECTOR_PRICES, candles=sectors_selectors.SECTOR_CANDLES, names=sectors, now=now),
    }
    today = clock.today(at=now)
    moving = [name for name, quote in found.items() if clock.today(at=quote.at) == today]
    if moving:
        trading = trading_hours.open_among(moving, now=now)
        found |= {name: replace(found[name], is_open=True) for name in trading}
    return found


def _quotes(
    prices: PriceTable, *, candles: CandleTable, names: Mapping[int, str], now: datetime
) -> dict[str, MarketQuote]:
    closes = dict(_closes(prices, names=names, now=now))
    found = {name: quote for name, quote in closes.items() if quote.label.source != SYNTHETIC_SOURCE}
    wanted = {
        owner_id: clock.today(at=found[name].at) if name in found else date.min
        for owner_id, name in names.items()
        if name in found or name not in closes
    }
    if wanted:
        for owner_id, quote in _of_bars(candles, since=wanted, names=names, now=now):
            # Each day's quote replaces the one before, whose price is its previous close.
            before = found.get(names[owner_id])
            found[names[owner_id]] = replace(quote, previous_close=before.price if before else None)
    return found


def _closes(table: PriceTable, *, names: Mapping[int, str], now: datetime) -> Iterator[tuple[str, MarketQuote]]:
    """The last close of each that has one, made ones too."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LAST_DAYS), [list(names), trading_hours.last_final_day(now)])
        rows = cursor.fetchall()
    for owner_id, days in groupby(rows, key=itemgetter(0)):
        (_, day, open_, high, low, close, volume, source, version), *before = days
        yield (
            names[owner_id],
            MarketQuote(
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
            ),
        )


def _of_bars(
    table: CandleTable, *, since: Mapping[int, date], names: Mapping[int, str], now: datetime
) -> Iterator[tuple[int, MarketQuote]]:
    """A quote of each day with real bars that are final, after the day of each owner, oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LATER_DAYS), [list(since), list(since.values()), clock.today(at=now)])
        rows = cursor.fetchall()
    for owner_id, day, source, version, text in rows:
        candles = IntradayColumns.of_json(orjson.loads(text), day=day)
        final = candles.where(candles.time + BAR.seconds <= now.timestamp())
        if len(final) and source != SYNTHETIC_SOURCE:
            label = Label(source=source, version=version)
            yield owner_id, quote_of_bars(final, instrument=names[owner_id], label=label)
