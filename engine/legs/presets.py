"""Known combinations of legs, as functions that give a rule. What does not belong here: carrying them out."""

from __future__ import annotations

from dataclasses import replace

from engine.errors import InvalidSettings
from engine.legs.rule import LegRule, Level, Right, Strike
from engine.types import Side

Legs = tuple[LegRule, ...]


def _leg(side: Side, right: Right, steps: int) -> LegRule:
    return LegRule(side=side, right=right, strike=Strike("atm", steps))


def straddle(side: Side = "short") -> Legs:
    """Call and put at the money."""
    return _leg(side, "CE", 0), _leg(side, "PE", 0)


def strangle(side: Side = "short", *, width: int = 2) -> Legs:
    """Call and put ``width`` strikes out of the money.

    :raises InvalidSettings: if the width is below 1
    """
    _check(width)
    return _leg(side, "CE", width), _leg(side, "PE", -width)


def bull_call_spread(*, width: int = 2) -> Legs:
    """Long the call at the money, short one ``width`` strikes above: a debit that gains when the underlying rises.

    :raises InvalidSettings: if the width is below 1
    """
    _check(width)
    return _leg("long", "CE", 0), _leg("short", "CE", width)


def bear_put_spread(*, width: int = 2) -> Legs:
    """Long the put at the money, short one ``width`` strikes below: a debit that gains when the underlying falls.

    :raises InvalidSettings: if the width is below 1
    """
    _check(width)
    return _leg("long", "PE", 0), _leg("short", "PE", -width)


def bull_put_spread(*, width: int = 2) -> Legs:
    """Short the put at the money, long one ``width`` strikes below: a credit kept when the underlying does not fall.

    :raises InvalidSettings: if the width is below 1
    """
    _check(width)
    return _leg("short", "PE", 0), _leg("long", "PE", -width)


def bear_call_spread(*, width: int = 2) -> Legs:
    """Short the call at the money, long one ``width`` strikes above: a credit kept when the underlying does not rise.

    :raises InvalidSettings: if the width is below 1
    """
    _check(width)
    return _leg("short", "CE", 0), _leg("long", "CE", width)


def iron_condor(*, width: int = 2, wing: int = 2) -> Legs:
    """A short strangle ``width`` strikes out, covered by options ``wing`` strikes further out.

    :raises InvalidSettings: if the width or the wing is below 1
    """
    _check(width)
    _check(wing)
    return (*strangle("short", width=width), *strangle("long", width=width + wing))


def iron_fly(*, wing: int = 4) -> Legs:
    """A short straddle, covered by options ``wing`` strikes out.

    :raises InvalidSettings: if the wing is below 1
    """
    return (*straddle("short"), *strangle("long", width=wing))


def with_stops(legs: Legs, *, stop: Level, sides: tuple[Side, ...] = ("short",)) -> Legs:
    """The same legs with a stop on those of the given sides."""
    return tuple(replace(leg, stop=stop) if leg.side in sides else leg for leg in legs)


def _check(steps: int) -> None:
    if steps < 1:
        raise InvalidSettings(f"Strikes between legs must be 1 or more, not {steps}")
