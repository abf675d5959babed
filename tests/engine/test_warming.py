"""A warmed process compiles nothing when the first job of a kind comes."""

from __future__ import annotations

import platform
import subprocess
import sys
from typing import Any, cast

import numpy as np
import pytest

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


# Page faults of ten jobs with ten columns of 187,500 numbers each, after one such job.
JOBS = """
import resource
import numpy as np
from engine import warming

def job():
    return sum(column.sum() for column in [np.ones(187_500) for _ in range(10)])

{first}
job()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    job()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""


def faults(first: str) -> int:
    """Asked of a process of its own: what this one freed before counts too."""
    command = [sys.executable, "-c", JOBS.format(first=first)]
    return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other allocators have other rules")
def test_what_a_job_freed_is_kept_for_the_next() -> None:
    # A column has 367 pages.
    assert faults("") > 10 * 3_000
    assert faults("warming.keep_memory()") < 500
