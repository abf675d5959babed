"""What goes into the compiled pass and what comes out of it, as numbers and rows.

Compiled code in a cache keeps the numbers and the field order it was built with, and does not notice a change in
this file: append here, never renumber or reorder. What does not belong here: anything that runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

NONE, SIGNAL, STOP, TARGET, TRAILING, REVERSE, END = range(7)
PESSIMISTIC, TV_PATH, OPTIMISTIC = range(3)
ALL_IN, QUANTITY, CASH, PERCENT_OF_EQUITY = range(4)

TRADE = np.dtype(
    [
        ("side", np.int64),
        ("quantity", np.int64),
        ("entry_index", np.int64),
        ("entry_price", np.float64),
        ("exit_index", np.int64),
        ("exit_price", np.float64),
        ("pnl", np.float64),
        ("reason", np.int64),
        ("bars_held", np.int64),
        ("mae", np.float64),
        ("mfe", np.float64),
        ("ambiguous", np.bool_),
    ],
    align=True,
)
REJECTION = np.dtype([("index", np.int64), ("side", np.int64)])


class Rules(NamedTuple):
    """Plan and settings as numbers; a percentage of 0 is off, cash is paise."""

    at_open: bool
    allow_long: bool
    allow_short: bool
    levels_from_signal: bool
    path_mode: int
    sizing: int
    size: float
    stop_pct: float
    target_pct: float
    trailing_pct: float
    initial_cash: float


class Columns(NamedTuple):
    """Prices (int32 paise) and signals (bool), one value a bar."""

    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    enter_long: NDArray[np.bool_]
    exit_long: NDArray[np.bool_]
    enter_short: NDArray[np.bool_]
    exit_short: NDArray[np.bool_]
