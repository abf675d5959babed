"""Which contract a leg takes: by steps from the money, premium, delta; which expiry; nothing from after the entry."""

from __future__ import annotations

from typing import Any

import pytest

from engine.errors import InvalidSettings
from engine.legs import presets, selection
from engine.legs.rule import ExpiryChoice, LegRule, Level, Strike
from engine.legs.selection import ListedExpiry, Quote
from tests.engine.legs import tables

# 24,400 to 24,700 in steps of 50, with premiums and deltas of calls.
CHAIN = tuple(
    Quote(strike * 100, premium * 100, delta)
    for strike, premium, delta in (
        (24400, 260, 0.70),
        (24450, 220, 0.65),
        (24500, 185, 0.58),
        (24550, 150, 0.52),
        (24600, 120, 0.45),
        (24650, 95, 0.38),
        (24700, 75, 0.30),
    )
)


@pytest.mark.parametrize(
    ("by", "value", "spot", "strike"),
    [
        ("atm", 0, 24524.95, 24500),
        ("atm", 0, 24525, 24550),  # half way: up, not to even
        ("atm", 0, 24575, 24600),
        ("atm", 2, 24500, 24600),
        ("atm", -2, 24500, 24400),
        ("atm", 3, 24600, None),  # not listed
        ("atm", -1, 24400, None),  # and not the last of the list
        ("premium", 100, 24500, 24650),
        ("premium", 85, 24500, 24650),  # 95 and 75 are as close: the lower strike
        ("premium", 1, 24500, 24700),
        ("delta", 0.5, 24500, 24550),
        ("delta", -0.31, 24500, 24700),
    ],
)
def test_the_strike_of_a_leg(by: Any, value: float, spot: float, strike: int | None) -> None:
    leg = LegRule("short", "CE", Strike(by, value))
    found = selection.strike(leg, spot=spot * 100, quotes=CHAIN[::-1])
    assert (found and found.strike) == (strike and strike * 100)


def test_puts_have_negative_deltas_and_unknown_ones_are_passed_over() -> None:
    puts = (Quote(1, None, None), Quote(2, 10, -0.2), Quote(3, 20, -0.4))
    assert selection.strike(LegRule("short", "PE", Strike("delta", 0.35)), spot=1, quotes=puts) == puts[2]
    assert selection.strike(LegRule("short", "PE", Strike("premium", 0.01)), spot=1, quotes=puts) == puts[1]
    assert selection.strike(LegRule("short", "PE", Strike("delta", 0.35)), spot=1, quotes=puts[:1]) is None
    assert selection.strike(LegRule("short", "PE"), spot=1, quotes=()) is None


LISTED = (ListedExpiry(10, False), ListedExpiry(17, True), ListedExpiry(24, False), ListedExpiry(45, True))


@pytest.mark.parametrize(
    ("choice", "on", "day"),
    [
        ("weekly", 9, 10),
        ("weekly", 10, 10),  # the day itself counts
        ("weekly", 11, 17),  # the weekly of the last week is the monthly contract
        ("next_weekly", 10, 17),
        ("monthly", 9, 17),
        ("next_monthly", 9, 45),
        ("next_monthly", 18, None),
        ("weekly", 46, None),
    ],
)
def test_the_expiry_of_a_leg(choice: ExpiryChoice, on: int, day: int | None) -> None:
    assert selection.expiry(choice, listed=LISTED[::-1], on=on) == day


def test_the_moment_of_choice_is_the_last_bar_that_has_ended() -> None:
    bars = tables.day_of("09:15 100 1\n09:20 100 1\n09:25 100 1").bars
    found = [selection.last_final(bars, minute=tables.minute(at), step=300) for at in ("09:19", "09:20", "09:29")]
    assert found == [None, 0, 1]


def _legs(legs: tuple[LegRule, ...]) -> str:
    return " ".join(f"{leg.side[0]}{leg.right[0]}{leg.strike.value:+.0f}" for leg in legs)


def test_presets() -> None:
    assert _legs(presets.straddle()) == "sC+0 sP+0"
    assert _legs(presets.strangle("long", width=3)) == "lC+3 lP-3"
    assert _legs(presets.bull_call_spread()) == "lC+0 sC+2"
    assert _legs(presets.bear_put_spread()) == "lP+0 sP-2"
    assert _legs(presets.bull_put_spread()) == "sP+0 lP-2"
    assert _legs(presets.bear_call_spread(width=4)) == "sC+0 lC+4"
    assert _legs(presets.iron_condor(width=2, wing=3)) == "sC+2 sP-2 lC+5 lP-5"
    assert _legs(presets.iron_fly(wing=4)) == "sC+0 sP+0 lC+4 lP-4"
    stopped = presets.with_stops(presets.iron_fly(), stop=Level(30))
    assert [leg.stop is not None for leg in stopped] == [True, True, False, False]
    with pytest.raises(InvalidSettings, match="must be 1 or more, not 0"):
        presets.iron_condor(wing=0)
