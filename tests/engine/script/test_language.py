"""What a script's expressions and statements are worth, bar by bar, worked by hand."""

from __future__ import annotations

import math

import pytest

from tests.engine.script import running

CLOSES = (10.0, 11.0, 12.0, 11.0, 13.0)
NA = math.nan
BARS = running.daily(*CLOSES)

# Body of a script, and what its x is on bars closing at 10, 11, 12, 11, 13.
WORKED = {
    "the past of a price": ("x = close[1]", [NA, 10, 11, 12, 11]),
    "the past further back": ("x = close[3]", [NA, NA, NA, 10, 11]),
    "the past of the past": ("y = close[1]\nx = y[1]", [NA, NA, 10, 11, 12]),
    "the past of an expression": ("x = (close + open)[1]", [NA, 20, 21, 23, 23]),
    "a look back that varies": ("x = close[bar_index % 2]", [10, 10, 12, 12, 13]),
    "a look back before the first bar": ("x = close[bar_index + 1]", [NA] * 5),
    "a plain variable starts anew": ("x = 0.0\nx := x + close", [10, 11, 12, 11, 13]),
    "var is kept": ("var float x = 0.0\nx := x + close", [10, 21, 33, 44, 57]),
    "var counts": ("var int x = 0\nx += 1", [1, 2, 3, 4, 5]),
    "var begins with the first bar's value": ("var float x = close", [10] * 5),
    "var begins where its block first runs": (
        "float x = na\nif close > 11\n    var float first = close\n    x := first",
        [NA, NA, 12, NA, 12],
    ),
    "the past of var": ("var float s = 0.0\ns := s + close\nx = s[1]", [NA, 10, 21, 33, 44]),
    "the past of a variable is its last value": ("y = 0.0\ny := close\nx = nz(y[1])", [0, 10, 11, 12, 11]),
    "a copy does not follow": ("y = close\ny := y + 1\nz = y\ny := 0\nx = z", [11, 12, 13, 12, 14]),
    "an alias of var is its value at that moment": ("var int n = 0\nm = n\nn += 1\nx = m", [0, 1, 2, 3, 4]),
    "na spreads": ("x = close + close[1]", [NA, 21, 23, 23, 24]),
    "na compares with nothing": ("x = close[1] > 0 ? 1 : close[1] <= 0 ? 2 : 3", [3, 1, 1, 1, 1]),
    "na differs from nothing": ("x = close[1] != 0 ? 1 : 0", [0, 1, 1, 1, 1]),
    "na is asked for": ("x = na(close[1]) ? 1 : 0", [1, 0, 0, 0, 0]),
    "nz": ("x = nz(close[1], 7)", [7, 10, 11, 12, 11]),
    "nz without a replacement": ("x = nz(close[1])", [0, 10, 11, 12, 11]),
    "fixnan": ("x = fixnan(close > 11 ? close : na)", [NA, NA, 12, 12, 13]),
    "fixnan of a variable": ("float y = na\nif close > 11\n    y := close\nx = fixnan(y)", [NA, NA, 12, 12, 13]),
    "the past of a bool is false before the first bar": ("x = not (close > 0)[1] ? 1 : 0", [1, 0, 0, 0, 0]),
    "so it equals false there": ("x = (close > 0)[1] == false ? 1 : 0", [1, 0, 0, 0, 0]),
    "division by zero is na": ("x = close / (close - 10)", [NA, 11, 6, 11, 13 / 3]),
    "the remainder has the sign of the dividend": ("x = -7 % 4", [-3] * 5),
    "precedence": ("x = 1 + 2 * 3 - 4 / 2", [5] * 5),
    "not binds before ==": ("x = not true == false ? 1 : 0", [1] * 5),
    "from the left": ("x = 10 - 3 - 2", [5] * 5),
    "if as a value": ("x = if close > 11\n    1\nelse if close > 10\n    2\nelse\n    3", [3, 2, 1, 2, 1]),
    "if without else is na": ("x = if close > 11\n    close", [NA, NA, 12, NA, 13]),
    "if with assignments": ("x = 0\nif close > 11\n    x := 1\nelse\n    x := 2", [2, 2, 1, 2, 1]),
    "if over a variable as a value": (
        "var int n = 0\nx = if close > 11\n    n := n + 1\n    n\nelse\n    -1",
        [-1, -1, 1, -1, 2],
    ),
    "switch on a value": ("x = switch bar_index\n    0 => 5\n    2 => 6\n    => 7", [5, 7, 6, 7, 7]),
    "switch on conditions": (
        "x = switch\n    close > 12 => 1\n    close > 11 =>\n        2\n    => 3",
        [3, 3, 2, 3, 1],
    ),
    "for": ("x = 0\nfor i = 1 to 4\n    x += i", [10] * 5),
    "for by": ("x = 0\nfor i = 0 to 10 by 5\n    x += i", [15] * 5),
    "for counts down by itself": ("x = 0.0\nfor i = 3 to 1\n    x := x * 10 + i", [321] * 5),
    "for over the past": ("x = 0.0\nfor i = 0 to 2\n    x += nz(close[i])", [10, 21, 33, 34, 36]),
    "break": ("x = 0\nfor i = 0 to 9\n    if i == 3\n        break\n    x += 1", [3] * 5),
    "continue": ("x = 0\nfor i = 0 to 9\n    if i % 2 == 0\n        continue\n    x += i", [25] * 5),
    "break leaves the inner loop only": (
        "x = 0\nfor i = 1 to 3\n    for j = 1 to 9\n        if j > i\n            break\n        x += 1",
        [6] * 5,
    ),
    "while": ("x = 1\nwhile x < close\n    x *= 2", [16] * 5),
    "for as a value": ("x = for i = 1 to 3\n    i * close", [30, 33, 36, 33, 39]),
    "a function": ("f(a, b = 2) => a * b\nx = f(close) + f(1, 3)", [23, 25, 27, 25, 29]),
    "a function of several lines": ("f(a) =>\n    b = a + 1\n    b * 2\nx = f(close)", [22, 24, 26, 24, 28]),
    "each call of a function has a memory of its own": (
        "f(a) =>\n    var float s = 0.0\n    s += a\n    s\nx = f(1) * 100 + f(10)",
        [110, 220, 330, 440, 550],
    ),
    "a function sees what is defined before it": ("k = 3\nf(a) => a * k\nx = f(2)", [6] * 5),
    "a function's names stay inside": ("y = 1\nf() =>\n    y = 5\n    y\nz = f()\nx = y", [1] * 5),
    "several values": ("f(a) => [a, a * 2]\n[p, q] = f(close)\nx = q - p", [10, 11, 12, 11, 13]),
    "underscore is nobody": ("f() => [1, 2, 3]\n[_, x, _] = f()", [2] * 5),
    "strings compare": ('d = close > 11 ? "up" : "down"\nx = d == "up" ? 1 : 0', [0, 0, 1, 0, 1]),
    "rounding is away from zero": ("x = math.round(-2.5) * 10 + math.round(1.25, 1)", [-28.7] * 5),
    "whole numbers": ("x = int(2.9) + int(-2.9) + math.floor(-0.5) + math.ceil(0.5)", [0] * 5),
    "math": ("x = math.max(1, close, 12) + math.min(3, 2) + math.abs(-1) + math.pow(2, 3)", [23, 23, 23, 23, 24]),
    "an average": ("x = math.avg(close, 1, 4)", [5, 16 / 3, 17 / 3, 16 / 3, 6]),
    "a root of less than nothing is na": ("x = math.sqrt(close - 11)", [NA, 0, 1, 0, math.sqrt(2)]),
    "colours are ignored": ("c = close > open ? color.green : #FF0000\nx = close", list(CLOSES)),
    "bool of a number": ("x = bool(close - 10) ? 1 : 0", [0, 1, 1, 1, 1]),
    "the price means": ("x = hlc3", [10, 32 / 3, 35 / 3, 34 / 3, 37 / 3]),
    "the calendar": ("x = year * 10000 + month * 100 + dayofmonth", [20241202, 20241203, 20241204, 20241205, 20241206]),
    "the weekday, from Sunday": ("x = dayofweek", [2, 3, 4, 5, 6]),
    "the clock": ("x = hour * 100 + minute", [915] * 5),
    "the first bar": ("x = barstate.isfirst ? 1 : 0", [1, 0, 0, 0, 0]),
    "no bar is the last": ("x = barstate.islast ? 1 : 0", [0] * 5),
    "a fixed date": ("x = time >= timestamp(2024, 12, 4, 9, 15) ? 1 : 0", [0, 0, 1, 1, 1]),
    "cum": ("x = ta.cum(close)", [10, 21, 33, 44, 57]),
    "change": ("x = ta.change(close)", [NA, 1, 1, -1, 2]),
    "barssince": ("x = ta.barssince(close == 11)", [NA, 0, 1, 0, 1]),
    "valuewhen": ("x = ta.valuewhen(close == 11, bar_index, 0)", [NA, 1, 1, 3, 3]),
    "valuewhen before": ("x = ta.valuewhen(close == 11, bar_index, 1)", [NA, NA, NA, 1, 1]),
    "rising": ("x = ta.rising(close, 2) ? 1 : 0", [0, 0, 1, 0, 1]),
    "highest of high by default": ("x = ta.highest(2)", [NA, 12, 13, 13, 14]),
    "highestbars": ("x = ta.highestbars(close, 3)", [NA, NA, 0, -1, 0]),
    "sum": ("x = math.sum(close, 2)", [NA, 21, 23, 23, 24]),
    "crossover": ("x = ta.crossover(close, 11.5) ? 1 : 0", [0, 0, 1, 0, 1]),
    "crossover from a tie": ("x = ta.crossover(close, 11) ? 1 : 0", [0, 0, 1, 0, 1]),
    "crossunder": ("x = ta.crossunder(close, 11.5) ? 1 : 0", [0, 0, 0, 1, 0]),
    "crossover of a variable": (
        "var float s = 0.0\ns += 11.5 - s\nx = ta.crossover(close, s) ? 1 : 0",
        [0, 0, 1, 0, 1],
    ),
    "a pivot is told when it is one": ("x = nz(ta.pivothigh(close, 1, 1))", [0, 0, 0, 12, 0]),
    "true range": ("x = ta.tr(true)", [2, 3, 3, 3, 4]),
    "true range needs a bar before": ("x = ta.tr", [NA, 3, 3, 3, 4]),
    "a study on what a study left out": ("x = ta.sma(close[2], 2)", [NA, NA, NA, 10.5, 11.5]),
}


@pytest.mark.parametrize("rule", WORKED)
def test_a_value_worked_by_hand(rule):
    body, expected = WORKED[rule]
    assert running.values(body, "x", BARS) == pytest.approx(expected, abs=1e-12, nan_ok=True)


# E18 of the strategies: closes 10, 11, 12, 11, 13, 14, 13, 15, 16, 15.
VECTOR = running.daily(10, 11, 12, 11, 13, 14, 13, 15, 16, 15)


def test_the_average_vectors_of_the_specification():
    assert running.values("x = ta.ema(close, 3)", "x", VECTOR)[2:] == pytest.approx([11, 11, 12, 13, 13, 14, 15, 15])
    assert running.values("x = ta.rsi(close, 5)", "x", VECTOR)[5:] == pytest.approx(
        [83.3333, 68.9655, 78.3133, 81.7490, 68.2359], abs=1e-4
    )


def test_whole_constants_divide_whole_in_version_5_only():
    five, six = (f'//@version={version}\nstrategy("test")\nx = 7 / 2 + close / 2' for version in (5, 6))
    assert running.values(five, "x", BARS)[0] == 8.0
    assert running.values(six, "x", BARS)[0] == 8.5


def test_a_number_is_a_condition_in_version_5():
    assert running.values("x = close[1] ? 1 : 0", "x", BARS) == [0, 1, 1, 1, 1]


def test_an_input_is_set_by_its_variable():
    body = 'n = input.int(2, "Length")\nx = ta.sma(close, n)'
    assert running.values(body, "x", BARS)[1] == 10.5
    assert running.values(body, "x", BARS, n=3)[2] == 11.0


def test_a_source_is_chosen():
    body = "s = input.source(close)\nx = s"
    assert running.values(body, "x", BARS, s="high") == [11, 12, 13, 13, 14]


def test_what_an_input_leaves_out_still_counts_as_checked_and_places_no_order():
    body = "on = input.bool(false)\nx = 0\nif on\n    x := 1\nelse\n    x := 2"
    assert running.values(body, "x", BARS) == [2] * 5
    assert running.values(body, "x", BARS, on=True) == [1] * 5
