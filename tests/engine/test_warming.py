"""A warmed process compiles nothing when the first job of a kind comes."""

from __future__ import annotations

from typing import Any, cast

import numpy as np

from engine import warming
from engine.legs import kernel as legs_kernel
from engine.portfolio import kernel as portfolio_kernel
from engine.sweeps import Family, Grid, crossing, sweep
from engine.types import Bars, Settings


def signatures() -> list[Any]:
    kernels: list[Any] = [legs_kernel.trade, portfolio_kernel.simulate, crossing.run]
    return [list(cast(Any, kernel).signatures) for kernel in kernels]


def test_every_kind_of_job_is_warmed() -> None:
    warming.warm()
    compiled = signatures()
    assert all(compiled)
    prices = np.arange(100_00, 160_00, 100)
    days = np.arange(60)
    bars = Bars.checked(
        time=days * 86_400, session=days, **dict.fromkeys(("open", "high", "low", "close"), prices), volume=days
    )
    grid = Grid.checked(fast=[2.0, 3.0], slow=[5.0])
    list(sweep(family=Family.of_code("sma_crossover"), grid=grid, bars=bars, settings=Settings(initial_cash=10_000_00)))
    assert signatures() == compiled
