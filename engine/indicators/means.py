"""Rolling means of integer prices, exact.

What does not belong here: averages that are not plain means (those are TA-Lib's, in ``library``).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.indicators.definition import PAISE_PER_RUPEE, Column


def rolling_sum(amounts: NDArray[np.int64], *, period: int) -> NDArray[np.int64]:
    """Sum of every ``period`` amounts in a row, the first of them first; exact while each is below 2**63.

    ``amounts``: at least ``period`` of them. Prefix sums that wrap around cancel in the difference.
    """
    sums = np.empty(len(amounts) + 1, dtype=np.int64)
    sums[0] = 0
    np.cumsum(amounts, out=sums[1:])
    return sums[period:] - sums[:-period]


def rolling_mean(prices: NDArray[np.int32], *, period: int) -> Column:
    """Mean of the last ``period`` prices in rupees, NaN before there are so many.

    ``prices``: paise, at least ``period`` of them. The sum of a window moves on in integers, and the
    mean is one division of two integers below 2**53, so it is the double nearest to the true quotient:
    it depends on the quotient alone. Two means are therefore equal exactly where the true means are, whatever
    their periods: different quotients of periods up to 500 lie at least 1 / (100 * 500 * 500) = 4e-8 rupees
    apart, while doubles of the largest price (2**31 paise) are 3.8e-9 rupees apart. A price typed in rupees with
    decimals is rounded the same way, so it ties too.
    """
    # Here, so that a process that only names indicators loads no compiler.
    from engine.indicators import kernels

    if prices.flags.writeable:
        # A read-only view, so that there is one kind of array to compile for.
        prices = prices.view()
        prices.flags.writeable = False
    means: Column = kernels.rolling_mean(prices, period, period * PAISE_PER_RUPEE)
    return means
