"""What the statistics need to know of the closed trades, found in one compiled pass.

What does not belong here: the formulas (trades), the equity curve, open trades.
All compiled code of the tally is in this file, because numba's cache watches only the file it compiled.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

_compiled = njit(cache=True, nogil=True)

# Assumption: profits that differ by less than this part of the largest are equal; the rest is rounding.
ROUNDING = 1e-12


class TradeColumns(NamedTuple):
    """Closed trades in the order of their exits.

    ``pnl`` and ``cost`` are profit and price paid for the whole position (paise); ``price``, ``mae`` and ``mfe`` the
    entry price and the worst and best excursion a share.
    """

    pnl: NDArray[np.float64]
    cost: NDArray[np.float64]
    bars_held: NDArray[np.int64]
    price: NDArray[np.float64]
    mae: NDArray[np.float64]
    mfe: NDArray[np.float64]


class TradeFacts(NamedTuple):
    """The closed trades in numbers; NaN is undefined.

    A win has a profit above 0, a loss one below 0. ``gross_loss`` is >= 0; ``deviation`` is the sample's (n - 1);
    ``best``, ``worst``, ``mae`` and ``mfe`` (means) are fractions of the price paid.
    """

    closed: int
    wins: int
    losses: int
    gross_profit: float
    gross_loss: float
    mean: float
    deviation: float
    best: float
    worst: float
    mean_bars_held: float
    longest_wins: int
    longest_losses: int
    mae: float
    mfe: float


@_compiled
def _longest_run(pnl: NDArray[np.float64], sign: float) -> int:
    """The most trades in a row whose profit has the sign."""
    run, longest = 0, 0
    for value in pnl:
        run = run + 1 if value * sign > 0.0 else 0
        longest = max(longest, run)
    return longest


@_compiled
def _deviation(pnl: NDArray[np.float64], mean: float) -> float:
    if len(pnl) < 2:
        return np.nan
    squares, largest = 0.0, 0.0
    for value in pnl:
        squares += (value - mean) ** 2
        largest = max(largest, abs(value))
    deviation = np.sqrt(squares / (len(pnl) - 1))
    return deviation if deviation > ROUNDING * largest else 0.0


@_compiled
def _trade_facts(columns: TradeColumns) -> Any:
    """The cells of :class:`TradeFacts`; a named tuple is looked up anew each time it leaves compiled code."""
    pnl, cost, bars_held, price, maes, mfes = columns
    size = len(pnl)
    if size == 0:
        return 0, 0, 0, 0.0, 0.0, np.nan, np.nan, np.nan, np.nan, np.nan, 0, 0, np.nan, np.nan
    wins, losses, held = 0, 0, 0
    profit, loss, best, worst, mae, mfe = 0.0, 0.0, -np.inf, np.inf, 0.0, 0.0
    for index in range(size):
        value = pnl[index]
        wins += value > 0.0
        losses += value < 0.0
        profit += max(value, 0.0)
        loss -= min(value, 0.0)
        best = max(best, value / cost[index])
        worst = min(worst, value / cost[index])
        held += bars_held[index]
        mae += maes[index] / price[index] / size
        mfe += mfes[index] / price[index] / size
    mean = pnl.sum() / size
    deviation = _deviation(pnl, mean)
    streaks = _longest_run(pnl, 1.0), _longest_run(pnl, -1.0)
    return size, wins, losses, profit, loss, mean, deviation, best, worst, held / size, *streaks, mae, mfe


@_compiled
def _facts_of_rows(rows: NDArray[np.void]) -> Any:
    """The cells of :class:`TradeFacts` of trades as records."""
    size = len(rows)
    columns = TradeColumns(
        np.empty(size), np.empty(size), np.empty(size, np.int64), np.empty(size), np.empty(size), np.empty(size)
    )
    for index in range(size):
        row = rows[index]
        columns.pnl[index], columns.bars_held[index] = row["pnl"], row["bars_held"]
        columns.cost[index], columns.price[index] = row["entry_price"] * row["quantity"], row["entry_price"]
        columns.mae[index], columns.mfe[index] = row["mae"], row["mfe"]
    return _trade_facts(columns)


def describe(closed: TradeColumns | NDArray[np.void]) -> TradeFacts:
    """Count and sum closed trades, which may be none: columns, or contiguous read-only rows with cells of their names.

    Of rows, what was paid is ``entry_price`` times ``quantity``.
    """
    if isinstance(closed, np.ndarray):
        return TradeFacts(*_facts_of_rows(closed))
    # Copies, so that there is one kind of array to compile for: columns of rows are not contiguous.
    facts = _trade_facts(
        TradeColumns(
            np.ascontiguousarray(closed.pnl),
            np.ascontiguousarray(closed.cost),
            np.ascontiguousarray(closed.bars_held),
            np.ascontiguousarray(closed.price),
            np.ascontiguousarray(closed.mae),
            np.ascontiguousarray(closed.mfe),
        )
    )
    return TradeFacts(*facts)
