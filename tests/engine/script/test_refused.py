"""Scripts that must be refused: each with its code, its line and its column, and nothing but a ScriptError."""

from __future__ import annotations

import pytest

from engine import script
from engine.script.errors import LONGEST_REASON
from tests.engine.script import attacks, refusals, running

TEXTS = {file.stem: file.read_bytes().decode("utf-8") for file in (running.FOLDER / "refused").glob("*.pine")}
HEAD = '//@version=5\nstrategy("x")\n'
MADE = {
    "seventeen_kib": HEAD + "// " + "x" * 17000,
    "a_megabyte": HEAD + "x" * 1_000_000,
    "a_long_name": HEAD + "x" * 100 + " = 1",
    "a_long_number": HEAD + "x = " + "9" * 30,
    "many_lines": HEAD + "\n" * 1200,
    "deep_brackets": HEAD + "x = " + "(" * 200 + "1" + ")" * 200,
    "deep_blocks": HEAD + "\n".join("    " * d + "if close > open" for d in range(60)) + "\n" + "    " * 60 + "x = 1",
    "deep_ternary": HEAD + "x = " + "".join(f"close > {i} ? {i} : " for i in range(300)) + "0",
    "deep_signs": HEAD + "x = " + "- " * 3000 + "1",
    "deep_not": HEAD + "x = " + "not " * 2000 + "true",
    "deep_history": HEAD + "x = close" + "[1]" * 2000,
    "deep_calls": HEAD + "x = " + "math.abs(" * 100 + "1" + ")" * 100,
    "many_branches": HEAD
    + "x = 0\nif close > 1\n    x := 1\n"
    + "".join(f"else if close > {i}\n    x := {i}\n" for i in range(2, 300)),
    "doubling_functions": HEAD
    + "f0(x) => x + close\n"
    + "".join(f"f{i}(x) => f{i - 1}(x) + f{i - 1}(x)\n" for i in range(1, 14))
    + "y = f13(close)",
    "function_tower": HEAD
    + "f0(x) => x\n"
    + "".join(f"f{i}(x) => f{i - 1}(x)\n" for i in range(1, 40))
    + "y = f39(close)",
    "many_columns": HEAD
    + "x = "
    + " + ".join(f"ta.sma(close, {i})" for i in range(1, 450))
    + "\nif x > 0\n    strategy.entry('L', strategy.long)",
    "many_inputs": HEAD + "\n".join(f"i{i} = input.int({i})" for i in range(80)),
    "many_histories": HEAD + "\n".join(f"var float v{i} = 0.0\nv{i} := nz(v{i}[1]) + 1" for i in range(80)),
    "lone_surrogate": HEAD + 'x = "\ud800"',
    "no_text": "",
    "only_spaces": "   \n  ",
    "not_a_script": "\x7fELF\x02\x01",
}

PLACES = {
    "seventeen_kib": ("TOO_LONG", 1, 1),
    "a_megabyte": ("TOO_LONG", 1, 1),
    "a_long_name": ("TOO_LONG", 3, 1),
    "a_long_number": ("TOO_LONG", 3, 5),
    "many_lines": ("TOO_LONG", 1001, 1),
    "deep_brackets": ("TOO_DEEP", 3, 37),
    "deep_blocks": ("TOO_DEEP", 36, 133),
    "deep_ternary": ("TOO_DEEP", 3, 4525),
    "deep_signs": ("TOO_DEEP", 3, 5877),
    "deep_not": ("TOO_DEEP", 3, 7749),
    "deep_history": ("TOO_DEEP", 3, 5),
    "deep_calls": ("TOO_DEEP", 3, 301),
    "many_branches": ("TOO_DEEP", 295, 10),
    "doubling_functions": ("TOO_LARGE", 3, 10),
    "function_tower": ("TOO_DEEP", 27, 11),
    "many_columns": ("TOO_LARGE", 1, 1),
    "many_inputs": ("TOO_LARGE", 67, 7),
    "many_histories": ("TOO_LARGE", 132, 11),
    "lone_surrogate": ("CHARACTER", 3, 6),
    "no_text": ("VERSION", 1, 1),
    "only_spaces": ("VERSION", 1, 1),
    "not_a_script": ("CHARACTER", 1, 1),
}


def refusal(text, **inputs):
    with pytest.raises(script.ScriptError) as caught:
        script.compile(text, inputs=inputs)
    return caught.value


def test_every_refused_script_has_a_place():
    assert set(TEXTS) == set(refusals.FILES)
    assert len(TEXTS) >= 60


@pytest.mark.parametrize("name", sorted(refusals.FILES))
def test_a_script_is_refused_at_its_place(name):
    error = refusal(TEXTS[name])
    assert (error.code.name, error.line, error.column) == refusals.FILES[name]
    assert 0 < len(error.reason) <= LONGEST_REASON


ATTACKS = {**attacks.PYTHON, **attacks.OTHERS, **attacks.PINE}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_is_refused_at_its_place(name):
    text, *expected = ATTACKS[name]
    error = refusal(HEAD + text)
    assert [error.code.name, error.line, error.column] == expected
    assert 0 < len(error.reason) <= LONGEST_REASON


def test_there_are_as_many_attacks_as_the_language_has_ways_in():
    assert len(attacks.PYTHON) >= 17
    assert len(attacks.OTHERS) >= 8
    assert len(attacks.PINE) + len(TEXTS) + len(MADE) >= 125


@pytest.mark.parametrize("name", sorted(MADE))
def test_what_is_too_large_or_too_deep_is_refused(name):
    error = refusal(MADE[name])
    assert (error.code.name, error.line, error.column) == PLACES[name]


INPUT = (
    HEAD
    + 'n = input.int(5, minval=1, maxval=9)\nk = input.string("a", options=["a", "b"])\n'
    + "f = input.float(1.5)\nb = input.bool(true)\ns = input.source(close)"
)
GIVEN: dict[str, dict[str, object]] = {
    "below": {"n": 0},
    "above": {"n": 10},
    "a fraction": {"n": 2.5},
    "text for a number": {"n": "5"},
    "a bool for a number": {"n": True},
    "no option": {"k": "c"},
    "a number for text": {"k": 1},
    "not a number": {"f": float("nan")},
    "beyond all numbers": {"f": 10**400},
    "a number for a bool": {"b": 1},
    "no source": {"s": "bid"},
    "a list": {"n": [5]},
    "no such input": {"m": 5},
}


@pytest.mark.parametrize("case", GIVEN)
def test_a_value_that_an_input_does_not_take_is_refused(case):
    error = refusal(INPUT, **GIVEN[case])
    assert (error.code, error.line) == (script.Code.INPUT, 0)


def test_nothing_of_the_text_comes_back_but_short_and_plain():
    error = refusal(HEAD + "x = " + "a" * 64)
    assert error.reason == f"There is no variable '{'a' * 40}…'"
