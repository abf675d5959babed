"""The trades of a run in other orders: how much of its result was their order, or a few of them.

What does not belong here: prices; nothing here knows what moved a trade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from engine.errors import InvalidSettings

Method = Literal["bootstrap", "shuffle"]

PERCENTILES = (5, 25, 50, 75, 95)
MAX_CELLS = 20_000_000
_CELLS_AT_ONCE = 1_000_000
_HALF = np.uint64(32)


@dataclass(frozen=True, slots=True)
class Scenarios:
    """Percentiles of many redrawn sequences of trades, in the order of PERCENTILES, and the share that lost money.

    ``final_equity`` is paise; ``max_drawdown_pct`` counts from trade to trade.
    """

    draws: int
    trades: int
    final_equity: tuple[float, ...]
    max_drawdown_pct: tuple[float, ...]
    loss_probability: float


def monte_carlo(
    *, pnl: NDArray[np.float64], initial_cash: float, draws: int, method: Method, bits: np.random.BitGenerator
) -> Scenarios:
    """Redraw the closed trades of a run, ``pnl`` in paise in the order of their exits, so many times.

    ``bootstrap`` draws with replacement, ``shuffle`` only changes the order. ``bits`` is the source of randomness; the
    same one in the same state gives the same scenarios, for only its raw words are used.

    # Assumption: a trade gains or loses the same part of the equity wherever it stands in the sequence.

    :raises InvalidSettings: if there is no trade or no draw, too much is asked, or the equity was ever used up
    """
    size = len(pnl)
    if size == 0 or draws < 1 or size * draws > MAX_CELLS:
        raise InvalidSettings(f"Monte Carlo needs 1 to {MAX_CELLS} trades x draws, not {size} x {draws}")
    before = initial_cash + np.concatenate(([0.0], np.cumsum(pnl)[:-1]))
    if before.min() <= 0 or initial_cash + pnl.sum() <= 0:
        raise InvalidSettings("The trades used up the whole equity: their parts of it have no meaning")
    factors = 1.0 + pnl / before
    finals, drawdowns = np.empty(draws), np.empty(draws)
    step = max(1, _CELLS_AT_ONCE // size)
    for first in range(0, draws, step):
        last = min(first + step, draws)
        paths = np.cumprod(factors[_places(bits, rows=last - first, size=size, method=method)], axis=1)
        finals[first:last] = paths[:, -1]
        highest = np.maximum(np.maximum.accumulate(paths, axis=1), 1.0)
        drawdowns[first:last] = ((highest - paths) / highest).max(axis=1)
    return Scenarios(
        draws=draws,
        trades=size,
        final_equity=tuple((np.percentile(finals, PERCENTILES) * initial_cash).tolist()),
        max_drawdown_pct=tuple((np.percentile(drawdowns, PERCENTILES) * 100.0).tolist()),
        loss_probability=float((finals < 1.0).mean()),
    )


def _places(bits: np.random.BitGenerator, *, rows: int, size: int, method: Method) -> NDArray[np.int64]:
    """Which trade stands at each place of each sequence."""
    words = bits.random_raw(rows * size).reshape(rows, size)
    if method == "shuffle":
        return np.argsort(words, axis=1, kind="stable").astype(np.int64)
    # The upper half of a word times the size, over 2 ** 32: even but for one part in 2 ** 32 / size.
    return ((words >> _HALF) * np.uint64(size) >> _HALF).astype(np.int64)
