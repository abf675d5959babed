"""From text to tree: tokens with their places, what binds closer, what the parser passes on."""

from __future__ import annotations

from typing import Any

import pytest

from engine.script import grammar, nodes
from engine.script.errors import Code, ScriptError
from engine.script.tokens import tokens


def _chained(node):
    signs = ["", *(f" {sign} " for sign in node.operators)]
    return f"({''.join(sign + _written(operand) for sign, operand in zip(signs, node.operands, strict=True))})"


def _called(node):
    given = [*map(_written, node.positional), *(f"{name}={_written(value)}" for name, value in node.keywords)]
    return f"{node.name}({', '.join(given)})"


WRITTEN = {
    nodes.Name: lambda node: node.name,
    nodes.Number: lambda node: f"{node.value:g}",
    nodes.Binary: _chained,
    nodes.History: lambda node: f"{_written(node.series)}[{_written(node.offset)}]",
    nodes.Unary: lambda node: f"({node.operator} {_written(node.operand)})",
    nodes.Ternary: lambda node: f"({_written(node.condition)} ? {_written(node.yes)} : {_written(node.no)})",
    nodes.Call: _called,
}


def _written(node):
    """A node in brackets, so that it shows what belongs together."""
    return WRITTEN[type(node)](node)


def test_tokens_stand_where_they_begin_and_a_comment_is_none():
    found = [(token.kind, token.text, token.column) for token in tokens("x\t:=  'a // b' + 1.5e3 //, \t", number=1)]
    assert found == [
        ("NAME", "x", 1),
        ("ASSIGN", ":=", 3),
        ("STRING", "'a // b'", 7),
        ("SUM", "+", 16),
        ("NUMBER", "1.5e3", 18),
    ]


@pytest.mark.parametrize(("line", "column"), [("x = 'ab", 5), ("x = ta.", 7), ("x = #12345", 5), ("x = 1 & y'", 7)])
def test_what_is_no_token_is_refused_where_it_begins(line, column):
    with pytest.raises(ScriptError) as caught:
        tokens(line, number=3)
    assert (caught.value.code, caught.value.line, caught.value.column) == (Code.SYNTAX, 3, column)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("a", "a"),
        ("(((a)))", "a"),
        ("a - b - c", "(a - b - c)"),
        ("a - b * c[1] > d and not e", "(((a - (b * c[1])) > d) and (not e))"),
        ("a and b or c == d", "((a and b) or (c == d))"),
        ("a or b and c == d > e - f % g", "(a or (b and (c == (d > (e - (f % g))))))"),
        ("a * b + c <= d != e and f or g", "((((((a * b) + c) <= d) != e) and f) or g)"),
        ("a + b * c / d - e or f", "((a + (b * c / d) - e) or f)"),
        ("- - a[1] * not b", "((- (- a[1])) * (not b))"),
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
        ("a ? b ? c : d : e + f", "(a ? (b ? c : d) : (e + f))"),
        ("a > b ? (c ? d : e)[1] : f(g ? h : i)", "((a > b) ? (c ? d : e)[1] : f((g ? h : i)))"),
        ("f()", "f()"),
        ("f(a)[2]", "f(a)[2]"),
        ("f(a, g(b, c + 1), x = -d, y = e)", "f(a, g(b, (c + 1)), x=(- d), y=e)"),
    ],
)
def test_what_belongs_together(text, meaning):
    found: Any = grammar.parse(text).statements
    (statement,) = found
    assert _written(statement.value) == meaning


def test_statements_of_a_line_a_block_and_a_switch_keep_their_order():
    branching = "if a\n    c = 3\n    d = 4\nelse if b\n    e = 5\nelse\n    f = 6\n"
    found: Any = grammar.parse(f"a = 1, b = 2\n{branching}switch\n    a => 7\n    => 8\n").statements
    first, second, branches, cases = found
    assert [(node.names, node.place.line, node.place.column) for node in (first, second)] == [
        (("a",), 1, 1),
        (("b",), 1, 8),
    ]
    blocks = [*(block for _, block in branches.branches), branches.otherwise]
    assert [[node.names[0] for node in block.statements] for block in blocks] == [["c", "d"], ["e"], ["f"]]
    (label, seven), eight = cases.cases[0], cases.otherwise
    assert (_written(label), *(block.statements[0].value.value for block in (seven, eight))) == ("a", 7.0, 8.0)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("x = (a +)", 1, 9),
        ("x = f(a b)", 1, 9),
        ("x = a\ny = = b", 2, 5),
        ("x = a b", 1, 7),
        ("if a\nx = 1", 2, 1),
        ("a = 1, b = if c", 1, 12),
        ("f(x) => y = if x", 1, 13),
        ("if a\n    b\nelse\n    c\nelse\n    d", 5, 1),
        ("x = " + "a ? " * 4000, 1, 16003),
        (f"if a\n    b = {'-' * 62}1\nelse\n    c", 2, 5),
    ],
)
def test_the_first_token_that_may_not_follow_is_named(text, line, column):
    with pytest.raises(ScriptError) as caught:
        grammar.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)


@pytest.mark.parametrize(
    ("text", "behind", "code"),
    [
        ("x = f(a = 1, 2)", " b", Code.SYNTAX),
        (f"x = {'-' * 64}1", " (b)", Code.TOO_DEEP),
        (f"x = {'-' * 63}1", " b", Code.TOO_DEEP),
        (f"[a, {'-' * 63}1]", " + b", Code.TOO_DEEP),
        ("switch\n    => 1\n    a => 2", "\n, b", Code.SYNTAX),
    ],
)
def test_what_is_wrong_as_a_whole_is_told_after_what_may_not_stand_behind_it(text, behind, code):
    """The order of arguments and cases and the depth are known once all is read; so is the token behind it."""
    with pytest.raises(ScriptError) as alone:
        grammar.parse(text)
    assert alone.value.code == code
    with pytest.raises(ScriptError) as caught:
        grammar.parse(text + behind)
    lines = (text + behind).split("\n")
    column = len(lines[-1]) - len(behind.strip()) + 1
    assert (caught.value.code, caught.value.line, caught.value.column) == (Code.SYNTAX, len(lines), column)
    assert caught.value.reason != alone.value.reason
