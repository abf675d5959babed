"""Which contracts of imported files are listed: expiries, strikes at the money. What does not belong here: spots."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from apps.core import configuration
from apps.options.enums import ExpiryCycle, StrikeMode
from apps.options.errors import StrikeOffGrid
from apps.options.selectors.listing import StrikesWanted, cycle_of, levels_wanted
from apps.options.selectors.stored import list_stored_expiries
from marketdata.rulebook import Rulebook
from marketdata.rulebook.strikes import RIGHTS, Rung

WEEK = timedelta(days=7)


def list_imported_expiries(
    *, rules: Rulebook, underlying: str, on: date, until: date | None = None, calendar: str = ""
) -> list[tuple[date, ExpiryCycle]]:
    """The expiries from ``on`` of imported contracts, those that files of days up to ``until`` have.

    ``calendar``: weekly for every expiry, monthly for the last of each month; without it what the configuration says.
    """
    listed = list_stored_expiries(underlying=underlying, on=on, until=until)
    wanted = calendar or configuration.get_str("options.expiry_calendar")
    found = [(day, _cycle(rules, underlying=underlying, day=day, listed=listed)) for day in listed]
    return [each for each in found if wanted != ExpiryCycle.MONTHLY or each[1] == ExpiryCycle.MONTHLY]


def _cycle(rules: Rulebook, *, underlying: str, day: date, listed: Sequence[date]) -> ExpiryCycle:
    """Monthly by the rulebook, or as the last listed in the last week of its month: a holiday may not have moved it."""
    is_last = (day + WEEK).month != day.month and not any(
        day < each and (day.year, day.month) == (each.year, each.month) for each in listed
    )
    return ExpiryCycle.MONTHLY if is_last else cycle_of(rules=rules, underlying=underlying, expiry=day)


def list_imported_rungs(*, listed: Sequence[Decimal], spot: Decimal, strikes_wanted: StrikesWanted) -> tuple[Rung, ...]:
    """Calls and puts of the listed strikes around the one nearest to the spot, of equals the upper one.

    ``listed``: ascending. Labels count strikes, whatever lies between them.

    :raises StrikeOffGrid: if the strike asked for is not listed, or none on the interval asked for
    """
    interval, strike = strikes_wanted.strike_interval, strikes_wanted.strike
    chosen = [each for each in listed if interval is None or each % interval == 0]
    if not chosen or (strike is not None and strike not in chosen):
        named = min(listed, key=lambda each: (abs(each - spot), -each)) if strike is None else strike
        asked = {} if interval is None else {"strike_interval": str(interval)}
        raise StrikeOffGrid(details={"strike": str(named), **asked})
    atm = min(range(len(chosen)), key=lambda place: (abs(chosen[place] - spot), -chosen[place]))
    if strikes_wanted.strike_mode == StrikeMode.SINGLE:
        places = [atm if strike is None else chosen.index(strike)]
    else:
        levels = levels_wanted(strikes_wanted)
        places = list(range(max(0, atm - levels), min(len(chosen), atm + levels + 1)))
    return tuple(
        Rung(chosen[place], right, _label(place - atm, is_call=right == "CE")) for place in places for right in RIGHTS
    )


def _label(steps: int, *, is_call: bool) -> str:
    if steps == 0:
        return "ATM"
    return f"{'ITM' if (steps < 0) == is_call else 'OTM'}{abs(steps)}"
