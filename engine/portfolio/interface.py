"""What goes into the compiled pass over several instruments, as columns and rows of numbers. Prices are paise.

What does not belong here: anything that runs.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

# What a plan says of a bar, as bits.
ENTER_LONG, EXIT_LONG, ENTER_SHORT, EXIT_SHORT = 1, 2, 4, 8
# Why an entry was refused, beside what the simulation knows.
MAX_POSITIONS = 5

# What an instrument waits to enter (1, -1; 0 is nothing), with the close, ATR and rank of the bar that said so; its
# last known price; the first of its rows in the ledger.
STATE = np.dtype(
    [
        ("wanted", np.int64),
        ("signalled_at", np.float64),
        ("atr", np.float64),
        ("rank", np.float64),
        ("mark", np.float64),
        ("first_row", np.int64),
    ],
    align=True,
)
# What they share. ``equal``: an entry is for an equal part of the equity, else for ``amount`` paise.
SHARED = np.dtype(
    [
        ("cash", np.float64),
        ("amount", np.float64),
        ("equal", np.int64),
        ("max_positions", np.int64),
        ("exposed", np.int64),
        ("row", np.int64),
    ],
    align=True,
)


class World(NamedTuple):
    """Columns of a row an instrument and a column a moment; ``close`` 0 where an instrument has no bar.

    ``said`` are the bits above, ``moments`` those of the simulation; ``atr`` (paise) and ``rank`` NaN where there are
    none. ``day`` and ``rate_row`` have a value a moment, the latter empty where orders are free.
    """

    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    said: NDArray[np.uint8]
    moments: NDArray[np.uint8]
    atr: NDArray[np.float64]
    rank: NDArray[np.float64]
    day: NDArray[np.int32]
    rate_row: NDArray[np.int32]


class Desk(NamedTuple):
    """The records of a run: the simulation's of each instrument, ``rules``, ``bar`` and ``shared`` of all; the rows."""

    states: NDArray[np.void]
    accounts: NDArray[np.void]
    orders: NDArray[np.void]
    rules: NDArray[np.void]
    bar: NDArray[np.void]
    shared: NDArray[np.void]
    rates: NDArray[np.void]
    pages: NDArray[np.void]
