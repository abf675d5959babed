"""Any text gives a program or a ScriptError; a program runs or ends with one."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import script
from tests.engine.script import running
from tests.engine.script.test_accepted import FILES

BARS = running.five_minutes(2)
WORDS = sorted({word for text in FILES.values() for word in re.findall(r"\w[\w.]*|[^\w\s]|\n {4}|\n", text)})


def understood(text):
    """The program of a text, None where it is refused."""
    try:
        return script.compile(text)
    except script.ScriptError:
        return None


def outcome(text):
    try:
        return running.run(text, BARS).equity.tolist()
    except script.ScriptError as error:
        return error.code


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text):
    understood(text)
    understood(running.HEAD + text)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words_of_the_language(words):
    understood(running.HEAD + " ".join(words))
    understood(running.HEAD + "".join(words))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(FILES)), st.data())
def test_a_script_with_a_piece_changed(name, data):
    text = FILES[name]
    at = data.draw(st.integers(0, len(text)))
    upto = data.draw(st.integers(at, min(at + 12, len(text))))
    changed = text[:at] + data.draw(st.sampled_from([*WORDS, "", "0", "(", "[-1]", "\x00", "\u202e"])) + text[upto:]
    if understood(changed) is not None:
        assert outcome(changed) == outcome(changed)


names = st.sampled_from(["close", "open", "high", "volume", "bar_index", "v", "w", "na", "1", "2.5", "0", "true"])


@st.composite
def expressions(draw, depth=3):
    """Expressions that mostly have types."""
    if depth == 0:
        return draw(names)
    one, two, three = (draw(expressions(depth=depth - 1)) for _ in range(3))
    shape = draw(
        st.sampled_from(
            [
                "({0} + {1})",
                "({0} / {1})",
                "({0} > {1} ? {1} : {2})",
                "nz({0}, {1})",
                "({0})[2]",
                "math.max({0}, {1})",
                "ta.ema({0}, 3)",
                "ta.highest({0}, 4)",
                "(ta.crossover({0}, {1}) ? {1} : {2})",
                "({0} % {1})",
                "math.pow({0}, {1})",
            ]
        )
    )
    return shape.format(one, two, three)


@settings(max_examples=150, deadline=None)
@given(expressions(), expressions(), st.booleans())
def test_any_expression_runs_and_twice_the_same(first, second, stateful):
    body = f"var float v = 0.0\nw = {'v + 1' if stateful else 'low'}\nv := nz(close + v / 2)\nx = 0.0 + {first}\n"
    text = f"{running.HEAD}{body}if x > nz({second})\n    strategy.entry('L', strategy.long)\n"
    text += "else\n    strategy.close('L')"
    if understood(text) is not None:
        assert outcome(text) == outcome(text)
