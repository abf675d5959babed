"""Bars and families for the tests of sweeps. What does not belong here: expectations about them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator

import numpy as np

from engine.sweeps import Family, Rows
from engine.types import Bars, Settings

SETTINGS = Settings(initial_cash=1_000_00)
CROSSOVER = Family.of_code("sma_crossover")
CLOSES = [10, 10, 10, 11, 13, 12, 10, 8, 8, 9, 12, 14, 13, 9, 9, 11, 12, 12, 8, 7]


def bars_of(closes: list[int], *, per_session: int = 1, opens: list[int] | None = None) -> Bars:
    """Bars of closes in rupees from day 20,000 on, each opening at the close before it if nothing else is said."""
    ends = np.array(closes, dtype=np.int64) * 100
    starts = np.concatenate((ends[:1], ends[:-1])) if opens is None else np.array(opens, dtype=np.int64) * 100
    place = np.arange(len(ends))
    days = 20_000 + place // per_session
    return Bars.checked(
        time=days * 86_400 + place % per_session * 300 + 13_500,
        session=days,
        open=starts,
        high=np.maximum(starts, ends),
        low=np.minimum(starts, ends),
        close=ends,
        volume=np.ones_like(ends),
    )


def above(**extra: object) -> Family:
    """Long while the close is at least a level, an input."""
    close = {"left": "CLOSE", "right": "level"}
    return Family(
        {
            "name": "above",
            "inputs": {"level": 10, "stop": 5},
            "enter_long": {**close, "op": ">="},
            "exit_long": {**close, "op": "<"},
            **extra,
        }
    )


def peak(rows: Iterator[Rows]) -> int:
    """The most that was held at a time after the first rows, in bytes."""
    next(rows)
    tracemalloc.start()
    for _ in rows:
        pass
    high = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return high
