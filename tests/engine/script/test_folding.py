"""Instructions are made fewer without a change in what they do: which go, which stay, where jumps lead then."""

from __future__ import annotations

import numpy as np
import pytest

from engine import script
from engine.script import folding
from engine.script.emitter import Instruction
from engine.script.kernels import codes
from engine.script.nodes import Place
from tests.engine.script import running

HERE = Place(1, 1)
# Registers as a script has them, those of the account apart.
A, B, C, D, E = range(30, 35)


def code(*rows):
    return [Instruction._make((*row, HERE)) for row in rows]


def left(*rows, read=()):
    return [tuple(instruction)[:5] for instruction in folding.folded(code(*rows), read=read)]


def test_a_value_that_nothing_reads_is_not_made_nor_what_it_alone_reads():
    add, square = (codes.ADD, C, A, B, 0), (codes.MUL, D, C, C, 0)
    assert left(add, square) == []
    assert left(add, square, read=[D]) == [add, square]
    assert left(add, square, read=[C]) == [add]


def test_a_value_that_is_only_copied_on_is_made_where_it_goes():
    rows = (codes.ADD, C, A, B, 0), (codes.COPY, D, C, 0, 0)
    assert left(*rows, read=[D]) == [(codes.ADD, D, A, B, 0)]


def test_a_value_that_is_read_elsewhere_too_is_copied_still():
    rows = (codes.ADD, C, A, B, 0), (codes.COPY, D, C, 0, 0), (codes.NEG, E, C, 0, 0)
    assert left(*rows, read=[D, E]) == list(rows)


def test_a_look_back_goes_on_to_where_it_was_copied():
    rows = (codes.HISTORY_BACK, C, 0, A, B), (codes.COPY, D, C, 0, 0)
    assert left(*rows, read=[D]) == [(codes.HISTORY_BACK, D, 0, A, B)]


@pytest.mark.parametrize("other", [(codes.SUBMIT, C, 0, 0, 0), (codes.JUMP, C, 1, 0, 0)])
def test_what_makes_no_value_is_not_made_to(other):
    rows = other, (codes.COPY, D, C, 0, 0)
    assert left(*rows, read=[D]) == list(rows)


def test_a_copy_that_a_jump_leads_to_stays():
    rows = (codes.JUMP_FALSE, 0, 2, A, 0), (codes.ADD, C, A, B, 0), (codes.COPY, D, C, 0, 0)
    assert left(*rows, read=[D]) == list(rows)


def test_jumps_lead_to_what_they_led_to():
    skips = (codes.JUMP_FALSE, 0, 4, A, 0)
    unread, add, copy = (codes.NEG, E, A, 0, 0), (codes.ADD, C, A, B, 0), (codes.COPY, D, C, 0, 0)
    back = (codes.JUMP, 0, -4, 0, 0)
    shorter = [(codes.JUMP_FALSE, 0, 2, A, 0), (codes.ADD, D, A, B, 0), (codes.JUMP, 0, -2, 0, 0)]
    assert left(skips, unread, add, copy, back, read=[D]) == shorter


def test_a_jump_to_what_is_gone_leads_to_what_came_after_it():
    rows = (codes.JUMP_FALSE, 0, 2, A, 0), (codes.ADD, D, A, B, 0), (codes.NEG, E, A, 0, 0), (codes.SUBMIT, 0, 0, 0, 0)
    assert left(*rows, read=[D]) == [rows[0], rows[1], rows[3]]


def test_the_past_of_a_variable_is_loaded_once_for_all_who_read_it():
    body = "var float v = 0\nv := v + 1\nx = v[1] + v[1] + v[2]\n"
    program = script.compile(f"{running.HEAD}{body}strategy.entry('L', strategy.long, limit = x)\n")
    assert program.code.recalls[:, :2].tolist() == [[0, 1], [0, 2]]
    assert codes.HISTORY_BACK not in program.code.instructions[:, 0]
    found = running.values(body, "x", running.daily(10.0, 11.0, 12.0, 11.0, 13.0))
    assert found[2:] == [2 + 2 + 1, 3 + 3 + 2, 4 + 4 + 3]
    assert np.isnan(found[:2]).all()
