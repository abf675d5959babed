"""Which options are listed by the rulebook and the configuration: underlyings, expiries, strikes, lots.

The spot comes from the caller, for it is a stock's or a sector's. What does not belong here: prices, the tables.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from apps.core import configuration
from apps.options.constants import DEFAULT_EXPIRIES, MAX_STRIKE_RATIO
from apps.options.enums import ExpiryCycle, StrikeMode
from apps.options.errors import NoDerivatives, NotAnExpiry, StrikeOffGrid
from marketdata import sessions
from marketdata.instrument_keys import Option
from marketdata.rulebook import Rulebook, errors, expiries, lots, strikes
from marketdata.rulebook.expiries import Calendar, Expiry
from marketdata.rulebook.strikes import Rung

BY_RULEBOOK = 0
INTERVALS = "strike_intervals"


@dataclass(frozen=True, slots=True)
class StrikesWanted:
    """Which strikes of an expiry a request wants; None is the configuration's word.

    ``strike`` is the one of the mode single, else the one at the money.
    """

    strike_mode: str = StrikeMode.RANGE
    atm_levels: int | None = None
    strike_interval: Decimal | None = None
    strike: Decimal | None = None


def check_underlying(*, rules: Rulebook, underlying: str) -> None:
    """Accept an underlying that has options.

    :raises NoDerivatives: if it has none
    """
    if not expiries.is_known(rules, underlying):
        raise _none(underlying)


def list_expiries(
    *, rules: Rulebook, underlying: str, on: date, calendar: str = "", count: int = DEFAULT_EXPIRIES
) -> tuple[Expiry, ...]:
    """The next ``count`` expiries from ``on``, that day included.

    ``calendar``: weekly for every expiry, monthly for the last of each month; without it what the configuration says.

    :raises NoDerivatives: if the underlying has no options, or had none yet
    """
    wanted = calendar or configuration.get_str("options.expiry_calendar")
    # An index without weeklies, and every stock, has its monthlies also in the calendar of weeks.
    kind: Calendar = "monthly" if wanted == ExpiryCycle.MONTHLY else "both"
    try:
        return expiries.upcoming(rules, underlying, kind, on=on, count=count)
    except (errors.UnknownUnderlying, errors.RuleNotFound) as e:
        raise _none(underlying) from e


def cycle_of(*, rules: Rulebook, underlying: str, expiry: date) -> ExpiryCycle:
    """Whether contracts that expire on a day are the last of their month.

    Assumption: an underlying that only imported files know is a stock, which has monthlies only.
    """
    known = underlying if expiries.is_known(rules, underlying) else expiries.STOCK
    return ExpiryCycle.MONTHLY if expiries.is_monthly(rules, known, expiry) else ExpiryCycle.WEEKLY


def check_expiry(*, rules: Rulebook, underlying: str, expiry: date) -> None:
    """Accept a day on which options of the underlying expire, whatever the configuration lists.

    :raises NoDerivatives: if the underlying has no options, or had none yet
    :raises NotAnExpiry: if none expires on that day
    """
    # Far beyond the calendar there are no days to look among.
    day = min(expiry, sessions.LAST_DAY)
    try:
        found = expiries.between(rules, underlying, "both", start=day, end=day)
    except (errors.UnknownUnderlying, errors.RuleNotFound) as e:
        raise _none(underlying) from e
    if not found or expiry != day:
        following = list_expiries(rules=rules, underlying=underlying, on=day, calendar=ExpiryCycle.WEEKLY)
        raise NotAnExpiry(
            details={
                "underlying": underlying,
                "expiry_date": expiry.isoformat(),
                "next_expiries": [each.day.isoformat() for each in following],
            }
        )


def as_it_expires(*, rules: Rulebook, option: Option) -> Option:
    """An option by the day on which it expires, the one of its name unless the rules moved that since.

    What the rules do not know keeps its day.
    """
    if not sessions.FIRST_DAY <= option.expiry <= sessions.LAST_DAY:
        return option
    try:
        return replace(option, expiry=expiries.last_day(rules, option.underlying, option.expiry))
    except (errors.UnknownUnderlying, errors.RuleNotFound):
        return option


def check_contract(*, rules: Rulebook, option: Option, spot: Decimal | None = None) -> None:
    """Accept an option that is or was listed at some spot.

    A strike is on the grid if a list may have had it: a whole number of steps of any price from half the strike up, for
    a list reaches no farther. With the underlying's price, a strike many times as high is refused.

    :raises NoDerivatives: if the underlying has no options, or had none yet
    :raises NotAnExpiry: if none expires on that day
    :raises StrikeOffGrid: if there is no such strike
    """
    check_expiry(rules=rules, underlying=option.underlying, expiry=option.expiry)
    _check_strike(rules, underlying=option.underlying, strike=option.strike, on=option.expiry)
    if spot is not None and option.strike > spot * MAX_STRIKE_RATIO:
        details = {"strike": str(option.strike), "spot": str(spot)}
        raise StrikeOffGrid("No option is so far from the money.", details=details)


def _check_strike(rules: Rulebook, *, underlying: str, strike: Decimal, on: date) -> None:
    steps = _steps(rules, underlying=underlying, price=strike / 2, on=on)
    if not any(strike % step == 0 for step in steps):
        raise StrikeOffGrid(details={"strike": str(strike), "strike_interval": str(min(steps))})


def list_rungs(
    *, rules: Rulebook, underlying: str, spot: Decimal, on: date, strikes_wanted: StrikesWanted
) -> tuple[Rung, ...]:
    """The calls and puts around the money, or of one strike: 4N+2 of N levels, or 2.

    What is not given comes from the configuration; its interval 0, or one that leaves no strike at the money, is that
    of the rulebook for the underlying.

    :raises NoDerivatives: if the underlying has no options, or had none yet
    :raises StrikeOffGrid: if the interval or the strike leads off the grid of the underlying
    """
    interval, strike = strikes_wanted.strike_interval, strikes_wanted.strike
    usual = _step(rules, underlying=underlying, spot=spot, on=on)
    step = interval or usual
    details = {"strike": str(strike or strikes.at_the_money(spot, usual)), "strike_interval": str(step)}
    if strikes.at_the_money(spot, step) == 0:
        raise StrikeOffGrid("Strikes so far apart leave none at the money.", details=details)
    try:
        if strikes_wanted.strike_mode == StrikeMode.SINGLE:
            rungs = strikes.single(spot, step=step, strike=strike)
        else:
            rungs = strikes.ladder(spot, step=step, levels=levels_wanted(strikes_wanted))
    except errors.StrikeOffGrid as e:
        raise StrikeOffGrid(details=details) from e
    if interval or strike:
        for rung in rungs:
            _check_strike(rules, underlying=underlying, strike=rung.strike, on=on)
    return rungs


def levels_wanted(wanted: StrikesWanted) -> int:
    """How many strikes on each side of the money: those asked for, else the configuration's."""
    return configuration.get_int("options.atm_levels") if wanted.atm_levels is None else wanted.atm_levels


def lot_size(*, rules: Rulebook, underlying: str, on: date, expiry: date) -> int:
    """Units in a lot, on days without a known one those of the next.

    :raises NoDerivatives: if the underlying has no lots
    """
    try:
        return lots.lot_size_or_next(rules, underlying, trade_date=on, expiry=expiry)
    except errors.UnknownUnderlying as e:
        raise _none(underlying) from e


def is_changed_lot(*, rules: Rulebook, underlying: str, since: date, on: date, expiry: date) -> bool:
    """Whether the rulebook has another row for the lot of an expiry on a day than it had on ``since``."""
    return lots.is_changed(rules, underlying, since=since, trade_date=on, expiry=expiry)


def _step(rules: Rulebook, *, underlying: str, spot: Decimal, on: date) -> Decimal:
    configured = Decimal(configuration.get_int("options.strike_interval"))
    # Assumption: one distance for all cannot suit a share that costs less than half of it; the rulebook's does.
    if configured != BY_RULEBOOK and strikes.at_the_money(spot, configured) > 0:
        return configured
    try:
        return strikes.interval(rules, underlying, spot=spot, trade_date=on)
    except (errors.UnknownUnderlying, errors.RuleNotFound) as e:
        raise _none(underlying) from e


def _steps(rules: Rulebook, *, underlying: str, price: Decimal, on: date) -> list[Decimal]:
    """The distances of strikes at ``price`` and above, and the one that the configuration sets."""
    symbol = rules.symbol_of(underlying)
    rows = rules.group(INTERVALS, symbol if rules.has(INTERVALS, symbol) else strikes.STOCK, on=on)
    found = [each.decimal("interval") for each in rows if price <= each.limit("up_to")]
    configured = configuration.get_int("options.strike_interval")
    return found if configured == BY_RULEBOOK else [*found, Decimal(configured)]


def _none(underlying: str) -> NoDerivatives:
    return NoDerivatives(details={"underlying": underlying})
