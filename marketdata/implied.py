"""What last prices of options imply, whoever made them: the forward, volatilities, Greeks.

What does not belong here: the prices, and which options stand in a chain.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from marketdata import black
from marketdata.elementary import Floats
from marketdata.types import OptionGreeks

SHORTEST_SECONDS = 60
SECONDS_A_YEAR = black.DAYS_A_YEAR * 86_400


def years_left(at: datetime, expires_at: datetime) -> float:
    """Years of 365 days from a moment until an expiry, at least those of a minute; 0 once it has come."""
    seconds = (expires_at - at).total_seconds()
    return max(seconds, SHORTEST_SECONDS) / SECONDS_A_YEAR if seconds > 0 else 0.0


def forward(*, strike: float, call: float | None, put: float | None, spot: float) -> float:
    """The forward that a call and a put of one strike imply by parity; the spot where either has no fresh price.

    ``strike``: the one at the money. All in one unit.
    """
    if call is None or put is None:
        return spot
    implied = strike + call - put
    return implied if implied > 0 else spot


def values(
    prices: Sequence[float], *, forward: float, strikes: Floats, years: float, is_call: NDArray[np.bool_]
) -> list[OptionGreeks | None]:
    """Implied volatility and Greeks of options of one expiry, in rupees a unit.

    None for a price of nan, where the price implies no volatility between 0.1 % and 500 %, and for all at expiry.
    """
    size = len(prices)
    if years <= 0 or not size:
        return [None] * size
    known = np.array(prices, dtype=np.float64)
    terms = {"forward": np.full(size, forward), "strike": strikes, "years": np.full(size, years)}
    volatility = black.implied_volatility(known, is_call=is_call, **terms)
    each = black.greeks(volatility, is_call=is_call, **terms)
    rows = zip(*(column.tolist() for column in (volatility, *dataclasses.astuple(each))), strict=True)
    return [None if math.isnan(row[0]) else OptionGreeks(*row) for row in rows]
