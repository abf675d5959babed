"""The strikes of an option chain: the one at the money, the ladder around it, labels.

What does not belong here: which strikes were listed when, and prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from marketdata.instrument_keys import Right
from marketdata.rulebook import errors, ticks
from marketdata.rulebook.book import Rulebook

RIGHTS: tuple[Right, Right] = ("CE", "PE")
STOCK = "STOCK"


@dataclass(frozen=True, slots=True)
class Rung:
    """One contract of a ladder: strike, CE or PE, and ATM, ITMk or OTMk for k steps into or out of the money."""

    strike: Decimal
    right: Right
    label: str


def interval(rules: Rulebook, underlying: str, *, spot: Decimal, trade_date: date) -> Decimal:
    """The default distance of two strikes: an index's own, a stock's by its price.

    :raises UnknownUnderlying: if the underlying has no derivatives
    :raises RuleNotFound: if ``trade_date`` is before the first row
    :raises InvalidAmount: if the spot is not positive
    """
    symbol = rules.symbol_of(underlying)
    if not rules.has("strike_intervals", symbol):
        rules.rows("lots", symbol)
        symbol = STOCK
    return ticks.banded(rules, "strike_intervals", symbol, price=spot, on=trade_date, value="interval")


def at_the_money(spot: Decimal, step: Decimal) -> Decimal:
    """The strike nearest to the spot; halfway is the upper one.

    :raises InvalidAmount: if spot or step is not positive
    """
    for name, value in (("spot", spot), ("interval", step)):
        if not (value.is_finite() and value > 0):
            raise errors.InvalidAmount(name=name, value=value, reason="it must be positive")
    return (spot / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def label(strike: Decimal, right: Right, *, atm: Decimal, step: Decimal) -> str:
    """ATM, or ITMk or OTMk for a strike k steps away.

    :raises StrikeOffGrid: if it is not a whole number of steps from the money, or not positive
    """
    if strike <= 0 or (strike - atm) % step != 0:
        raise errors.StrikeOffGrid(strike=strike, interval=step)
    steps = int((strike - atm) / step)
    if steps == 0:
        return "ATM"
    return f"{'ITM' if (steps < 0) == (right == 'CE') else 'OTM'}{abs(steps)}"


def ladder(spot: Decimal, *, step: Decimal, levels: int) -> tuple[Rung, ...]:
    """Calls and puts of ``levels`` strikes on both sides of the money: 4N+2 contracts, strikes ascending.

    Strikes that would not be positive are left out.

    :raises InvalidAmount: if spot or step is not positive, or ``levels`` is negative
    """
    if levels < 0:
        raise errors.InvalidAmount(name="levels", value=levels, reason="it must not be negative")
    atm = at_the_money(spot, step)
    strikes = [atm + each * step for each in range(-levels, levels + 1)]
    return tuple(rung for strike in strikes if strike > 0 for rung in _pair(strike, atm=atm, step=step))


def single(spot: Decimal, *, step: Decimal, strike: Decimal | None = None) -> tuple[Rung, ...]:
    """The call and the put of one strike, the one at the money unless given.

    :raises InvalidAmount: if spot or step is not positive
    :raises StrikeOffGrid: if the strike is not on the grid
    """
    atm = at_the_money(spot, step)
    return _pair(atm if strike is None else strike, atm=atm, step=step)


def _pair(strike: Decimal, *, atm: Decimal, step: Decimal) -> tuple[Rung, ...]:
    return tuple(Rung(strike, right, label(strike, right, atm=atm, step=step)) for right in RIGHTS)
