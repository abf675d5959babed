"""Scripts of the tests on 187,500 bars: what understanding one, its columns and its pass over the bars take.

What does not belong here: rules and the peers (``engine``), whether a script is right (the tests).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine import script
from engine.rules import script_indicators
from engine.script import evaluation, grammar, layout
from engine.simulation import scripted
from engine.types import Bars, Settings

FOLDER = Path(__file__).resolve().parents[2] / "tests/engine/script/accepted"
SCRIPTS = {
    "sma_crossover": "SMA crossover",
    "user_functions": "user functions",
    "trailing_by_var": "trailing by `var`",
    "supertrend_by_hand": "Supertrend by hand",
    "percent_stop": "percent stop",
    "opening_range_breakout": "opening-range breakout",
    "loop_average": "loop average",
}
TARGET, REPEATS, LARGEST = 20, 7, 16 * 1024
# As often as it takes for a hundredth of them to be a few.
PARSES = 400
A_PART = """// part {0}: an average, a stop that follows the price, and when to enter
length{0} = {1}
average{0} = ta.ema(close, length{0}) // the mean
var float stop{0} = na
above{0} = close > average{0} and close[1] <= average{0}[1]
if above{0} and strategy.position_size == 0
    stop{0} := close - 2 * ta.atr(14)
else if strategy.position_size > 0
    stop{0} := math.max(nz(stop{0}, low), high - 3 * ta.atr(14))
"""
# Without comments and most blanks.
A_DENSE_PART = """average{0}=ta.ema(close,{1})
var float stop{0}=na
if close>average{0} and close[1]<=average{0}[1] and strategy.position_size==0
    stop{0}:=close-2*ta.atr(14)
else if strategy.position_size>0
    stop{0}:=math.max(nz(stop{0},low),high-3*ta.atr(14))
"""
ITS_END = 'if above0\n    strategy.entry("L", strategy.long)\nstrategy.exit("X", "L", stop=stop0)\n'
ITS_DENSE_END = 'strategy.exit("X","L",stop=stop0)\n'


def processor_ms(work: Callable[[], Any], *, repeats: int = REPEATS) -> list[float]:
    """The processor time of each of several, the least first, which other work on the machine disturbs least."""
    times = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        times.append((time.process_time() - started) * 1000)
    return sorted(times)


def largest(a_part: str, its_end: str) -> str:
    """A script as long as one may be, made of parts that are alike."""
    text, part = '//@version=6\nstrategy("large")\n', 0
    while len(text) + len(following := a_part.format(part, 5 + part % 60)) + len(its_end) <= LARGEST:
        text, part = text + following, part + 1
    return text + its_end


def understood(name: str, text: str) -> str:
    """What it takes to parse a script, and to compile it once parsed."""
    tokens = sum(len(statement) for statement in layout.statements(text))
    parsed = processor_ms(lambda: grammar.parse(text), repeats=PARSES)
    compiled = processor_ms(lambda: script.compile(text))
    return (
        f"{name}, {len(text)} bytes, {tokens} tokens: parsed in {parsed[0]:.1f} ms, median {parsed[PARSES // 2]:.1f}, "
        f"p99 {parsed[-PARSES // 100]:.1f}; names, types and instructions {compiled[0]:.1f} ms, once parsed"
    )


def row(name: str, bars: Bars, settings: Settings) -> str:
    """One script on the bars, as a row of the table."""
    text = (FOLDER / f"{name}.pine").read_text(encoding="utf-8")
    program = script.compile(text)
    columns = evaluation.columns(program, bars, script_indicators.columns)

    def simulate() -> Any:
        return scripted.simulate(program=program, columns=columns, bars=bars, settings=settings)

    trades = len(simulate().trades)
    made = processor_ms(lambda: evaluation.columns(program, bars, script_indicators.columns))[0]
    ran = processor_ms(simulate)[0]
    found = [SCRIPTS[name], len(program.code.instructions), trades, f"{made:.0f}", f"**{ran:.0f}**", TARGET]
    return f"| {' | '.join(map(str, found))} |"


def table(bars: Bars, settings: Settings) -> str:
    """The scripts as Markdown, and what the longest ones take to be understood."""
    head = ["| script | instructions | trades | columns, ms | pass, ms | target |", "| --- |" + " --: |" * 5]
    scripts = {"A usual script": largest(A_PART, ITS_END), "A dense one": largest(A_DENSE_PART, ITS_DENSE_END)}
    rows = [row(name, bars, settings) for name in SCRIPTS]
    # As web processes do, which leave what they have loaded out of looking for rubbish; kernels are loaded by now.
    gc.collect()
    gc.freeze()
    return "\n".join([*head, *rows, *(understood(name, text) for name, text in scripts.items())])
