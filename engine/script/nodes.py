"""The tree of a script: what was written, with its place. What does not belong here: what any of it means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where something begins in the text, from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Node:
    """Anything of the tree; ``depth`` is how many levels stand below it."""

    place: Place
    depth: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number; ``whole`` where it was written without point or exponent."""

    value: float
    whole: bool


@dataclass(frozen=True, slots=True)
class Text(Node):
    """A string, its escapes resolved."""

    value: str


@dataclass(frozen=True, slots=True)
class Color(Node):
    """A colour such as ``#FF0000``; it draws nothing here."""


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A name, with its dots (``ta.sma``, ``close``)."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary(Node):
    """``-x``, ``+x`` or ``not x``."""

    operator: str
    operand: Node


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """Operands joined by operators of one precedence, read from the left: one operator fewer than operands."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ternary(Node):
    """``condition ? yes : no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(frozen=True, slots=True)
class History(Node):
    """``series[offset]``."""

    series: Node
    offset: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """``name(positional, keyword = value)``."""

    name: str
    positional: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Sequence(Node):
    """``[a, b]``, which only a function or a block may give as its value."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Declare(Node):
    """``var float name = value``; several names for ``[a, b] = value``; no name for a bare expression."""

    names: tuple[str, ...]
    value: Node
    keep: bool = False
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Assign(Node):
    """``name := value``, or ``name += value`` with ``operator`` ``+``."""

    name: str
    operator: str
    value: Node


@dataclass(frozen=True, slots=True)
class Block(Node):
    """Statements of one indentation."""

    statements: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If(Node):
    """Branches with their conditions, tried in order; ``otherwise`` may be absent."""

    branches: tuple[tuple[Node, Block], ...]
    otherwise: Block | None


@dataclass(frozen=True, slots=True)
class Switch(Node):
    """``switch subject`` with its cases; without a subject the cases are conditions."""

    subject: Node | None
    cases: tuple[tuple[Node, Block], ...]
    otherwise: Block | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """``for name = start to end by step``."""

    name: str
    start: Node
    end: Node
    step: Node | None
    body: Block


@dataclass(frozen=True, slots=True)
class While(Node):
    """``while condition``."""

    condition: Node
    body: Block


@dataclass(frozen=True, slots=True)
class Leave(Node):
    """``break`` or ``continue``."""

    word: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a user function."""

    name: str
    default: Node | None


@dataclass(frozen=True, slots=True)
class Function(Node):
    """``name(parameters) => body``."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block


@dataclass(frozen=True, slots=True)
class Script:
    """A whole script."""

    version: int
    statements: tuple[Node, ...]
