"""Conditions that jump by themselves do what a condition and a jump did, and loops what they are asked to."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine import script
from engine.script import fusing
from engine.script.emitter import Instruction
from engine.script.kernels import codes, machine, scalars
from engine.script.nodes import Place
from tests.engine.script import running

HERE = Place(1, 1)
# Registers as a script has them, those of the account apart.
A, B, C, D, E = range(30, 35)
TESTS = (codes.LT, codes.LE, codes.GT, codes.GE, codes.EQ, codes.NE, codes.AND, codes.OR, codes.NOT)
ORDER = (codes.SUBMIT, E, 0, 0, 0)


def fused(*rows, read=()):
    code = [Instruction._make((*row, HERE)) for row in rows]
    return [tuple(instruction)[:5] for instruction in fusing.fused(code, read=read)]


def unless(code, *, on, a, b):
    return (codes.UNLESS + code, on, a, b, 0)


@pytest.mark.parametrize("code", TESTS)
def test_a_condition_that_only_a_jump_reads_becomes_one_with_it(code):
    rows = (code, C, A, B, 0), (codes.JUMP_FALSE, 0, 2, C, 0), ORDER
    assert fused(*rows) == [unless(code, on=2, a=A, b=B), ORDER]


def test_what_is_no_condition_stays_before_its_jump():
    rows = (codes.SELECT, C, A, B, D), (codes.JUMP_FALSE, 0, 2, C, 0), ORDER
    assert fused(*rows) == list(rows)


def test_a_condition_that_is_read_elsewhere_too_stays():
    rows = (codes.LT, C, A, B, 0), (codes.JUMP_FALSE, 0, 2, C, 0), ORDER
    assert fused(*rows, read=[C]) == list(rows)


def test_a_jump_that_another_leads_to_stays_apart():
    rows = (codes.JUMP_FALSE, 0, 2, D, 0), (codes.LT, C, A, B, 0), (codes.JUMP_FALSE, 0, 2, C, 0), ORDER
    assert fused(*rows) == list(rows)


def test_where_two_must_hold_each_has_its_jump_and_both_lead_to_the_same():
    both = (codes.EQ, C, A, B, 0), (codes.GT, D, A, B, 0), (codes.AND, E, C, D, 0), (codes.JUMP_FALSE, 0, 2, E, 0)
    assert fused(*both, ORDER) == [unless(codes.EQ, on=3, a=A, b=B), unless(codes.GT, on=2, a=A, b=B), ORDER]


def test_a_side_that_was_there_before_jumps_first():
    rows = (codes.GT, D, A, B, 0), (codes.AND, E, D, C, 0), (codes.JUMP_FALSE, 0, 2, E, 0), ORDER
    assert fused(*rows) == [(codes.JUMP_FALSE, 0, 3, C, 0), unless(codes.GT, on=2, a=A, b=B), ORDER]


def test_a_side_that_another_reads_is_made_before_any_jump():
    rows = (codes.GT, D, A, B, 0), (codes.AND, E, D, C, 0), (codes.JUMP_FALSE, 0, 2, E, 0), ORDER
    assert fused(*rows, read=[D]) == [rows[0], unless(codes.AND, on=2, a=D, b=C), ORDER]


def test_an_and_that_a_jump_leads_to_is_not_taken_apart():
    skips = codes.JUMP_FALSE, 0, 2, B, 0
    rows = skips, (codes.GT, D, A, B, 0), (codes.AND, E, D, C, 0), (codes.JUMP_FALSE, 0, 2, E, 0), ORDER
    assert fused(*rows) == [skips, rows[1], unless(codes.AND, on=2, a=D, b=C), ORDER]


def test_both_sides_being_one_value_are_one_condition():
    rows = (codes.GT, D, A, B, 0), (codes.AND, E, D, D, 0), (codes.JUMP_FALSE, 0, 2, E, 0), ORDER
    assert fused(*rows) == [rows[0], unless(codes.AND, on=2, a=D, b=D), ORDER]


def test_jumps_over_what_became_one_lead_to_what_they_led_to():
    rows = (
        (codes.JUMP_FALSE, 0, 4, D, 0),
        (codes.LT, C, A, B, 0),
        (codes.JUMP_FALSE, 0, 2, C, 0),
        ORDER,
        (codes.NEXT, A, -3, B, D),
    )
    assert fused(*rows) == [
        (codes.JUMP_FALSE, 0, 3, D, 0),
        unless(codes.LT, on=2, a=A, b=B),
        ORDER,
        (codes.NEXT, A, -2, B, D),
    ]


def taken(rows, a, b):
    """Whether code goes on behind its jump, which is last but one, with two values."""
    code = np.array([*rows, (codes.COPY, 33, 34, 0, 0)], dtype=np.int32)
    registers = np.full(40, np.nan)
    registers[[30, 31, 33, 34]] = a, b, 0.0, 1.0
    nothing, counts = np.zeros((0, 1)), np.zeros(4, dtype=np.int64)
    out = np.zeros((0, 13), dtype=np.int32), np.zeros((1, 10)), counts
    machine.execute((0, 10), code, registers, nothing, nothing, out)
    return bool(registers[33])


@pytest.mark.parametrize("code", TESTS)
def test_it_jumps_where_the_value_is_not_true(code):
    for a, b in itertools.product((np.nan, -1.0, 0.0, 1.0, 1.0 + 1e-10, 1.0 + 1e-8, np.inf), repeat=2):
        holds = scalars.value(code, a, b, 0.0) == 1.0
        assert taken([(codes.UNLESS + code, 2, A, B, 0)], a, b) == holds
        assert taken([(code, C, A, B, 0), (codes.JUMP_FALSE, 0, 2, C, 0)], a, b) == holds


LOOPS = {
    "no turn": ("n = close - close\nx = 0.0\nfor i = 1 to n by 1\n    x += 1\n", 2.0),
    "one turn": ("x = 0.0\nfor i = 3 to 3\n    x += i\n", 3.0),
    "down by two": ("x = 0.0\nfor i = 5 to 0 by 2\n    x := x * 10 + i\n", 531.0),
    "an end beyond the last turn": ("x = 0.0\nfor i = 0 to 5 by 2\n    x := x * 10 + i\n", 24.0),
    "continue moves the counter on": (
        "x = 0.0\nfor i = 1 to 4\n    if i == 2\n        continue\n    x := x * 10 + i\n",
        134.0,
    ),
    "break at once": ("x = 7.0\nfor i = 1 to 4\n    break\n    x += 1\n", 7.0),
    "its end is read once": ("var float n = 0\nn := 3\nx = 0.0\nfor i = 1 to n\n    n := 1\n    x += 1\n", 3.0),
    "its step is read once": ("n = 1\nx = 0.0\nfor i = 0 to 5 by n\n    x := x * 10 + i\n    n := 2\n", 12345.0),
    "an end that is na": ("x = 4.0\nfor i = 0 to close * na\n    x += 1\n", 4.0),
}


@pytest.mark.parametrize(("body", "expected"), LOOPS.values(), ids=LOOPS)
def test_a_loop_takes_its_turns(body, expected):
    assert running.values(body, "x", running.daily(10.0, 11.0)) == [expected] * 2


def test_an_endless_loop_of_one_statement_within_another_ends_with_its_error():
    body = "var float s = 0\nfor i = 0 to 2\n    while true\n        s := 1.0\n"
    with pytest.raises(script.ScriptError) as caught:
        running.run(f"{running.HEAD}{body}strategy.entry('L', strategy.long)\n", running.daily(10.0, 11.0))
    assert (caught.value.code, caught.value.line) == (script.Code.STEPS, 5)


def test_a_turn_of_a_loop_over_the_past_takes_three_steps():
    body = "x = 0.0\nfor i = 0 to 9\n    x += close[i]\n"
    program = script.compile(f"{running.HEAD}{body}strategy.entry('L', strategy.long, limit = x)\n")
    (back,) = program.code.instructions[program.code.instructions[:, 0] == codes.NEXT][:, 2]
    assert back == -2
