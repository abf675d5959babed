"""What options are on: the stock or sector, whose prices it has, its spot. What does not belong here: the options."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db import connection

import marketdata
from apps.core import clock, errors
from apps.market.selectors import made, stored
from apps.market.selectors.instruments import Instrument, get_named_instrument
from apps.market.selectors.rules import rulebook_in_force
from apps.options import selectors as options_selectors
from apps.options.errors import NoDerivatives, NoOptionPrices
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import sessions
from marketdata.errors import InvalidDateRange
from marketdata.rulebook import Rulebook

PAISE = 100
LAST_CLOSE = """
    SELECT (close_price * 100)::bigint FROM {table} WHERE {owner} = %s AND date <= %s ORDER BY date DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Underlying:
    """A stock or a sector with options. ``is_imported``: its options, or its own prices, are real."""

    instrument: Instrument
    rules: Rulebook
    is_imported: bool

    @property
    def symbol(self) -> str:
        """The canonical key, which starts that of each of its options."""
        return self.instrument.identifier


def get_underlying(*, identifier: str) -> Underlying:
    """The underlying of a name: a canonical key, or what another platform calls it.

    :raises InstrumentNotFound: if there is none
    :raises NoDerivatives: if it has no options
    """
    instrument = get_named_instrument(identifier=identifier)
    if instrument.option is not None:
        raise NoDerivatives("There are no options on an option.", details={"underlying": identifier})
    return _of(instrument)


def underlying_of(instrument: Instrument) -> Underlying:
    """The underlying of an option."""
    if instrument.underlying is None:
        raise ValueError(f"{instrument.identifier} is no option")
    return _of(instrument.underlying)


def get_spot(*, underlying: Underlying, now: datetime) -> int:
    """The last price in paise of an underlying whose options the provider makes.

    :raises NoOptionPrices: if the provider makes none, or not yet at that moment
    """
    check_made(underlying=underlying, now=now)
    return marketdata.get_provider().quotes([underlying.symbol], now)[underlying.symbol].price


def check_made(*, underlying: Underlying, now: datetime) -> None:
    """Accept an underlying whose options the provider makes.

    :raises NoOptionPrices: if it does not, or not yet at that moment
    """
    has_options = "options" in marketdata.get_provider().capabilities
    if underlying.is_imported or not has_options or not made.knows(underlying.instrument):
        raise no_prices(underlying)
    try:
        sessions.last_session(now)
    except InvalidDateRange as e:
        raise no_prices(underlying) from e


def is_made(expiry: date) -> bool:
    """Whether the synthetic market has options of an expiry: not of one that a rule moved to a day it is closed on."""
    return sessions.FIRST_DAY <= expiry <= sessions.LAST_DAY and sessions.is_session(expiry)


def previous_close(*, underlying: Underlying, on: date) -> Decimal:
    """The last close before a day: what the options listed on that day are chosen by, for its own is not known yet.

    :raises NoOptionPrices: if there is none
    """
    if not underlying.is_imported:
        morning = datetime.combine(on, time(), tzinfo=clock.IST)
        return Decimal(get_spot(underlying=underlying, now=morning)) / PAISE
    until = on - timedelta(days=1)
    paise = find_close(underlying=underlying, until=until)
    if paise is None:
        paise = options_selectors.find_underlying_price(underlying=underlying.symbol, until=until)
    if paise is None:
        raise no_prices(underlying)
    return Decimal(paise) / PAISE


def find_close(*, underlying: Underlying, until: date) -> int | None:
    """The last close in paise up to a day that the tables hold, or None."""
    table, owner_id = stored.daily_table(underlying.instrument)
    with connection.cursor() as cursor:
        cursor.execute(table.compose(LAST_CLOSE), [owner_id, until])
        found = cursor.fetchone()
    return found[0] if found else None


def day_asked_for(*, day: date | None, now: datetime) -> date:
    """The day that a question is about: today unless it says otherwise.

    :raises ValidationFailed: if it is in the future, or before the first day of the calendar
    """
    today = clock.today(at=now)
    if day is not None and day > today:
        raise errors.ValidationFailed.field("date", "This day is in the future.")
    if day is not None and day < sessions.FIRST_DAY:
        raise errors.ValidationFailed.field("date", f"There is no market before {sessions.FIRST_DAY}.")
    return day or today


def no_prices(underlying: Underlying, *, last_date: date | None = None) -> NoOptionPrices:
    """The refusal that names the underlying, and the last day there are prices of where there is one."""
    last = {} if last_date is None else {"last_date": last_date.isoformat()}
    return NoOptionPrices(details={"underlying": underlying.symbol, **last})


def _of(instrument: Instrument) -> Underlying:
    rules = rulebook_in_force()
    is_imported = options_selectors.has_days(underlying=instrument.identifier)
    if not is_imported:
        options_selectors.check_underlying(rules=rules, underlying=instrument.identifier)
        label = stored.find_label(instrument=instrument)
        is_imported = label is not None and label.source != SYNTHETIC_SOURCE
    return Underlying(instrument=instrument, rules=rules, is_imported=is_imported)
