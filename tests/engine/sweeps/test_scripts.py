"""Scripts in sweeps: a row is what the single run says, and memory stays where it is."""

from __future__ import annotations

import numpy as np
import pytest

from engine import runner, script
from engine.script import ScriptError
from engine.sweeps import Grid, ScriptFamily, fill_sensitivity, sweep
from engine.sweeps.rows import row_of
from tests.engine.script import running
from tests.engine.sweeps import making
from tests.engine.sweeps.making import SETTINGS

BARS = running.five_minutes(4)
TREND = """//@version=6
strategy("Trend")
fast = input.int(3, minval=1, maxval=20)
slow = input.int(9, minval=2)
hold = input.bool(true)
var float best = na
best := math.max(nz(best, close), close)
if ta.crossover(ta.sma(close, fast), ta.ema(close, slow))
    strategy.entry("L", strategy.long, qty=1)
if ta.crossunder(ta.sma(close, fast), ta.ema(close, slow)) or (not hold and close < best * 0.99)
    strategy.close("L")
"""


def test_each_row_is_its_single_run_and_bounds_leave_combinations_out():
    grid = Grid.checked(fast=[2.0, 5.0, 21.0], slow=[9.0, 1.0], hold=[0.0, 1.0])
    found = list(sweep(family=ScriptFamily.of(TREND), grid=grid, bars=BARS, settings=SETTINGS))
    assert [rows.first for rows in found] == list(range(12))
    tried = [bool(rows.tried[0]) for rows in found]
    assert tried == [True, True, False, False, True, True, False, False, False, False, False, False]
    for rows in found:
        values = grid.combination(rows.first)
        if rows.tried[0]:
            program = script.compile(TREND, inputs={**values, "hold": bool(values["hold"])})
            alone = runner.run_program(program=program, bars=BARS, settings=SETTINGS)
            np.testing.assert_array_equal(rows.values[0], row_of(alone.statistics))
    # What is not held through a fall is sold there.
    assert found[0].values[0, 0] != found[1].values[0, 0]


def test_a_part_of_a_sweep_gives_the_rows_of_that_part():
    grid = Grid.checked(fast=[2.0, 3.0, 4.0])
    family = ScriptFamily.of(TREND, given={"slow": 12})
    whole = list(sweep(family=family, grid=grid, bars=BARS, settings=SETTINGS))
    part = list(sweep(family=family, grid=grid, bars=BARS, settings=SETTINGS, first=1, last=3))
    assert [rows.first for rows in part] == [1, 2]
    np.testing.assert_array_equal(part[1].values, whole[2].values)
    other = list(sweep(family=ScriptFamily.of(TREND), grid=grid, bars=BARS, settings=SETTINGS))
    assert (other[2].values != whole[2].values).any()


@pytest.mark.parametrize("values", [{"slower": [1.0]}, {"fast": [2.0], "title": [1.0]}])
def test_an_input_that_the_script_has_not_is_an_error(values):
    with pytest.raises(ScriptError, match="There is no input"):
        list(sweep(family=ScriptFamily.of(TREND), grid=Grid.checked(**values), bars=BARS, settings=SETTINGS))


def test_memory_does_not_grow_with_combinations(monkeypatch):
    bars = running.five_minutes(20)
    monkeypatch.setattr("engine.sweeps.trials._MOST_KEPT", 5 * len(bars))
    family = ScriptFamily.of(TREND)

    def peak(combinations):
        grid = Grid.checked(slow=[float(value) for value in range(2, 2 + combinations)])
        return making.peak(sweep(family=family, grid=grid, bars=bars, settings=SETTINGS))

    # One column has 12 kB: those of 280 more combinations, were they kept, 3.4 MB.
    assert peak(300) < peak(20) + 1_000_000


def test_the_first_variant_is_the_run_itself():
    program = ScriptFamily.of(TREND).build({"fast": 2.0})
    found = fill_sensitivity(strategy=program, bars=BARS, settings=SETTINGS)
    alone = runner.run_program(program=program, bars=BARS, settings=SETTINGS)
    assert found["pessimistic"].equity.tolist() == alone.equity.tolist()
    assert found["next_open"].trades[0].entry_index == alone.trades[0].entry_index + 1
