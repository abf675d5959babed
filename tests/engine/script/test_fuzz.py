"""Any text gives a program or a ScriptError; a program runs or ends with one, and means what a slow reader makes of it.

``FUZZ_TIMES=100`` in the environment tries a hundred times as many examples.
"""

from __future__ import annotations

import os
import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import script
from tests.engine.script import programs, running
from tests.engine.script.test_accepted import FILES

TIMES = int(os.environ.get("FUZZ_TIMES", "1"))
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


@settings(max_examples=300 * TIMES, deadline=None)
@given(st.text(max_size=300))
def test_any_text(text):
    understood(text)
    understood(running.HEAD + text)


@settings(max_examples=300 * TIMES, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40))
def test_any_words_of_the_language(words):
    understood(running.HEAD + " ".join(words))
    understood(running.HEAD + "".join(words))


@settings(max_examples=200 * TIMES, deadline=None)
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


@settings(max_examples=150 * TIMES, deadline=None)
@given(expressions(), expressions(), st.booleans())
def test_any_expression_runs_and_twice_the_same(first, second, stateful):
    body = f"var float v = 0.0\nw = {'v + 1' if stateful else 'low'}\nv := nz(close + v / 2)\nx = 0.0 + {first}\n"
    text = f"{running.HEAD}{body}if x > nz({second})\n    strategy.entry('L', strategy.long)\n"
    text += "else\n    strategy.close('L')"
    if understood(text) is not None:
        assert outcome(text) == outcome(text)


SHORT = running.first(BARS, 12)


@settings(max_examples=200 * TIMES, deadline=None)
@given(programs.programs)
def test_a_program_means_what_a_slow_reader_makes_of_it(program):
    text = running.HEAD + programs.text_of(program)
    reference = programs.Reference(program, SHORT)
    for name in programs.NAMES:
        np.testing.assert_array_equal(running.values(text, name, SHORT), reference.past[name])


@settings(max_examples=100 * TIMES, deadline=None)
@given(programs.programs, programs.conditions, st.integers(1, 149))
def test_the_future_of_a_program_changes_nothing_before_it(program, condition, size):
    orders = "    strategy.entry('L', strategy.long)\nif b > a or bar_index % 7 == 0\n    strategy.close('L')\n"
    text = f"{running.HEAD}{programs.text_of(program)}if {programs.expression_text(condition)}\n{orders}"
    whole, short = running.run(text, BARS), running.run(text, running.first(BARS, size))
    assert short.equity.tolist() == whole.equity[:size].tolist()
    assert running.run(text, BARS).equity.tolist() == whole.equity.tolist()


@settings(max_examples=200 * TIMES, deadline=None)
@given(
    st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=4)
)
def test_a_script_with_bytes_changed_is_refused_or_compiles(name, changes):
    raw = bytearray(FILES[name].encode())
    for place, value in changes:
        raw[int(place * (len(raw) - 1))] = value
    understood(raw.decode("utf-8", "surrogateescape"))
