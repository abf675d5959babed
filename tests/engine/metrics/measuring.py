"""Statistics of a few numbers, for the tests of metrics."""

from __future__ import annotations

import numpy as np

from engine.metrics import registry, tally
from engine.types import Bars


def measure(equity, *, initial=None, days=None, sessions=None, pnl=(), cost=None, held=None, exposed=0, closes=None):
    """The statistics of a curve, a bar a value; the first value is the initial cash where none is given."""
    initial, equity = (equity[0], equity[1:]) if initial is None else (initial, equity)
    size = len(equity)
    sessions = np.array(sessions if sessions is not None else (days or range(size)), dtype=np.int64)
    prices = np.array(closes or [100] * size)
    bars = Bars.checked(
        time=np.arange(size) * 300,
        session=sessions,
        open=prices,
        high=prices,
        low=prices,
        close=prices,
        volume=np.zeros(size),
    )
    closed = tally.TradeColumns(
        np.array(pnl, dtype=np.float64),
        np.array(cost or [1_000.0] * len(pnl), dtype=np.float64),
        np.array(held or [1] * len(pnl), dtype=np.int64),
    )
    return registry.measure(
        bars=bars,
        equity=np.array(equity, dtype=np.float64),
        initial_cash=initial,
        closed=closed,
        exposed_bars=exposed,
    )
