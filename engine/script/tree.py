"""Builds the tree while the parser reads: one method for each rule of the grammar.

No level of the tree is deeper than the limit, so that whoever walks it may recurse. What does not belong here: names,
types and their meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from engine.script import limits, nodes
from engine.script.errors import Code, ScriptError
from engine.script.nodes import Node, Place
from engine.script.tokens import Token

_PRECEDENCE = {"OR": 0, "AND": 1, "EQUALITY": 2, "COMPARISON": 3, "SUM": 4, "PRODUCT": 5}
_ESCAPES = {"n": "\n", "t": "\t"}


def _above(place: Place, *below: Node | None) -> int:
    """The depth of a node over others.

    :raises ScriptError: TOO_DEEP
    """
    depth = 1
    for node in below:
        if node is not None and node.depth >= depth:
            depth = node.depth + 1
    if depth > limits.MAX_DEPTH:
        reason = f"Expressions and blocks are nested at most {limits.MAX_DEPTH} deep: use variables in between"
        raise ScriptError(code=Code.TOO_DEEP, line=place.line, column=place.column, reason=reason)
    return depth


def _join(operands: list[Node], operators: list[Token], *, least: int) -> None:
    """Join the last operands while what stands between them binds at least so closely, what binds alike at once."""
    while operators and _PRECEDENCE[operators[-1].kind] >= least:
        level, count = _PRECEDENCE[operators[-1].kind], 1
        while count < len(operators) and _PRECEDENCE[operators[-count - 1].kind] == level:
            count += 1
        joined, signs = tuple(operands[-count - 1 :]), tuple(operator.text for operator in operators[-count:])
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


class _Statements:
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
        words = [token for token in tokens if token.kind == "NAME"]
        return words[-1], words[-1].text, words[0].text if len(words) > 1 else ""

    def declare(self, items: list[object]) -> nodes.Declare:
        """A declaration."""
        place, name, kind = cast("tuple[Place, str, str]", items[-2])
        value = cast("Node", items[-1])
        return nodes.Declare(place, _above(place, value), (name,), value, isinstance(items[0], Token), kind)

    def assign(self, items: list[Any]) -> nodes.Assign:
        """A new value for a variable."""
        name, operator, value = items
        return nodes.Assign(name, _above(name, value), name.text, operator.text[:-1].strip(":"), value)

    def unpack(self, items: list[Token | Node]) -> nodes.Declare:
        """Several names at once."""
        value = cast("Node", items[-1])
        names = [token for token in items[:-1] if isinstance(token, Token)]
        place = names[0]
        return nodes.Declare(place, _above(place, value), tuple(name.text for name in names), value)

    def bare(self, items: list[Any]) -> nodes.Declare:
        """An expression by itself."""
        (value,) = items
        return nodes.Declare(value.place, _above(value.place, value), (), value)

    def leave(self, items: list[Any]) -> nodes.Leave:
        """A way out of a loop."""
        (word,) = items
        return nodes.Leave(word, 1, word.text)

    def parameter(self, items: list[Any]) -> nodes.Parameter:
        """A parameter of a function."""
        head, *default = items
        return nodes.Parameter(head[1], default[0] if default else None)

    def function(self, items: list[object]) -> nodes.Function:
        """A function."""
        name, body = cast("Token", items[0]), cast("nodes.Block", items[-1])
        parameters = tuple(item for item in items if isinstance(item, nodes.Parameter))
        defaults = [parameter.default for parameter in parameters]
        return nodes.Function(name, _above(name, body, *defaults), name.text, parameters, body)


class _Compounds(_Statements):
    """Branches and loops."""

    def if_(self, items: list[object]) -> nodes.If:
        """Branches."""
        first = cast("Token", items[0])
        parts = [item for item in items if isinstance(item, Node)]
        otherwise = parts.pop() if len(parts) % 2 else None
        branches = tuple(zip(parts[::2], parts[1::2], strict=True))
        depth = _above(first, *parts, otherwise)
        return nodes.If(first, depth, branches, otherwise)  # type: ignore[arg-type]

    def for_(self, items: list[object]) -> nodes.For:
        """A counting loop."""
        first, name = cast("Token", items[0]), cast("Token", items[1])
        parts = [item for item in items if isinstance(item, Node)]
        step = parts[2] if len(parts) > 3 else None
        body = cast("nodes.Block", parts[-1])
        depth = _above(first, *parts)
        return nodes.For(first, depth, name.text, parts[0], parts[1], step, body)

    def while_(self, items: list[Any]) -> nodes.While:
        """A loop with a condition."""
        word, condition, body = items
        return nodes.While(word, _above(word, condition, body), condition, body)

    def case(self, items: list[object]) -> tuple[Node | None, nodes.Block, Place]:
        """Label, body and place of a case."""
        arrow, body = cast("Token", items[-2]), cast("nodes.Block", items[-1])
        label = items[0] if isinstance(items[0], Node) else None
        return label, body, arrow

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
        return nodes.Switch(word, _above(word, subject, otherwise, *below), subject, tuple(named), otherwise)


class Builder(_Compounds):
    """Expressions, on top of everything above."""

    def number(self, items: list[Any]) -> nodes.Number:
        """A number."""
        (token,) = items
        return nodes.Number(token, 1, float(token.text), token.text.isdigit())

    def string(self, items: list[Any]) -> nodes.Text:
        """A string."""
        (token,) = items
        return nodes.Text(token, 1, _unescaped(token.text))

    def color(self, items: list[Any]) -> nodes.Color:
        """A colour."""
        (token,) = items
        return nodes.Color(token, 1)

    def name(self, items: list[Any]) -> nodes.Name:
        """A name."""
        token = items[0]
        return nodes.Name(token, 1, token.text)

    def chain(self, items: list[Token | Node]) -> nodes.Binary:
        """Operators and what stands between them, put together by precedence.

        The grammar knows no precedence: a rule for each would be passed through by every single name.
        """
        operands, operators = [cast("Node", items[0])], list[Token]()
        for at in range(1, len(items), 2):
            operator = cast("Token", items[at])
            if operators:
                _join(operands, operators, least=_PRECEDENCE[operator.kind] + 1)
            operators.append(operator)
            operands.append(cast("Node", items[at + 1]))
        _join(operands, operators, least=0)
        return cast("nodes.Binary", operands[0])

    def unary(self, items: list[Any]) -> nodes.Unary:
        """A sign, or not."""
        operator, operand = items
        return nodes.Unary(operator, _above(operator, operand), operator.text, operand)

    def ternary(self, items: list[Any]) -> nodes.Ternary:
        """A choice of two."""
        condition, yes, no = items
        return nodes.Ternary(condition.place, _above(condition.place, condition, yes, no), condition, yes, no)

    def history(self, items: list[Any]) -> nodes.History:
        """A look back."""
        series, offset = items
        return nodes.History(series.place, _above(series.place, series, offset), series, offset)

    def argument(self, items: list[Token | Node]) -> tuple[str, Node]:
        """Keyword, or nothing, and value of an argument."""
        value = cast("Node", items[-1])
        return (cast("Token", items[0]).text if len(items) > 1 else "", value)

    def call(self, items: list[object]) -> nodes.Call:
        """A call."""
        name, arguments = cast("Token", items[0]), cast("list[tuple[str, Node]]", items[1:])
        positional = tuple([value for keyword, value in arguments if not keyword])
        keywords = tuple(arguments[len(positional) :])
        if not all(keyword for keyword, _ in keywords):
            place = next(v for i, (k, v) in enumerate(arguments) if not k and any(x for x, _ in arguments[:i])).place
            reason = "Arguments without a name come before those with one"
            raise ScriptError(code=Code.SYNTAX, line=place.line, column=place.column, reason=reason)
        place = name
        return nodes.Call(place, _above(place, *[value for _, value in arguments]), name.text, positional, keywords)

    def sequence(self, items: list[Node]) -> nodes.Sequence:
        """Several values."""
        place = items[0].place
        return nodes.Sequence(place, _above(place, *items), tuple(items))


def rules() -> Mapping[str, Callable[[list[Any]], Any]]:
    """What each rule and alias of the grammar makes of a list of its parts, by its name."""
    builder = Builder()
    methods = (
        builder.start,
        builder.block,
        builder.body,
        builder.line,
        builder.head,
        builder.declare,
        builder.assign,
        builder.unpack,
        builder.bare,
        builder.leave,
        builder.parameter,
        builder.function,
        builder.if_,
        builder.for_,
        builder.while_,
        builder.case,
        builder.switch,
        builder.number,
        builder.string,
        builder.color,
        builder.name,
        builder.chain,
        builder.unary,
        builder.ternary,
        builder.history,
        builder.argument,
        builder.call,
        builder.sequence,
    )
    return {method.__name__: method for method in methods}
