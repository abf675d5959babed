"""The tree of a script: what was written, with its place. What does not belong here: what any of it means.

Nothing changes a node once it is made; they are not frozen, for that makes each take three times as long to make.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Place:
    """Where something begins in the text, from 1."""

    line: int
    column: int


@dataclass(slots=True)
class Node:
    """Anything of the tree; ``depth`` is how many levels stand below it."""

    place: Place
    depth: int


@dataclass(slots=True)
class Number(Node):
    """A number; ``whole`` where it was written without point or exponent."""

    value: float
    whole: bool


@dataclass(slots=True)
class Text(Node):
    """A string, its escapes resolved."""

    value: str


@dataclass(slots=True)
class Color(Node):
    """A colour such as ``#FF0000``; it draws nothing here."""


@dataclass(slots=True)
class Name(Node):
    """A name, with its dots (``ta.sma``, ``close``)."""

    name: str


@dataclass(slots=True)
class Unary(Node):
    """``-x``, ``+x`` or ``not x``."""

    operator: str
    operand: Node


@dataclass(slots=True)
class Binary(Node):
    """Operands joined by operators of one precedence, read from the left: one operator fewer than operands."""

    operands: tuple[Node, ...]
    operators: tuple[str, ...]


@dataclass(slots=True)
class Ternary(Node):
    """``condition ? yes : no``."""

    condition: Node
    yes: Node
    no: Node


@dataclass(slots=True)
class History(Node):
    """``series[offset]``."""

    series: Node
    offset: Node


@dataclass(slots=True)
class Call(Node):
    """``name(positional, keyword = value)``."""

    name: str
    positional: tuple[Node, ...]
    keywords: tuple[tuple[str, Node], ...]


@dataclass(slots=True)
class Sequence(Node):
    """``[a, b]``, which only a function or a block may give as its value."""

    items: tuple[Node, ...]


@dataclass(slots=True)
class Declare(Node):
    """``var float name = value``; several names for ``[a, b] = value``; no name for a bare expression."""

    names: tuple[str, ...]
    value: Node
    keep: bool = False
    kind: str = ""


@dataclass(slots=True)
class Assign(Node):
    """``name := value``, or ``name += value`` with ``operator`` ``+``."""

    name: str
    operator: str
    value: Node


@dataclass(slots=True)
class Block(Node):
    """Statements of one indentation."""

    statements: tuple[Node, ...]


@dataclass(slots=True)
class If(Node):
    """Branches with their conditions, tried in order; ``otherwise`` may be absent."""

    branches: tuple[tuple[Node, Block], ...]
    otherwise: Block | None


@dataclass(slots=True)
class Switch(Node):
    """``switch subject`` with its cases; without a subject the cases are conditions."""

    subject: Node | None
    cases: tuple[tuple[Node, Block], ...]
    otherwise: Block | None


@dataclass(slots=True)
class For(Node):
    """``for name = start to end by step``."""

    name: str
    start: Node
    end: Node
    step: Node | None
    body: Block


@dataclass(slots=True)
class While(Node):
    """``while condition``."""

    condition: Node
    body: Block


@dataclass(slots=True)
class Leave(Node):
    """``break`` or ``continue``."""

    word: str


@dataclass(slots=True)
class Parameter:
    """A parameter of a user function."""

    name: str
    default: Node | None


@dataclass(slots=True)
class Function(Node):
    """``name(parameters) => body``."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block


@dataclass(slots=True)
class Script:
    """A whole script."""

    version: int
    statements: tuple[Node, ...]
