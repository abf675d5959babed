"""What the refusal of a pasted script says to write instead, and that what it says works."""

from __future__ import annotations

import numpy as np
import pytest

from engine import script
from engine.script import hints
from tests.engine.script import running

# A line under the head, and a part of the reason it is refused for.
REFUSED = {
    "a study of version 4": ("x = sma(close, 9)", "Write ta.sma"),
    "another one": ("x = macd(close, 12, 26, 9)", "Write ta.macd"),
    "a variable of version 4": ("x = vwap", "Write ta.vwap"),
    "a colour of version 4": ("x = red", "Write color.red"),
    "mathematics of version 4": ("x = pow(close, 2)", "Write math.pow"),
    "a slip in a name": ("lenght = 5\nx = close[length]", ": write lenght"),
    "a slip in a price": ("x = colse", ": write close"),
    "a slip in a function": ("average(y) => y\nx = averge(close)", ": write average"),
    "a slip in an order": (
        "strategy.entri('L', strategy.long)",
        "docs/script.md lists what strategy.* offers; the closest is strategy.entry",
    ),
    "a slip in a study": ("x = ta.smaa(close, 5)", "docs/script.md lists what ta.* offers; the closest is ta.sma"),
    "a slip in a figure": ("x = strategy.netprofits", "offers; the closest is strategy.netprofit"),
    "a study like none": ("x = ta.frobnicate(close)", "docs/script.md lists what ta.* offers"),
    "a name like none": ("x = frobnicate", "There is no variable 'frobnicate'"),
    "the type of an input": ("x = input(9, type=input.integer)", ": write input.int"),
    "a bound of an input": ("x = input(9, minval=1)", ": write input.int"),
    "a date as text": ('x = timestamp("2020-01-01")', "timestamp(2024, 4, 1)"),
    "a side that varies": ("strategy.entry('L', close > open ? strategy.long : strategy.short)", "one order for each"),
    "a length that varies": ("x = ta.sma(close, close > open ? 5 : 9)", "choose between two calls"),
    "half a length": ("x = ta.sma(close, input.int(21) / 2)", ": write int(...)"),
    "an anchor": ("x = ta.vwap(hlc3, timeframe.change('D'))", "leave anchor and bands out"),
    "a printed number": ("x = str.length('a') > 3", "only drawn or printed"),
    "the name of the timeframe": ("x = timeframe.period == '5'", "only drawn or printed"),
    "another timeframe": ("x = request.security('A', 'D', close)", 'timeframe.change("D")'),
    "a method of a variable": ("y = close\nx = y.sma(5)", "write sma(...) with y as its first argument"),
    "an allowed side": ("strategy.risk.allow_entry_in(strategy.direction.long)", "the other side"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refusal_says_what_to_write(case):
    line, part = REFUSED[case]
    with pytest.raises(script.ScriptError) as caught:
        script.compile(running.HEAD + line)
    assert part in caught.value.reason


def test_what_was_pasted_from_version_four_is_told_its_new_names():
    with pytest.raises(script.ScriptError, match=r"input\.int for input"):
        script.compile('//@version=4\nstrategy("x")')


CLOSES = (10.0, 11.0, 13.0, 12.0, 15.0, 16.0, 14.0, 17.0, 19.0, 18.0, 21.0, 20.0)
BARS = running.daily(*CLOSES)
LAST, BEFORE = np.array(CLOSES), np.array([np.nan, *CLOSES[:-1]])


def written(study: str) -> str:
    """What the hint for a study says to write, over 5 bars."""
    words = (hints.instead(study) or "").split("write ")[1].replace("20", "5")
    return f"x = close\nz = {words}"


def test_the_weighted_mean_of_four_is_as_the_hint_says():
    assert running.values(written("ta.swma"), "z", BARS)[3:5] == pytest.approx(
        [(10 + 2 * 11 + 2 * 13 + 12) / 6, (11 + 2 * 13 + 2 * 12 + 15) / 6]
    )


def test_a_range_is_as_the_hint_says():
    assert running.values(written("ta.range"), "z", BARS)[4:6] == [5, 5]


def test_volume_by_price_is_as_the_hint_says():
    volume = np.arange(1, len(CLOSES) + 1) * 10
    flow = np.nan_to_num((LAST - BEFORE) / BEFORE * volume)
    assert running.values(written("ta.pvt"), "z", BARS) == pytest.approx(np.cumsum(flow))


def test_a_correlation_is_as_the_hint_says():
    found = running.values(written("ta.correlation").replace("z =", "y = volume\nz ="), "z", BARS)
    assert found[4:] == pytest.approx(
        [np.corrcoef(LAST[at - 4 : at + 1], np.arange(5))[0, 1] for at in range(4, len(CLOSES))]
    )


def test_the_true_strength_is_as_the_hint_says():
    body = written("ta.tsi").replace("25", "3").replace("13", "2")
    rising = running.daily(*range(10, 22))
    assert running.values(body, "z", rising)[-1] == pytest.approx(1)
    assert running.values(body, "z", running.daily(*range(40, 28, -1)))[-1] == pytest.approx(-1)


@pytest.mark.parametrize(("study", "top"), [("ta.max", np.maximum), ("ta.min", np.minimum)])
def test_the_extreme_since_the_first_bar_is_as_the_hint_says(study, top):
    declared, changed = written(study).removeprefix("x = close\nz = ").split(", then ")
    name = changed.split()[0]
    found = running.values(f"x = close\n{declared}\n{changed}", name, BARS)
    assert found == list(top.accumulate(LAST))


@pytest.mark.parametrize(("study", "width"), [("ta.bbw", 4.0), ("ta.kcw", 3.0)])
def test_a_width_is_as_the_hint_says(study, width):
    declared, then = written(study).removeprefix("x = close\nz = ").split(", then ")
    found = running.values(f"{declared}\nz = {then}", "z", BARS)
    middle, spread = np.mean(CLOSES[:5]), np.std(CLOSES[:5])
    if study == "ta.bbw":
        # Twice two deviations of the population, by the mean.
        assert found[4] == pytest.approx(width * spread / middle)
    else:
        # Twice one and a half true ranges: 2, 3, 4, 3, 5 at first; both means begin simple.
        assert found[4] == pytest.approx(width * np.mean([2, 3, 4, 3, 5]) / middle)


def test_a_method_of_what_is_drawn_is_not_even_looked_at():
    body = "var line l = na\nl := line.new(bar_index, close, bar_index, close)\nl.set_x2(bar_index, close.nothing)\n"
    assert script.compile(running.HEAD + body + "strategy.entry('L', strategy.long)").code.orders.shape[0] == 1
