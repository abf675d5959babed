"""Options of one underlying and expiry at a moment: of the provider, or as the last imported day closed.

What does not belong here: what the prices imply (chain), which contracts are listed (option_contracts).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import marketdata
from apps.core import clock, errors
from apps.market.selectors import calendar, made, option_contracts, trading_hours, underlyings
from apps.market.selectors.rules import contracts_end_by_rules
from apps.market.selectors.stored import Label
from apps.market.selectors.underlyings import Underlying
from apps.options import selectors as options_selectors
from apps.options.selectors import StrikesWanted
from marketdata import sessions
from marketdata.instrument_keys import Option
from marketdata.rulebook.strikes import Rung

PAISE = 100


@dataclass(frozen=True, slots=True)
class Traded:
    """An option at a moment: its last price in paise, None where it has not traded; counts in units."""

    price: int | None
    volume: int
    open_interest: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Options around the money. ``spot`` in paise is the underlying's price ``at`` the moment of the prices.

    ``is_stale``: a session has ended since their day.
    """

    underlying: Underlying
    expiry: date
    expires_at: datetime
    at: datetime
    is_open: bool
    is_stale: bool
    spot: int
    lot_size: int
    rungs: tuple[Rung, ...]
    traded: Mapping[Option, Traded]
    label: Label


@dataclass(frozen=True, slots=True)
class Priced:
    """Last prices in paise of some options and of their underlying, of one moment; None for an option without one."""

    spot: int
    at: datetime
    prices: Mapping[Option, int | None]
    label: Label


def moment_of(*, at: datetime | None, on: date | None, now: datetime) -> datetime:
    """The moment asked for: ``at``, or the close of a day, or now.

    :raises ValidationFailed: if it is in the future, or before the first day of the calendar
    """
    if at is not None:
        if at > now:
            raise errors.ValidationFailed.field("at", "This moment is in the future.")
        if clock.today(at=at) < sessions.FIRST_DAY:
            raise errors.ValidationFailed.field("at", f"There is no market before {sessions.FIRST_DAY}.")
        return at
    return min(now, trading_hours.day_end(underlyings.day_asked_for(day=on, now=now))) if on else now


def take(*, underlying: Underlying, expiry: date | None, moment: datetime, strikes_wanted: StrikesWanted) -> Snapshot:
    """The options around the money at a moment; after their expiry as they settled.

    :raises NotAnExpiry: if no option expires on that day
    :raises StrikeOffGrid: if the interval asked for leads off the grid
    :raises NoOptionPrices: if nobody has prices
    """
    if underlying.is_imported:
        return _imported(underlying, expiry=expiry, moment=moment, strikes_wanted=strikes_wanted)
    return _made(underlying, expiry=expiry, moment=moment, strikes_wanted=strikes_wanted)


def _made(underlying: Underlying, *, expiry: date | None, moment: datetime, strikes_wanted: StrikesWanted) -> Snapshot:
    """By the provider. The money is where the last trade is: it has happened."""
    underlyings.check_made(underlying=underlying, now=moment)
    # The next expiry is the first that is not over, also on the evening of one.
    following = option_contracts.first_alive(moment)
    day = option_contracts.find_expiry(
        underlying=underlying, expiry=expiry, on=following if expiry is None else min(following, expiry)
    )
    if not underlyings.is_made(day):
        raise underlyings.no_prices(underlying)
    expires_at = closes_at(underlying=underlying, day=day)
    seen = min(moment, expires_at)
    spot = marketdata.get_provider().quotes([underlying.symbol], seen)[underlying.symbol]
    on = clock.today(at=seen)
    price = Decimal(spot.price) / PAISE
    rungs = option_contracts.list_rungs(
        underlying=underlying, expiry=day, spot=price, on=on, strikes_wanted=strikes_wanted
    )
    options = [Option(underlying.symbol, day, rung.strike, rung.right) for rung in rungs]
    quotes = marketdata.get_provider().option_quotes(options, seen)
    return Snapshot(
        underlying=underlying,
        expiry=day,
        expires_at=expires_at,
        at=spot.at,
        is_open=spot.is_open,
        is_stale=False,
        spot=spot.price,
        lot_size=option_contracts.lot_size(underlying=underlying, on=on, expiry=day),
        rungs=rungs,
        traded={
            option: Traded(price=quote.price, volume=quote.volume, open_interest=quote.open_interest)
            for option, quote in quotes.items()
        },
        label=made.label(),
    )


def _imported(
    underlying: Underlying, *, expiry: date | None, moment: datetime, strikes_wanted: StrikesWanted
) -> Snapshot:
    """As the last imported day up to the moment closed; a day counts from its close on.

    Options that have expired are shown as they settled, or not at all.
    """
    until = trading_hours.last_final_day(moment)
    expires = expiry or option_contracts.find_stored_expiry(underlying=underlying, moment=moment)
    if expires is None:
        raise underlyings.no_prices(underlying, last_date=_last_day(underlying, until=until))
    day, spot = _imported_day(underlying, expiry=expires, until=until)
    expires_at = closes_at(underlying=underlying, day=expires)
    if day < expires and expires_at <= moment:
        raise underlyings.no_prices(underlying, last_date=day)
    rows = options_selectors.list_chain_days(underlying=underlying.symbol, expiry=expires, day=day)
    listed = sorted({row.option.strike for row in rows})
    rungs = options_selectors.list_imported_rungs(
        listed=listed, spot=Decimal(spot) / PAISE, strikes_wanted=strikes_wanted
    )
    return Snapshot(
        underlying=underlying,
        expiry=expires,
        expires_at=expires_at,
        at=closes_at(underlying=underlying, day=day),
        is_open=False,
        is_stale=calendar.has_session(start=day + timedelta(days=1), end=min(until, expires)),
        spot=spot,
        lot_size=option_contracts.lot_size(
            underlying=underlying, on=min(clock.today(at=moment), expires), expiry=expires
        ),
        rungs=rungs,
        traded={row.option: Traded(row.close, row.volume, row.open_interest) for row in rows},
        label=Label(source=rows[0].source, version=rows[0].version),
    )


def price_of(*, underlying: Underlying, options: Sequence[Option], moment: datetime) -> Priced:
    """The last prices of options of an underlying at a moment.

    :raises NoOptionPrices: if nobody has prices
    """
    if not underlying.is_imported:
        underlyings.check_made(underlying=underlying, now=moment)
        provider = marketdata.get_provider()
        spot = provider.quotes([underlying.symbol], moment)[underlying.symbol]
        quotes = provider.option_quotes([each for each in options if underlyings.is_made(each.expiry)], moment)
        prices = {option: quote.price for option, quote in quotes.items()}
        return Priced(spot=spot.price, at=spot.at, prices=prices, label=made.label())
    day, spot_paise = _imported_day(underlying, expiry=None, until=trading_hours.last_final_day(moment))
    found = options_selectors.list_last_days(options=options, until=day)
    last = {option: rows[0] for option, rows in found.items() if rows[0].day == day}
    return Priced(
        spot=spot_paise,
        at=closes_at(underlying=underlying, day=day),
        prices={option: row.close for option, row in last.items()},
        label=Label(source="import", version=None),
    )


def closes_at(*, underlying: Underlying, day: date) -> datetime:
    """When options that expire on a day cease: by the real market's hours, or by those of the synthetic one."""
    if not underlying.is_imported:
        return sessions.at_close(day)
    return contracts_end_by_rules(day)


def _last_day(underlying: Underlying, *, until: date) -> date | None:
    return options_selectors.find_chain_day(underlying=underlying.symbol, expiry=None, until=until)


def _imported_day(underlying: Underlying, *, expiry: date | None, until: date) -> tuple[date, int]:
    """The newest imported day, of any expiry unless one is named, and the underlying's price in paise on it.

    :raises NotAnExpiry: if no option expires on the day asked for
    :raises NoOptionPrices: if there is no such day, or no price of the underlying on it
    """
    day = options_selectors.find_chain_day(underlying=underlying.symbol, expiry=expiry, until=until)
    if day is None:
        if expiry is not None:
            options_selectors.check_expiry(rules=underlying.rules, underlying=underlying.symbol, expiry=expiry)
            raise underlyings.no_prices(underlying, last_date=_last_day(underlying, until=until))
        raise underlyings.no_prices(underlying)
    spot = options_selectors.find_underlying_price(underlying=underlying.symbol, until=day)
    if spot is None:
        spot = underlyings.find_close(underlying=underlying, until=day)
    if spot is None:
        raise underlyings.no_prices(underlying)
    return day, spot
