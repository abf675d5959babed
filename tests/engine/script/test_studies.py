"""Studies: over a price they are the indicator's, over a variable what the column would have been."""

from __future__ import annotations

import numpy as np
import pytest

from engine import indicators, script
from engine.rules import script_indicators
from engine.script import library, studies
from tests.engine.script import running

BARS = running.five_minutes(3)
# A study of the registry over the price it reads, and the same over a source that only looks different.
SAME = {
    "ta.sma({}, 7)": "close",
    "ta.ema({}, 7)": "close",
    "ta.wma({}, 7)": "close",
    "ta.hma({}, 9)": "close",
    "ta.vwma({}, 7)": "close",
    "ta.rsi({}, 7)": "close",
    "ta.cci({}, 7)": "hlc3",
    "ta.mfi({}, 7)": "hlc3",
    "ta.vwap({})": "hlc3",
}


@pytest.mark.parametrize("study", SAME)
def test_a_study_over_a_price_is_the_indicator(study):
    plain, disguised = SAME[study], f"({SAME[study]} + 0.0)"
    bound = running.values(f"x = {study.format(plain)}", "x", BARS)
    general = running.values(f"x = {study.format(disguised)}", "x", BARS)
    assert general == pytest.approx(bound, abs=1e-7, nan_ok=True)
    assert sum(value == value for value in bound) > 200


@pytest.mark.parametrize("output", range(3))
@pytest.mark.parametrize("study", ["ta.macd({}, 4, 9, 3)", "ta.bb({}, 9, 2)"])
def test_a_study_of_several_values_is_the_indicator(study, output):
    names = ["p", "q", "r"]
    bound, general = (
        running.values(f"[p, q, r] = {study.format(source)}", names[output], BARS)
        for source in ("close", "(close + 0.0)")
    )
    assert general == pytest.approx(bound, abs=1e-7, nan_ok=True)


def test_a_simple_average_of_prices_ties_exactly():
    flat = running.daily(*[100.05] * 12)
    assert running.values("x = ta.sma(close, 3) == ta.sma(close, 7) ? 1 : 0", "x", flat)[8:] == [1] * 4


@pytest.mark.parametrize(
    "study",
    [
        "ta.sma({}, 5)",
        "ta.ema({}, 5)",
        "ta.rma({}, 5)",
        "ta.highest({}, 5)",
        "ta.lowest({}, 5)",
        "math.sum({}, 5)",
        "ta.cum({})",
        "ta.change({}, 3)",
        "ta.mom({}, 3)",
        "ta.roc({}, 3)",
        "fixnan({})",
        "ta.rising({}, 3) ? 1 : 0",
        "ta.falling({}, 3) ? 1 : 0",
        "ta.barssince({} > 501)",
        "ta.valuewhen({} > 501, high, 0)",
        "ta.crossover({}, 501) ? 1 : 0",
        "ta.cross({}, open) ? 1 : 0",
    ],
)
def test_a_study_over_a_variable_is_that_over_the_column(study):
    # The variable holds the close on every bar, but only the run knows that.
    column = running.values(f"x = {study.format('close')}", "x", BARS)
    machine = running.values(f"var float v = na\nv := close\nx = {study.format('v')}", "x", BARS)
    assert machine == pytest.approx(column, abs=1e-7, nan_ok=True)


@pytest.mark.parametrize("study", ["ta.rsi(v, 5)", "ta.stdev(v, 5)", "ta.valuewhen(v > 1, close, 1)", "ta.kc(v, 5, 1)"])
def test_a_study_that_cannot_follow_a_variable_says_so(study):
    with pytest.raises(script.ScriptError) as caught:
        script.compile(f"{running.HEAD}var float v = 0.0\nv += 1\nx = {study}")
    assert (caught.value.code, caught.value.line, caught.value.column) == (script.Code.UNSUPPORTED, 5, 5)


def test_a_study_over_a_variable_stands_at_the_left_margin():
    with pytest.raises(script.ScriptError) as caught:
        script.compile(f"{running.HEAD}var float v = 0.0\nv += 1\nif close > 1\n    x = ta.ema(v, 3)")
    assert (caught.value.code, caught.value.line, caught.value.column) == (script.Code.SCOPE, 6, 9)


def test_a_study_over_prices_may_stand_in_a_branch_and_sees_every_bar():
    body = "float x = na\nif bar_index > 5\n    x := ta.ema(close, 3)"
    everywhere = running.values("x = ta.ema(close, 3)", "x", BARS)
    assert running.values(body, "x", BARS)[6:] == everywhere[6:]


def test_a_gap_is_left_out():
    body = "y = bar_index == 2 ? float(na) : close\nx = ta.sma(y, 2)"
    bars = running.daily(10, 12, 14, 16, 18)
    assert running.values(body, "x", bars) == pytest.approx([np.nan, 11, np.nan, 14, 17], nan_ok=True)


def test_every_study_is_computed_by_the_library_or_by_an_indicator():
    answered = set(library.COMPUTE) | set(script_indicators.BOUND)
    assert set(studies.STUDIES) <= answered
    assert {bound.indicator for bound in script_indicators.BOUND.values()} <= set(indicators.REGISTRY)


def test_the_warm_up_is_that_of_the_slowest_column_with_what_it_looks_back():
    text = "x = ta.sma(ta.sma(close, 5), 3)[2]\nif close > x\n    strategy.entry('L', strategy.long)"
    assert script.compile(running.HEAD + text).warmup_bars == 4 + 2 + 2


def test_the_sentence():
    text = (
        "//@version=5\nstrategy('Cross', default_qty_type=strategy.cash, default_qty_value=5000)\n"
        "n = input.int(9)\non = input.bool(true)\nif on and close > ta.sma(close, n)\n"
        "    strategy.entry('L', strategy.long)\nstrategy.exit('X', loss=10)\n"
    )
    assert script.sentence(script.compile(text, inputs={"n": 5})) == (
        "The script Cross enters long, leaves at its levels, with 5000 rupees at a time; n = 5, on = true."
    )


def test_a_form_can_be_drawn_from_the_inputs():
    (found,) = script.compile(running.HEAD + "n = input.int(9, 'Length', minval=2, maxval=50)").inputs
    assert found.to_json() == {
        "name": "n",
        "label": "Length",
        "type": "int",
        "default": 9,
        "min": 2.0,
        "max": 50.0,
        "options": None,
    }


# Of each call a number that it does not take, the next one, which it does, and where the first is refused.
BOUNDS = {
    "x = ta.rsi(close, {})": ("1", "2", 19),
    "x = ta.rsi(close[1], {})": ("1", "2", 22),
    "x = ta.cmo(close, {})": ("1", "2", 19),
    "x = ta.mfi(hlc3, {})": ("1", "2", 18),
    "x = ta.linreg(close, {}, 0)": ("1", "2", 22),
    "x = ta.wpr({})": ("1", "2", 12),
    "[x, y, z] = ta.macd(close, {}, 26, 9)": ("1", "2", 28),
    "[x, y, z] = ta.macd(close, 12, {}, 9)": ("1", "2", 32),
    "[x, y, z] = ta.macd(close, 2, 3, {})": ("0", "1", 34),
    "[x, y] = ta.supertrend({}, 10)": ("0.05", "0.1", 24),
    "[y, x] = ta.supertrend({}, 10)": ("20.5", "20", 24),
    "x = ta.sar(0.02, 0.02, {})": ("1.5", "1", 24),
    "x = ta.sar(0.3, 0.3, {})": ("0.2", "0.3", 5),
    "x = ta.sar(0.02, {}, 0.2)": ("0.05", "0.02", 5),
}


@pytest.mark.parametrize("call", BOUNDS)
def test_a_number_that_a_study_does_not_take_is_refused_and_the_next_one_is_not(call):
    """What passed was an error of ours once the script ran."""
    beyond, taken, column = BOUNDS[call]
    with pytest.raises(script.ScriptError) as caught:
        script.compile(running.HEAD + call.format(beyond))
    assert (caught.value.line, caught.value.column) == (3, column)
    assert running.values(call.format(taken), "x", BARS)[-1] == pytest.approx(0, abs=1_000)
