"""Statistics of a few numbers, for the tests of metrics."""

from __future__ import annotations

import numpy as np

from engine.metrics import registry, tally
from engine.types import Bars


def measure(
    equity,
    *,
    initial=None,
    days=None,
    sessions=None,
    pnl=(),
    cost=None,
    held=None,
    exposed=0,
    closes=None,
    mae=None,
    mfe=None,
    charges=0.0,
    traded=0.0,
    benchmark=None,
):
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
        np.full(len(pnl), 100.0),
        np.array(mae or [0.0] * len(pnl)),
        np.array(mfe or [0.0] * len(pnl)),
    )
    return registry.measure(
        bars=bars,
        equity=np.array(equity, dtype=np.float64),
        initial_cash=initial,
        closed=closed,
        activity=registry.Activity(exposed, charges, traded),
        benchmark=None if benchmark is None else np.array(benchmark, dtype=np.int32),
    )
