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
        ("a ? b : c ? d : e", "(a ? b : (c ? d : e))"),
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
    [("x = (a +)", 1, 9), ("x = f(a b)", 1, 9), ("x = a\ny = = b", 2, 5), ("x = a b", 1, 7), ("if a\nx = 1", 2, 1)],
)
def test_the_first_token_that_may_not_follow_is_named(text, line, column):
    with pytest.raises(ScriptError) as caught:
        grammar.parse(text)
    assert (caught.value.line, caught.value.column) == (line, column)
