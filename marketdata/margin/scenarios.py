"""What a set of options would lose in sixteen scenarios of price and volatility. What does not belong here: rates.

Source: the clearing corporation's portfolio margin: seven moves of the price, each with the volatility up and down, and
two moves far beyond, of whose loss a part counts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketdata import black
from marketdata.elementary import Floats
from marketdata.margin.terms import Terms

# A price does not fall to nothing, whatever the range.
LOWEST_RATIO = 0.001
MOVES = (0.0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1.0, -1.0)


@dataclass(frozen=True, slots=True)
class Columns:
    """Options as columns of one length: units (short below zero), strikes, years to expiry, volatilities a year."""

    quantity: Floats
    strike: Floats
    years: Floats
    volatility: Floats
    is_call: NDArray[np.bool_]

    def where(self, chosen: NDArray[np.bool_]) -> Columns:
        """Some of them."""
        return Columns(
            self.quantity[chosen],
            self.strike[chosen],
            self.years[chosen],
            self.volatility[chosen],
            self.is_call[chosen],
        )


def scan_range(terms: Terms, *, daily_volatility: float) -> float:
    """How far the price is moved, as a ratio, by the deviation of the underlying's daily returns."""
    return max(terms.price_scan, terms.price_scan_sigmas * daily_volatility * math.sqrt(2))


def worst_loss(columns: Columns, *, forward: float, terms: Terms, scan: float) -> float:
    """The largest loss over the scenarios, at least 0, in the unit of the forward times units.

    # Assumption: in the extreme scenarios the volatility stays, and no time passes in any.
    """
    if not len(columns.quantity):
        return 0.0
    now = _value(columns, forward=forward, volatility=columns.volatility)
    shift = np.maximum(terms.volatility_scan * columns.volatility, terms.volatility_scan_points)
    worst = 0.0
    for move in MOVES:
        for sign in (1.0, -1.0):
            volatility = np.maximum(columns.volatility + sign * shift, black.LOWEST_VOLATILITY)
            moved = forward * max(1 + move * scan, LOWEST_RATIO)
            worst = max(worst, now - _value(columns, forward=moved, volatility=volatility))
    for sign in (1.0, -1.0):
        far = forward * max(1 + sign * terms.extreme_multiple * scan, LOWEST_RATIO)
        loss = now - _value(columns, forward=far, volatility=columns.volatility)
        worst = max(worst, terms.extreme_weight * loss)
    return worst


def _value(columns: Columns, *, forward: float, volatility: Floats) -> float:
    forwards = np.full(columns.strike.shape, forward)
    calls = black.call(forwards, columns.strike, volatility * np.sqrt(columns.years))
    each = np.where(columns.is_call, calls, calls - (forwards - columns.strike))
    return float((columns.quantity * each).sum())
