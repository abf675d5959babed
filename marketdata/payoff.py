"""What a position of options, and of the underlying, earns at its first expiry and now, whatever the price then.

Legs of the first expiry are worth their intrinsic value there, later ones Black's price by their own volatility with
the time that is left. Amounts in rupees, quantities in units, bought above 0 and sold below. What does not belong here:
last prices, lots, and which contracts exist.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

import numpy as np

from marketdata import black
from marketdata.elementary import Floats

PAISA = Decimal("0.01")
POINTS = 2_000  # at which a curve without closed form is looked at
WIDTH = 8.0  # how many times the highest strike or the spot that look reaches, and as far below
HALVINGS = 60

Kind = Literal["CE", "PE", "SPOT"]


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of a position: calls, puts, or the underlying itself.

    ``quantity`` units, sold below 0, at ``price`` each. ``years`` until its expiry and the ``volatility`` a year as a
    ratio are for options; without a volatility an option counts with its intrinsic value.
    """

    kind: Kind
    quantity: int
    price: Decimal
    strike: Decimal = Decimal(0)
    years: float = 0.0
    volatility: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a position can come to at its first expiry; None is unlimited.

    ``max_profit`` and ``max_loss`` are what it earns at best and at worst, a loss below 0, over all prices from 0 on.
    ``net_premium`` is what options brought in less what they cost.
    """

    break_evens: tuple[Decimal, ...]
    max_profit: Decimal | None
    max_loss: Decimal | None
    net_premium: Decimal


def outcome(legs: Sequence[Leg]) -> Outcome:
    """The break-evens, extremes and premium of a position.

    Exact, to the paisa, where all options expire together: the payoff is straight between strikes. Otherwise found
    numerically to the paisa, on prices up to eight times the highest strike.
    """
    premium = -sum((leg.quantity * leg.price for leg in legs if leg.kind != "SPOT"), Decimal(0))
    expiries = {leg.years for leg in legs if leg.kind != "SPOT"}
    found, low, high = (_straight if len(expiries) < 2 else _curved)(legs)
    slope = _slope(legs)
    return Outcome(
        break_evens=tuple(sorted({_paise(each) for each in found})),
        max_profit=None if slope > 0 else _paise(high),
        max_loss=None if slope < 0 else _paise(low),
        net_premium=premium,
    )


def at_expiry(legs: Sequence[Leg], prices: Floats) -> Floats:
    """What the position has earned when its first option expires, for each price of the underlying then."""
    return _earned(legs, prices, passed=first_expiry(legs))


def at_once(legs: Sequence[Leg], prices: Floats) -> Floats:
    """What the position would have earned now, for each price of the underlying."""
    return _earned(legs, prices, passed=0.0)


def first_expiry(legs: Sequence[Leg]) -> float:
    """Years until the first option expires; 0 without options."""
    return min((leg.years for leg in legs if leg.kind != "SPOT"), default=0.0)


def _earned(legs: Sequence[Leg], prices: Floats, *, passed: float) -> Floats:
    total = np.zeros(len(prices))
    for leg in legs:
        total += leg.quantity * (_value(leg, prices, years=leg.years - passed) - float(leg.price))
    return total


def _value(leg: Leg, prices: Floats, *, years: float) -> Floats:
    """What a unit of a leg is worth at prices above 0, so many years before it expires."""
    if leg.kind == "SPOT":
        return prices
    strike = float(leg.strike)
    if years <= 0 or leg.volatility is None:
        away = prices - strike if leg.kind == "CE" else strike - prices
        return np.maximum(away, 0.0)
    priced = black.call if leg.kind == "CE" else black.put
    deviation = np.full(len(prices), leg.volatility * math.sqrt(years))
    return priced(prices, np.full(len(prices), strike), deviation)


def _slope(legs: Sequence[Leg]) -> int:
    """What the position earns for each rupee that the underlying rises far above all strikes."""
    return sum(leg.quantity for leg in legs if leg.kind != "PE")


def _straight(legs: Sequence[Leg]) -> tuple[list[Fraction], Fraction, Fraction]:
    """Break-evens, the lowest and the highest value of a payoff that is straight between the strikes."""
    knots = [Fraction(0), *sorted({Fraction(leg.strike) for leg in legs if leg.kind != "SPOT"})]
    values = [_exact(legs, knot) for knot in knots]
    # One rupee further shows the slope beyond the last strike.
    slope = _exact(legs, knots[-1] + 1) - values[-1]
    found = [knot for knot, value in zip(knots, values, strict=True) if value == 0]
    for (left, below), (right, above) in itertools.pairwise(zip(knots, values, strict=True)):
        if below * above < 0:
            found.append(left - below * (right - left) / (above - below))
    if values[-1] * slope < 0:
        found.append(knots[-1] - values[-1] / slope)
    return found, min(values), max(values)


def _exact(legs: Sequence[Leg], price: Fraction) -> Fraction:
    return sum((leg.quantity * (_intrinsic(leg, price) - Fraction(leg.price)) for leg in legs), Fraction(0))


def _intrinsic(leg: Leg, price: Fraction) -> Fraction:
    if leg.kind == "SPOT":
        return price
    away = price - Fraction(leg.strike)
    return max(away if leg.kind == "CE" else -away, Fraction(0))


def _curved(legs: Sequence[Leg]) -> tuple[list[float], float, float]:
    """The same of a payoff that bends, because some options live on: by looking closely and halving."""
    strikes = [float(leg.strike) for leg in legs if leg.kind != "SPOT"]
    looked = np.geomspace(min(strikes) / WIDTH, max(strikes) * WIDTH, POINTS)
    prices = np.unique(np.concatenate([looked, strikes]))
    values = at_expiry(legs, prices)

    def value(price: float) -> float:
        return float(at_expiry(legs, np.array([price]))[0])

    changes = np.flatnonzero(np.sign(values[:-1]) * np.sign(values[1:]) < 0).tolist()
    found = [_crossing(value, float(prices[at]), float(prices[at + 1])) for at in changes]
    found += prices[values == 0].tolist()
    last = len(prices) - 1
    highest, lowest = int(values.argmax()), int(values.argmin())
    peak = _peak(value, *(float(prices[min(max(highest + step, 0), last)]) for step in (-1, 1)))
    trough = -_peak(lambda price: -value(price), *(float(prices[min(max(lowest + step, 0), last)]) for step in (-1, 1)))
    ends = [_at_zero(legs), *([] if _slope(legs) else [_far_out(legs)])]
    return found, min([trough, *ends]), max([peak, *ends])


def _crossing(value: Callable[[float], float], low: float, high: float) -> float:
    """Where a value changes its sign between two prices."""
    rises = value(low) < 0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if (value(middle) < 0) == rises else (low, middle)
    return 0.5 * (low + high)


def _peak(value: Callable[[float], float], low: float, high: float) -> float:
    """The highest value between two prices that have one peak between them."""
    for _ in range(HALVINGS):
        third = (high - low) / 3
        low, high = (low + third, high) if value(low + third) < value(high - third) else (low, high - third)
    return max(value(low), value(0.5 * (low + high)), value(high))


def _at_zero(legs: Sequence[Leg]) -> float:
    """What the position earns if the underlying becomes worthless, when every option is worth its intrinsic value."""
    return float(_exact(legs, Fraction(0)))


def _far_out(legs: Sequence[Leg]) -> float:
    """What it earns far above all strikes, where calls are worth the price less the strike, if the slopes cancel."""
    fixed = (-leg.strike if leg.kind == "CE" else Decimal(0) for leg in legs)
    return float(sum((leg.quantity * (each - leg.price) for leg, each in zip(legs, fixed, strict=True)), Decimal(0)))


def _paise(value: Fraction | float) -> Decimal:
    if isinstance(value, Fraction):
        exact = Decimal(value.numerator) / Decimal(value.denominator)
    else:
        exact = Decimal(repr(value))
    return exact.quantize(PAISA, ROUND_HALF_UP) + Decimal(0)
