"""Bars and runs for the tests of scripts."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine import runner, script
from engine.rules import script_indicators
from engine.script import evaluation
from engine.script.kernels import machine
from engine.types import Bars, FillOn, Result, Settings

FOLDER = Path(__file__).parent
FIRST_MONDAY = 20_059
NINE_FIFTEEN = 13_500
HEAD = '//@version=5\nstrategy("test")\n'


def daily(*closes: float) -> Bars:
    """Daily bars of closes in rupees, each opening at the close before it, with a range of a rupee around."""
    ends = np.round(np.array(closes) * 100).astype(np.int64)
    opens = np.concatenate((ends[:1], ends[:-1]))
    days = np.arange(FIRST_MONDAY, FIRST_MONDAY + len(ends))
    return Bars.checked(
        time=days * 86_400 + NINE_FIFTEEN,
        session=days,
        open=opens,
        high=np.maximum(opens, ends) + 100,
        low=np.minimum(opens, ends) - 100,
        close=ends,
        volume=np.arange(1, len(ends) + 1) * 10,
    )


def five_minutes(sessions: int = 20) -> Bars:
    """A seeded walk of 75 bars a session in steps of five paise, on weekdays from a Monday on."""
    draw = np.random.default_rng(2026)
    size = sessions * 75
    close = 500_00 + np.cumsum(draw.integers(-30, 31, size)) * 5
    jump = np.where(np.arange(size) % 75 == 0, draw.integers(-60, 61, size) * 5, 0)
    open_ = np.concatenate((close[:1], close[:-1])) + jump
    high = np.maximum(open_, close) + draw.integers(0, 20, size) * 5
    low = np.minimum(open_, close) - draw.integers(0, 20, size) * 5
    number = np.arange(size) // 75
    day = FIRST_MONDAY + number // 5 * 7 + number % 5
    return Bars.checked(
        time=day * 86_400 + NINE_FIFTEEN + np.arange(size) % 75 * 300,
        session=day,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=draw.integers(100, 1_000, size),
    )


def run(text: str, bars: Bars, *, fill_on: FillOn = "next_open", cash: int = 1_000_000_00, **inputs: object) -> Result:
    """Compile a script and run it."""
    program = script.compile(text, inputs=inputs)
    return runner.run_program(program=program, bars=bars, settings=Settings(initial_cash=cash, fill_on=fill_on))


def values(body: str, name: str, bars: Bars, **inputs: object) -> list[float]:
    """What a script's number ``name`` is on each bar, without any fills: read off the orders it is asked to place."""
    text = (
        f"{body if body.startswith('//@') else HEAD + body}\nstrategy.entry('probe', strategy.long, limit = {name})\n"
    )
    program = script.compile(text, inputs=inputs)
    columns = evaluation.columns(program, bars, script_indicators.columns)
    code, memory = program.code, machine.memory(program.code, columns, bars=len(bars))
    found = []
    for bar in range(len(bars)):
        loading = code.resets, code.column_registers, code.recalls
        machine.begin(bar, loading, memory.registers, columns, memory.histories)
        memory.counts[machine.SLIPS] = 0
        outbox = code.orders, memory.slips, memory.counts
        limits = bar, machine.allowed(memory.counts)
        machine.execute(limits, code.instructions, memory.registers, columns, memory.histories, outbox)
        memory.histories[:, bar] = memory.registers[code.histories]
        found.append(float(memory.slips[0, 2]))
    return found


def first(bars: Bars, size: int) -> Bars:
    """The first bars of some."""
    names = ("time", "session", "open", "high", "low", "close", "volume")
    return Bars.checked(**{name: getattr(bars, name)[:size] for name in names})
