"""Which expiries an underlying has, and which of its options are listed on a day.

By the rulebook and the configuration; the contracts of imported files win over both. What does not belong here: prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from apps.core import clock
from apps.market.selectors import trading_hours, underlyings
from apps.market.selectors.underlyings import Underlying
from apps.options import selectors as options_selectors
from apps.options.enums import ExpiryCycle
from apps.options.errors import NotAnExpiry
from apps.options.selectors import StrikesWanted
from marketdata.instrument_keys import Option
from marketdata.rulebook.strikes import Rung


@dataclass(frozen=True, slots=True)
class ListedContract:
    """An option as listed on a day. ``label``: ATM, or ITMk or OTMk for k strikes into or out of the money."""

    option: Option
    label: str
    lot_size: int


@dataclass(frozen=True, slots=True)
class ListedExpiry:
    """A day on which options expire, and how many calendar days there are until then."""

    date: date
    cycle: ExpiryCycle
    days_left: int


def list_expiries(
    *, underlying: str, on: date | None = None, calendar: str = "", count: int, now: datetime
) -> list[ListedExpiry]:
    """The next expiries from a day, that day included (default: those that have not expired by now).

    :raises InstrumentNotFound: if there is no such underlying
    :raises NoDerivatives: if it has no options
    """
    day = on or clock.today(at=now)
    known = underlyings.get_underlying(identifier=underlying)
    found = _expiries(known, on=on or first_alive(now), calendar=calendar, count=count)
    return [ListedExpiry(date=each, cycle=cycle, days_left=(each - day).days) for each, cycle in found]


def list_contracts(
    *,
    underlying: str,
    on: date | None = None,
    expiry_date: date | None = None,
    strikes_wanted: StrikesWanted,
    now: datetime,
) -> list[ListedContract]:
    """The options of an expiry (default: the next) as listed on a day (default: today, or the expiry once it is over).

    They stand around the close before that day: its own is not known when they are listed.

    :raises InstrumentNotFound: if there is no such underlying
    :raises NoDerivatives: if it has no options
    :raises ValidationFailed: if the day is in the future
    :raises NotAnExpiry: if no option expires on that day, or none any more
    :raises StrikeOffGrid: if the interval or the strike asked for leads off the grid
    :raises NoOptionPrices: if there is no close to choose strikes by
    """
    known = underlyings.get_underlying(identifier=underlying)
    day = underlyings.day_asked_for(day=on, now=now)
    if on is None and expiry_date is not None:
        day = min(day, expiry_date)
    first = first_alive(now) if on is None and expiry_date is None else day
    expiry = find_expiry(underlying=known, expiry=expiry_date, on=first)
    spot = underlyings.previous_close(underlying=known, on=day)
    rungs = list_rungs(underlying=known, expiry=expiry, spot=spot, on=day, strikes_wanted=strikes_wanted)
    lot = lot_size(underlying=known, on=day, expiry=expiry)
    return [
        ListedContract(option=Option(known.symbol, expiry, rung.strike, rung.right), label=rung.label, lot_size=lot)
        for rung in rungs
    ]


def find_expiry(*, underlying: Underlying, expiry: date | None, on: date) -> date:
    """The expiry asked for, or the next from a day.

    :raises NotAnExpiry: if no option expires on that day, or they have expired before
    """
    if expiry is None:
        return _expiries(underlying, on=on, calendar="", count=1)[0][0]
    is_stored = underlying.is_imported and options_selectors.is_stored_expiry(
        underlying=underlying.symbol, expiry=expiry
    )
    if not is_stored:
        options_selectors.check_expiry(rules=underlying.rules, underlying=underlying.symbol, expiry=expiry)
    if expiry < on:
        details = {"underlying": underlying.symbol, "expiry_date": expiry.isoformat()}
        raise NotAnExpiry(f"These options expired before {on}.", details=details)
    return expiry


def list_rungs(
    *, underlying: Underlying, expiry: date, spot: Decimal, on: date, strikes_wanted: StrikesWanted
) -> tuple[Rung, ...]:
    """The calls and puts that stand around a spot: of the imported strikes where there are any, else by the rulebook.

    :raises StrikeOffGrid: if the interval or the strike asked for leads off the grid
    """
    listed = (
        options_selectors.list_strikes(underlying=underlying.symbol, expiry=expiry, until=on)
        if underlying.is_imported
        else []
    )
    if listed:
        return options_selectors.list_imported_rungs(listed=listed, spot=spot, strikes_wanted=strikes_wanted)
    return options_selectors.list_rungs(
        rules=underlying.rules, underlying=underlying.symbol, spot=spot, on=on, strikes_wanted=strikes_wanted
    )


def lot_size(*, underlying: Underlying, on: date, expiry: date) -> int:
    """Units in a lot: as the imported files say until the rulebook's next change after them, else by the rulebook."""
    if underlying.is_imported:
        found = options_selectors.find_lot_size(underlying=underlying.symbol, expiry=expiry, until=on)
        if found is not None and not options_selectors.is_changed_lot(
            rules=underlying.rules, underlying=underlying.symbol, since=found[0], on=on, expiry=expiry
        ):
            return found[1]
    return options_selectors.lot_size(rules=underlying.rules, underlying=underlying.symbol, on=on, expiry=expiry)


def first_alive(moment: datetime) -> date:
    """The first day whose expiry is not over at a moment: today, or from the close of a session on the next day."""
    return max(clock.today(at=moment), trading_hours.last_final_day(moment) + timedelta(days=1))


def find_stored_expiry(*, underlying: Underlying, moment: datetime) -> date | None:
    """The next expiry at a moment of the contracts that files of days before it have; None without one."""
    found = options_selectors.list_imported_expiries(
        rules=underlying.rules,
        underlying=underlying.symbol,
        on=first_alive(moment),
        until=trading_hours.last_final_day(moment),
    )
    return found[0][0] if found else None


def _expiries(underlying: Underlying, *, on: date, calendar: str, count: int) -> list[tuple[date, ExpiryCycle]]:
    if underlying.is_imported:
        stored = options_selectors.list_imported_expiries(
            rules=underlying.rules, underlying=underlying.symbol, on=on, calendar=calendar
        )
        if stored:
            return stored[:count]
    listed = options_selectors.list_expiries(
        rules=underlying.rules, underlying=underlying.symbol, on=on, calendar=calendar, count=count
    )
    return [(each.day, ExpiryCycle(each.cycle)) for each in listed]
