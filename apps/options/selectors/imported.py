"""Which contracts of imported files stand around the money. What does not belong here: the rulebook, the spot."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from apps.options.enums import StrikeMode
from apps.options.errors import StrikeOffGrid
from apps.options.selectors.listing import StrikesWanted, levels_wanted
from marketdata.rulebook.strikes import RIGHTS, Rung


def list_imported_rungs(*, listed: Sequence[Decimal], spot: Decimal, strikes_wanted: StrikesWanted) -> tuple[Rung, ...]:
    """Calls and puts of the listed strikes around the one nearest to the spot, of equals the upper one.

    ``listed``: ascending. Labels count strikes, whatever lies between them.

    :raises StrikeOffGrid: if the strike asked for is not listed, or none on the interval asked for
    """
    interval, strike = strikes_wanted.strike_interval, strikes_wanted.strike
    chosen = [each for each in listed if interval is None or each % interval == 0]
    if not chosen or (strike is not None and strike not in chosen):
        raise StrikeOffGrid(details={"strike": str(strike), "strike_interval": str(interval)})
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
