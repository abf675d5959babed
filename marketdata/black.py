"""Black's formula of 1976 without interest: prices of calls, implied volatility, Greeks, as columns.

All prices in one unit, times in years of 365 days, volatilities per year as ratios. What does not belong here: where
forwards and volatilities come from, rounding to ticks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketdata import elementary
from marketdata.elementary import Floats

DAYS_A_YEAR = 365
LOWEST_VOLATILITY, HIGHEST_VOLATILITY = 0.001, 5.0
_HALVINGS = 23  # of 5, which leaves less than 1e-6
_SMALLEST_DEVIATION = 1e-9


@dataclass(frozen=True, slots=True)
class Greeks:
    """Sensitivities of option prices.

    ``delta`` and ``gamma`` to one unit of the forward, ``theta`` to the passing of a calendar day, ``vega`` to a point
    of volatility, ``rho`` to a point of interest.
    """

    delta: Floats
    gamma: Floats
    theta: Floats
    vega: Floats
    rho: Floats


def call(forward: Floats, strike: Floats, deviation: Floats, *, log_ratio: Floats | None = None) -> Floats:
    """The price of calls whose logarithm of the forward has this standard deviation until expiry, broadcast.

    ``log_ratio``: the logarithm of strike / forward, if the caller has it.
    """
    ratio = elementary.log(strike / forward) if log_ratio is None else log_ratio
    width = np.maximum(deviation, _SMALLEST_DEVIATION)
    upper = 0.5 * width - ratio / width
    price = forward * elementary.normal_cdf(upper)
    upper -= width
    price -= strike * elementary.normal_cdf(upper)
    return price


def put(forward: Floats, strike: Floats, deviation: Floats) -> Floats:
    """The price of puts, by parity with :func:`call`."""
    return call(forward, strike, deviation) - (forward - strike)


def implied_volatility(
    price: Floats, *, forward: Floats, strike: Floats, years: Floats, is_call: NDArray[np.bool_]
) -> Floats:
    """The volatilities at which the formula gives these prices, by bisection to 1e-6; columns of one length.

    nan where there is none between 0.1 % and 500 %: below intrinsic value or above the bound.
    """
    time = np.sqrt(years)
    as_call = np.where(is_call, price, price + (forward - strike))
    ratio = elementary.log(strike / forward)
    low = np.full(price.shape, LOWEST_VOLATILITY)
    high = np.full(price.shape, HIGHEST_VOLATILITY)
    inside = (call(forward, strike, low * time) <= as_call) & (as_call <= call(forward, strike, high * time))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        below = call(forward, strike, middle * time, log_ratio=ratio) < as_call
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(inside, 0.5 * (low + high), np.nan)


def greeks(volatility: Floats, *, forward: Floats, strike: Floats, years: Floats, is_call: NDArray[np.bool_]) -> Greeks:
    """The Greeks of options, columns of one length; nan where the volatility is."""
    known = np.isfinite(volatility)
    width, time = np.where(known, volatility, 1.0), np.sqrt(years)
    deviation = width * time
    upper = 0.5 * deviation - elementary.log(strike / forward) / deviation
    density = elementary.normal_density(upper)
    as_call = call(forward, strike, deviation)
    price = np.where(is_call, as_call, as_call - (forward - strike))
    columns = {
        "delta": elementary.normal_cdf(upper) - np.where(is_call, 0.0, 1.0),
        "gamma": density / (forward * deviation),
        "theta": -forward * density * width / (2 * time * DAYS_A_YEAR),
        "vega": forward * density * time / 100,
        "rho": -years * price / 100,
    }
    return Greeks(**{name: np.where(known, column, np.nan) for name, column in columns.items()})
