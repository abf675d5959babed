"""What a script may do on the bars: beyond it the run ends with a typed error at the line that went too far."""

from __future__ import annotations

import pytest

from engine import script
from engine.script import limits
from tests.engine.script import running

BARS = running.five_minutes(4)
ENDLESS = {
    "while true": ("while true\n    x = 1", "STEPS", 3, 1),
    "while that is never left": ("x = 1\nwhile x > 0\n    x += 1", "STEPS", 4, 1),
    "continue for ever": ("i = 0\nwhile i < 5\n    continue\n    i += 1", "STEPS", 4, 1),
    "a step that is nothing": ("s = close - close\nfor i = 0 to 5 by s\n    x = i", "STEPS", 4, 1),
    "a huge loop": ("for i = 0 to 100000000\n    x = i", "STEPS", 3, 1),
    "loops in loops": (
        "x = 0\nfor i = 0 to 100\n    for j = 0 to 100\n        for k = 0 to 100\n            x += 1",
        "STEPS",
        6,
        9,
    ),
    "an endless function": ("f() =>\n    i = 0\n    while i == 0\n        i *= 2\n    i\ny = f()", "STEPS", 5, 5),
    "a look ahead": ("x = close[bar_index - 10]", "HISTORY", 3, 5),
    "a look too far back": ("x = close[bar_index * 100]", "HISTORY", 3, 5),
    "a look ahead of a variable": ("var float s = 0.0\ns += 1\nx = s[0 - bar_index]", "HISTORY", 5, 5),
    "orders without end": ("for i = 0 to 100\n    strategy.entry('L', strategy.long)", "STEPS", 4, 5),
}


@pytest.mark.parametrize("case", ENDLESS)
def test_a_run_that_goes_too_far_ends_with_its_error(case):
    body, code, line, column = ENDLESS[case]
    with pytest.raises(script.ScriptError) as caught:
        running.run(running.HEAD + body, BARS)
    assert (caught.value.code.name, caught.value.line, caught.value.column) == (code, line, column)


def test_too_many_columns_for_the_bars_are_refused_before_any_is_computed(monkeypatch):
    monkeypatch.setattr(limits, "MAX_CELLS", 1_000)
    with pytest.raises(script.ScriptError) as caught:
        running.run(running.HEAD + "if ta.sma(close, 5) > ta.sma(close, 9)\n    strategy.close_all()", BARS)
    assert caught.value.code is script.Code.TOO_HEAVY


def test_a_loop_within_the_limit_ends():
    assert running.values("x = 0\nfor i = 1 to 5000\n    x += 1", "x", running.first(BARS, 3)) == [5000] * 3


def test_a_look_back_that_varies_reaches_5000_bars_and_no_further():
    long = running.five_minutes(67)
    assert len(long) > 5_001
    running.run(f"{running.HEAD}x = close[math.min(bar_index, 5000)]", long)
    with pytest.raises(script.ScriptError) as caught:
        running.run(f"{running.HEAD}x = close[math.min(bar_index, 5001)]", long)
    assert (caught.value.code.name, caught.value.line, caught.value.column) == ("HISTORY", 3, 5)
