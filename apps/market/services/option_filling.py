"""Filling the table of option candles from the provider: of each day the contracts that were listed on it.

Listed are those of the nearest expiry around the close before, by the configuration. What does not belong here: how
candles are stored (options), which underlyings are filled, and when (sync).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

import marketdata
from apps.core import configuration
from apps.market import selectors
from apps.market.services import filling
from apps.market.services.filling import Filled
from apps.options import selectors as options_selectors
from apps.options import services as options_services
from apps.options.errors import NoDerivatives, StrikeOffGrid
from apps.stocks import services as stocks_services
from marketdata import sessions
from marketdata.instrument_keys import Option
from marketdata.rulebook import Rulebook

PAISE = 100
# The close before a day is at most so far back.
REACH = timedelta(days=14)


def fill_newest_options(*, underlying: selectors.Instrument, since: date | None, now: datetime) -> Filled:
    """Store the candles of the last ``sync.option_days`` sessions, those from the last one up to ``since`` on.

    That one is stored again, for it may have been partial.

    :raises SymbolNotFound: if the provider does not know the underlying
    """
    until = sessions.last_final_day(now)
    kept = filling.first_of_last(configuration.get_int("sync.option_days"), until=until)
    again = sessions.FIRST_DAY if since is None else filling.first_of_last(1, until=since)
    start = max(kept, configuration.get_date("history.start_date"), again)
    return fill_options_span(underlying=underlying, start=start, end=until, now=now)


def fill_options_span(*, underlying: selectors.Instrument, start: date, end: date, now: datetime) -> Filled:
    """Store the candles of the days from ``start`` to ``end``, both included, that are over, each in a transaction.

    An underlying with real prices, or real days of options, is left alone.

    :raises SymbolNotFound: if the provider does not know the underlying
    """
    has_real = selectors.get_holdings(instrument=underlying).has_real
    if has_real or options_selectors.has_days(underlying=underlying.identifier):
        return Filled(has_real=True)
    first, last = max(start, sessions.FIRST_DAY), min(end, sessions.last_final_day(now))
    closed = selectors.closed_days(start=first, end=last)
    total, is_empty = stocks_services.StoredBars(), True
    for day, close in _closes_before(underlying.identifier, start=first, end=last):
        stored = None if day in closed else _fill_day(underlying, day=day, spot=close)
        if stored is not None:
            is_empty = False
            total = stocks_services.StoredBars(
                inserted=total.inserted + stored.inserted,
                updated=total.updated + stored.updated,
                unchanged=total.unchanged + stored.unchanged,
            )
    return Filled(intraday=total, closed_days=len(closed), is_empty=is_empty)


def _closes_before(symbol: str, *, start: date, end: date) -> Iterator[tuple[date, Decimal]]:
    """The sessions from ``start`` to ``end``, each with the close before it in rupees; the first of all has none."""
    if start > end:
        return
    bars = marketdata.get_provider().daily(symbol, max(sessions.FIRST_DAY, start - REACH), end)
    days = bars.date.tolist()
    for before, day in zip(range(len(days)), days[1:], strict=False):
        if day >= start:
            yield day, Decimal(int(bars.close[before])) / PAISE


def _fill_day(underlying: selectors.Instrument, *, day: date, spot: Decimal) -> options_services.StoredCandles | None:
    """What storing the contracts of a day did; None where there were none yet."""
    provider = marketdata.get_provider()
    options = _listed(selectors.rulebook_in_force(), underlying=underlying.identifier, day=day, spot=spot)
    if not options:
        return None
    return options_services.store_candles(
        underlying_type=underlying.type,
        bars=provider.option_intraday(options, day, day),
        extra={"source": provider.name, "version": provider.version},
    )


def _listed(rules: Rulebook, *, underlying: str, day: date, spot: Decimal) -> list[Option]:
    try:
        expiry = options_selectors.list_expiries(rules=rules, underlying=underlying, on=day, count=1)[0].day
        rungs = options_selectors.list_rungs(
            rules=rules,
            underlying=underlying,
            spot=spot,
            on=day,
            strikes_wanted=options_selectors.StrikesWanted(),
        )
    except (NoDerivatives, StrikeOffGrid):
        return []
    return [Option(underlying, expiry, rung.strike, rung.right) for rung in rungs]
