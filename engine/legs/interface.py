"""What goes into the compiled day of an option rule and what comes out of it, as rows of numbers. Prices are paise.

What does not belong here: anything that runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# Why a leg is left, beside what the simulation knows.
WHOLE_STOP, WHOLE_TARGET = 20, 21
# What a leg that is out waits for.
NOTHING, NEXT_ORDER, COST = range(3)

INTEGER, NUMBER = np.int64, np.float64


def _record(integers: str, numbers: str) -> np.dtype[np.void]:
    names = [(name, INTEGER) for name in integers.split()] + [(name, NUMBER) for name in numbers.split()]
    return np.dtype(names, align=True)


# A leg: side and units, how often it may still be entered again and at which (NEXT_ORDER, COST), what it waits for,
# its entries so far, its first price, its last known price, the price it is settled at (NaN: it is not).
LEG = _record("side quantity left again waits number", "cost mark settlement")
# The day: the bars it is entered and left on, whether it is left at that bar's close whatever the orders fill at, the
# rows of trades so far, what is due at the next open (a reason), duties so far (paise), whether the entry must leave
# the margin free and whether it does not, levels of the whole in paise (0: off) or percent of the premium, the cash,
# the profit of what is closed, the net premium, the margin of the entry, what its sales brought in.
DAY = _record(
    "enter_at leave_at leaves_at_close traded due stt stamp exposed asks lacks",
    "stop target stop_pct target_pct cash realised premium charges turnover margin received",
)
TRADE = np.dtype(
    [(name, INTEGER) for name in ("leg", "side", "quantity", "number", "entry_at", "exit_at", "reason", "ambiguous")]
    + [(name, NUMBER) for name in ("entry_price", "exit_price", "pnl", "charges", "mae", "mfe")],
    align=True,
)


class Prices(NamedTuple):
    """Premiums in paise (int32), a row a leg and a column a bar; 0 where the contract was not traded."""

    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]


class Desk(NamedTuple):
    """The records of a day: of each leg its state, the simulation's rules and account, and what the legs share."""

    legs: NDArray[np.void]
    rules: NDArray[np.void]
    accounts: NDArray[np.void]
    day: NDArray[np.void]
    bar: NDArray[np.void]
    order: NDArray[np.void]
