"""Making a process ready: every kernel loaded or compiled before the first job asks for it, memory at hand.

What does not belong here: kernels, and what a job gives.
"""

from __future__ import annotations

import numpy as np

from engine import runner
from engine.legs import runner as legs_runner
from engine.legs.days import Contract, Day
from engine.legs.rule import LegRule, LegsRule
from engine.portfolio import runner as portfolio_runner
from engine.portfolio.allocation import Allocation
from engine.rules import predefined
from engine.simulation.moments import IST_OFFSET
from engine.sweeps import Family, Grid, sweep
from engine.types import Bars, Settings

SETTINGS = Settings(initial_cash=1_000_000_00)
# glibc takes the size of the largest block freed so far, up to 32 MB, for what is worth returning to the system.
LARGEST_BLOCK = 31 * 2**20
OPENS_AT = 9 * 3600 + 15 * 60 - IST_OFFSET


def keep_memory() -> None:
    """Have the allocator keep what one job frees for the next, up to twice the largest block.

    Else the columns of 187,500 bars are returned after each job, and the next meets their 2,300 pages as page faults:
    5 ms of a load that takes 9 without. Not one page of the block is touched.
    """
    np.empty(LARGEST_BLOCK, np.uint8)


def warm() -> None:
    """Run one tiny job of each kind, in a process that keeps its memory."""
    keep_memory()
    runner.warm()
    bars = _bars()
    crossover = Family.of_code("sma_crossover")
    list(sweep(family=crossover, grid=Grid.checked(fast=[1.0], slow=[2.0]), bars=bars, settings=SETTINGS))
    plan = predefined.build("sma_crossover", {"fast": 1, "slow": 2})
    portfolio_runner.run(plan=plan, bars=[bars, bars], allocation=Allocation(max_positions=2), settings=SETTINGS)
    premium = np.array([100, 110, 90, 95], dtype=np.int32)
    contract = Contract("WARM", 100_00, "CE", 1, 1, premium, premium, premium, premium)
    leg = LegRule(side="long", right="CE")
    rule = LegsRule(name="warm", legs=(leg,), entry_minute=9 * 60 + 20, exit_minute=9 * 60 + 30)
    legs_runner.run(rule=rule, days=[Day(bars, (contract,))], settings=SETTINGS)


def _bars() -> Bars:
    """Four bars of one session."""
    prices = np.array([100_00, 101_00, 102_00, 103_00])
    return Bars.checked(
        time=np.arange(4) * 300 + OPENS_AT + 86_400,
        session=np.ones(4),
        open=prices,
        high=prices,
        low=prices,
        close=prices,
        volume=np.arange(4),
    )
