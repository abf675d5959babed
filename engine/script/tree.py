"""Builds the tree while the parser reads: one method for each rule of the grammar.

No level of the tree is deeper than the limit, so that whoever walks it may recurse. What does not belong here: names,
types and their meaning.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lark import Token, Transformer, v_args

from engine.script import limits, nodes
from engine.script.errors import Code, ScriptError
from engine.script.nodes import Node, Place

_PRECEDENCE = {"OR": 0, "AND": 1, "EQUALITY": 2, "COMPARISON": 3, "SUM": 4, "PRODUCT": 5}
_ESCAPES = {"n": "\n", "t": "\t"}


def _place(token: Token) -> Place:
    return Place(int(token.line or 0), int(token.column or 0))


def _above(place: Place, *below: Node | None) -> int:
    """The depth of a node over others.

    :raises ScriptError: TOO_DEEP
    """
    depth = 1 + max((node.depth for node in below if node is not None), default=0)
    if depth > limits.MAX_DEPTH:
        reason = f"Expressions and blocks are nested at most {limits.MAX_DEPTH} deep: use variables in between"
        raise ScriptError(code=Code.TOO_DEEP, line=place.line, column=place.column, reason=reason)
    return depth


def _join(operands: list[Node], operators: list[Token], *, least: int) -> None:
    """Join the last operands while what stands between them binds at least so closely, what binds alike at once."""
    while operators and _PRECEDENCE[operators[-1].type] >= least:
        level, count = _PRECEDENCE[operators[-1].type], 1
        while count < len(operators) and _PRECEDENCE[operators[-count - 1].type] == level:
            count += 1
        joined, signs = tuple(operands[-count - 1 :]), tuple(str(operator) for operator in operators[-count:])
        del operands[-count - 1 :], operators[-count:]
        place = joined[0].place
        operands.append(nodes.Binary(place, _above(place, *joined), joined, signs))


def _block(statements: Iterable[Node | list[Node]]) -> nodes.Block:
    flat: list[Node] = []
    for statement in statements:
        flat.extend(statement if isinstance(statement, list) else [statement])
    place = flat[0].place if flat else Place(1, 1)
    # A script of many statements is long, not deep.
    return nodes.Block(place, _above(place, *flat), tuple(flat))


def _unescaped(quoted: str) -> str:
    parts = quoted[1:-1].split("\\\\")
    for index, part in enumerate(parts):
        pieces = part.split("\\")
        parts[index] = pieces[0] + "".join(_ESCAPES.get(piece[:1], piece[:1]) + piece[1:] for piece in pieces[1:])
    return "\\".join(parts)


class _Statements(Transformer[Token, nodes.Block]):
    """Statements and blocks."""

    def start(self, items: list[Node | list[Node]]) -> nodes.Block:
        """The whole script."""
        return _block(items)

    def block(self, items: list[Node | list[Node]]) -> nodes.Block:
        """Statements of one indentation."""
        return _block(items)

    def body(self, items: list[Node | list[Node]]) -> nodes.Block:
        """What follows an arrow."""
        return _block(items)

    def line(self, items: list[Node]) -> list[Node]:
        """Statements of one line."""
        return list(items)

    def head(self, tokens: list[Token]) -> tuple[Place, str, str]:
        """Place, name and type of what is declared."""
        words = [token for token in tokens if token.type == "NAME"]
        return _place(words[-1]), str(words[-1]), str(words[0]) if len(words) > 1 else ""

    def declare(self, items: list[object]) -> nodes.Declare:
        """A declaration."""
        place, name, kind = cast("tuple[Place, str, str]", items[-2])
        value = cast("Node", items[-1])
        return nodes.Declare(place, _above(place, value), (name,), value, isinstance(items[0], Token), kind)

    @v_args(inline=True)
    def assign(self, name: Token, operator: Token, value: Node) -> nodes.Assign:
        """A new value for a variable."""
        return nodes.Assign(_place(name), _above(_place(name), value), str(name), str(operator)[:-1].strip(":"), value)

    def unpack(self, items: list[Token | Node]) -> nodes.Declare:
        """Several names at once."""
        value = cast("Node", items[-1])
        names = [token for token in items[:-1] if isinstance(token, Token)]
        place = _place(names[0])
        return nodes.Declare(place, _above(place, value), tuple(str(name) for name in names), value)

    @v_args(inline=True)
    def bare(self, value: Node) -> nodes.Declare:
        """An expression by itself."""
        return nodes.Declare(value.place, _above(value.place, value), (), value)

    @v_args(inline=True)
    def leave(self, word: Token) -> nodes.Leave:
        """A way out of a loop."""
        return nodes.Leave(_place(word), 1, str(word))

    @v_args(inline=True)
    def parameter(self, head: tuple[Place, str, str], default: Node | None = None) -> nodes.Parameter:
        """A parameter of a function."""
        return nodes.Parameter(head[1], default)

    def function(self, items: list[object]) -> nodes.Function:
        """A function."""
        name, body = cast("Token", items[0]), cast("nodes.Block", items[-1])
        parameters = tuple(item for item in items if isinstance(item, nodes.Parameter))
        defaults = [parameter.default for parameter in parameters]
        return nodes.Function(_place(name), _above(_place(name), body, *defaults), str(name), parameters, body)


class _Compounds(_Statements):
    """Branches and loops."""

    def if_(self, items: list[object]) -> nodes.If:
        """Branches."""
        first = cast("Token", items[0])
        parts = [item for item in items if isinstance(item, Node)]
        otherwise = parts.pop() if len(parts) % 2 else None
        branches = tuple(zip(parts[::2], parts[1::2], strict=True))
        depth = _above(_place(first), *parts, otherwise)
        return nodes.If(_place(first), depth, branches, otherwise)  # type: ignore[arg-type]

    def for_(self, items: list[object]) -> nodes.For:
        """A counting loop."""
        first, name = cast("Token", items[0]), items[1]
        parts = [item for item in items if isinstance(item, Node)]
        step = parts[2] if len(parts) > 3 else None
        body = cast("nodes.Block", parts[-1])
        depth = _above(_place(first), *parts)
        return nodes.For(_place(first), depth, str(name), parts[0], parts[1], step, body)

    @v_args(inline=True)
    def while_(self, word: Token, condition: Node, body: nodes.Block) -> nodes.While:
        """A loop with a condition."""
        return nodes.While(_place(word), _above(_place(word), condition, body), condition, body)

    def case(self, items: list[object]) -> tuple[Node | None, nodes.Block, Place]:
        """Label, body and place of a case."""
        arrow, body = cast("Token", items[-2]), cast("nodes.Block", items[-1])
        label = items[0] if isinstance(items[0], Node) else None
        return label, body, _place(arrow)

    def switch(self, items: list[object]) -> nodes.Switch:
        """Cases."""
        word = cast("Token", items[0])
        subject = items[1] if isinstance(items[1], Node) else None
        cases: list[tuple[Node | None, nodes.Block, Place]] = [item for item in items if isinstance(item, tuple)]
        otherwise = cases.pop()[1] if cases[-1][0] is None else None
        named = [(label, body) for label, body, _ in cases if label is not None]
        if len(named) < len(cases):
            place = next(place for label, _, place in cases if label is None)
            reason = "The case without a condition comes last, once"
            raise ScriptError(code=Code.SYNTAX, line=place.line, column=place.column, reason=reason)
        below = [part for case in named for part in case]
        return nodes.Switch(
            _place(word), _above(_place(word), subject, otherwise, *below), subject, tuple(named), otherwise
        )


class Builder(_Compounds):
    """Expressions, on top of everything above."""

    @v_args(inline=True)
    def number(self, token: Token) -> nodes.Number:
        """A number."""
        return nodes.Number(_place(token), 1, float(token), str(token).isdigit())

    @v_args(inline=True)
    def string(self, token: Token) -> nodes.Text:
        """A string."""
        return nodes.Text(_place(token), 1, _unescaped(str(token)))

    @v_args(inline=True)
    def color(self, token: Token) -> nodes.Color:
        """A colour."""
        return nodes.Color(_place(token), 1)

    @v_args(inline=True)
    def name(self, token: Token) -> nodes.Name:
        """A name."""
        return nodes.Name(_place(token), 1, str(token))

    def chain(self, items: list[Token | Node]) -> nodes.Binary:
        """Operators and what stands between them, put together by precedence.

        The grammar knows no precedence: a rule for each would be passed through by every single name.
        """
        operands, operators = [cast("Node", items[0])], list[Token]()
        for operator, operand in zip(items[1::2], items[2::2], strict=True):
            _join(operands, operators, least=_PRECEDENCE[cast("Token", operator).type] + 1)
            operators.append(cast("Token", operator))
            operands.append(cast("Node", operand))
        _join(operands, operators, least=0)
        return cast("nodes.Binary", operands[0])

    @v_args(inline=True)
    def unary(self, operator: Token, operand: Node) -> nodes.Unary:
        """A sign, or not."""
        return nodes.Unary(_place(operator), _above(_place(operator), operand), str(operator), operand)

    @v_args(inline=True)
    def ternary(self, condition: Node, yes: Node, no: Node) -> nodes.Ternary:
        """A choice of two."""
        return nodes.Ternary(condition.place, _above(condition.place, condition, yes, no), condition, yes, no)

    @v_args(inline=True)
    def history(self, series: Node, offset: Node) -> nodes.History:
        """A look back."""
        return nodes.History(series.place, _above(series.place, series, offset), series, offset)

    def argument(self, items: list[Token | Node]) -> tuple[str, Node]:
        """Keyword, or nothing, and value of an argument."""
        value = cast("Node", items[-1])
        return (str(items[0]) if len(items) > 1 else "", value)

    def call(self, items: list[object]) -> nodes.Call:
        """A call."""
        name = cast("Token", items[0])
        arguments: list[tuple[str, Node]] = [item for item in items[1:] if isinstance(item, tuple)]
        positional = [value for keyword, value in arguments if not keyword]
        if any(not keyword for keyword, _ in arguments[len(positional) :]):
            place = next(v for i, (k, v) in enumerate(arguments) if not k and any(x for x, _ in arguments[:i])).place
            reason = "Arguments without a name come before those with one"
            raise ScriptError(code=Code.SYNTAX, line=place.line, column=place.column, reason=reason)
        keywords = tuple((keyword, value) for keyword, value in arguments if keyword)
        depth = _above(_place(name), *(value for _, value in arguments))
        return nodes.Call(_place(name), depth, str(name), tuple(positional), keywords)

    def sequence(self, items: list[Node]) -> nodes.Sequence:
        """Several values."""
        place = items[0].place
        return nodes.Sequence(place, _above(place, *items), tuple(items))
