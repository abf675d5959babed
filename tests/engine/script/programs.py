"""Scripts drawn from a grammar, each with its meaning worked out slowly, by a walk of plain Python over every bar.

A script is nested tuples: ``text_of`` writes it as Pine, ``Reference`` says what its variables are. What does not
belong here: anything of the engine, which this is held against.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from engine.types import Bars

Tree = tuple[Any, ...]
NAMES = ("a", "b", "c")
PRICES = ("open", "high", "low", "close")
NAN = math.nan

numbers = st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.25, 100.0, 499.95])
names = st.sampled_from(NAMES)
leaves = st.one_of(
    st.tuples(st.just("number"), numbers),
    st.tuples(st.just("price"), st.sampled_from(PRICES), st.integers(0, 3)),
    st.tuples(st.just("name"), names, st.integers(0, 3)),
)


def _grown(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    condition = st.one_of(
        st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner, inner),
        st.tuples(st.just("isna"), inner),
    )
    logic = st.one_of(
        condition,
        st.tuples(st.sampled_from(["and", "or"]), condition, condition),
        st.tuples(st.just("not"), condition),
    )
    return st.one_of(
        st.tuples(st.sampled_from(["+", "-", "*", "/", "%"]), inner, inner),
        st.tuples(st.sampled_from(["max", "min", "nz"]), inner, inner),
        st.tuples(st.sampled_from(["negative", "abs"]), inner),
        st.tuples(st.just("choice"), logic, inner, inner),
    )


expressions: st.SearchStrategy[Tree] = st.recursive(leaves, _grown, max_leaves=8)
conditions = st.tuples(st.sampled_from(["<", ">", "=="]), expressions, expressions)
assignments = st.tuples(st.just("assign"), names, expressions)


def _nested(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    block = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        st.tuples(st.just("if"), conditions, block, block),
        st.tuples(st.just("for"), st.integers(0, 3), st.integers(-2, 5), block),
    )


statements: st.SearchStrategy[Tree] = st.recursive(assignments, _nested, max_leaves=6)
programs = st.lists(statements, min_size=1, max_size=6)

_WORDS = {"max": "math.max", "min": "math.min", "nz": "nz", "abs": "math.abs", "isna": "na"}


def expression_text(tree: Tree) -> str:
    """An expression as Pine."""
    kind, *parts = tree
    if kind == "number":
        return repr(parts[0])
    if kind in ("price", "name"):
        return parts[0] + (f"[{parts[1]}]" if parts[1] else "")
    said = [expression_text(part) for part in parts]
    if kind == "choice":
        return f"({said[0]} ? {said[1]} : {said[2]})"
    if kind in _WORDS:
        return f"{_WORDS[kind]}({', '.join(said)})"
    if len(said) == 1:
        return f"({'not' if kind == 'not' else '-'} {said[0]})"
    return f"({said[0]} {kind} {said[1]})"


def text_of(program: Sequence[Tree]) -> str:
    """A program as Pine: three variables that live from bar to bar, then its statements."""
    lines = [f"var float {name} = {start}" for name, start in zip(NAMES, ("0.0", "1.0", "na"), strict=True)]
    return "\n".join(lines + [line for statement in program for line in _lines(statement, level=0)]) + "\n"


def _lines(tree: Tree, *, level: int) -> list[str]:
    indent = "    " * level
    if tree[0] == "assign":
        return [f"{indent}{tree[1]} := {expression_text(tree[2])}"]
    blocks = tree[2:] if tree[0] == "if" else tree[3:]
    found = [[line for statement in block for line in _lines(statement, level=level + 1)] for block in blocks]
    if tree[0] == "if":
        return [f"{indent}if {expression_text(tree[1])}", *found[0], f"{indent}else", *found[1]]
    return [f"{indent}for i{level} = {tree[1]} to {tree[2]}", *found[0]]


class Reference:
    """What the variables of a program are on each bar."""

    def __init__(self, program: Sequence[Tree], bars: Bars) -> None:
        self._prices = {name: [float(value) / 100.0 for value in getattr(bars, name)] for name in PRICES}
        self._now = {"a": 0.0, "b": 1.0, "c": NAN}
        self.past: dict[str, list[float]] = {name: [] for name in NAMES}
        for bar in range(len(bars)):
            self._bar = bar
            self._block(program)
            for name in NAMES:
                self.past[name].append(self._now[name])

    def _block(self, block: Sequence[Tree]) -> None:
        for statement in block:
            if statement[0] == "assign":
                self._now[statement[1]] = self._value(statement[2])
            elif statement[0] == "if":
                self._block(statement[2] if self._value(statement[1]) else statement[3])
            else:
                for _ in range(abs(statement[2] - statement[1]) + 1):
                    self._block(statement[3])

    def _value(self, tree: Tree) -> Any:
        kind, *parts = tree
        if kind == "number":
            return parts[0]
        if kind in ("price", "name"):
            return self._read(*parts, is_price=kind == "price")
        return _applied(kind, [self._value(part) for part in parts])

    def _read(self, name: str, back: int, *, is_price: bool) -> float:
        if back > self._bar:
            return NAN
        if is_price:
            return self._prices[name][self._bar - back]
        return self.past[name][self._bar - back] if back else self._now[name]


def _applied(kind: str, given: list[Any]) -> Any:
    first, second = given[0], given[1] if len(given) > 1 else 0.0
    if kind in ("/", "%") and second == 0.0:
        return NAN
    if kind in ("max", "min") and (math.isnan(first) or math.isnan(second)):
        return NAN
    meanings: dict[str, Any] = {
        "+": lambda: first + second,
        "-": lambda: first - second,
        "*": lambda: first * second,
        "/": lambda: first / second,
        "%": lambda: NAN if math.isinf(first) else math.fmod(first, second),
        "<": lambda: first < second,
        "<=": lambda: first <= second,
        ">": lambda: first > second,
        ">=": lambda: first >= second,
        "==": lambda: abs(first - second) <= 1e-9,
        "!=": lambda: abs(first - second) > 1e-9,
        "and": lambda: first and second,
        "or": lambda: first or second,
        "not": lambda: not first,
        "isna": lambda: math.isnan(first),
        "max": lambda: max(first, second),
        "min": lambda: min(first, second),
        "nz": lambda: second if math.isnan(first) else first,
        "negative": lambda: -first,
        "abs": lambda: abs(first),
        "choice": lambda: second if first else given[2],
    }
    return meanings[kind]()
