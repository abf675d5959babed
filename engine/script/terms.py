"""Reads expressions.

    expression  chain, or: chain ? expression : expression
    chain       operand (OR | AND | EQUALITY | COMPARISON | SUM | PRODUCT operand)*
    operand     (SUM | NOT) operand, or: (literal | name | call | "(" expression ")") ("[" expression "]")*
    call        name "(" (argument ("," argument)*)? ")"
    argument    (name =)? (expression | sequence)
    sequence    "[" expression ("," expression)* "]"

No level of the tree is deeper than the limit, so that whoever walks it may recurse. Reading recurses only into
brackets, which the layout counts. What does not belong here: statements (``grammar``), the meaning of anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from engine.script import limits, nodes
from engine.script.cursor import Cursor
from engine.script.errors import Code
from engine.script.nodes import Node, Place
from engine.script.tokens import Token

_PRECEDENCE = {"OR": 0, "AND": 1, "EQUALITY": 2, "COMPARISON": 3, "SUM": 4, "PRODUCT": 5}
_ESCAPES = {"n": "\n", "t": "\t"}
# What may stand behind an expression, somewhere.
_BEHIND = frozenset(_PRECEDENCE) | {"_LSQB", "_RSQB", "_RPAR", "_COMMA", "_QUESTION", "_COLON", "_NL"}
_BEHIND |= {"TO", "BY", "ARROW"}
_BEHIND_SEQUENCE = frozenset({"_COMMA", "_NL", "_RPAR"})


class Terms(Cursor):
    """Expressions at the cursor. Each method begins where what it reads begins, and ends behind it."""

    def expression(self, first: Node | None = None) -> Node:
        """An expression; ``first``: its first operand, where that has been read."""
        node = self._chain(self._operand() if first is None else first)
        return self._ternary(node) if self.token.kind == "_QUESTION" else node

    def sequence(self) -> nodes.Sequence:
        """Several values."""
        self.expect("_LSQB")
        items = [self.expression()]
        while self.follows("_COMMA"):
            items.append(self.expression())
        self.expect("_RSQB")
        place = items[0].place
        return nodes.Sequence(place, self.above(place, items, before=_BEHIND_SEQUENCE), tuple(items))

    def named(self, name: Token) -> Node:
        """An operand that begins with a name, which has been taken."""
        kind = self.token.kind
        node = self._call(name) if kind == "_LPAR" else nodes.Name(name, 1, name.text)
        return self._histories(node) if self.token.kind == "_LSQB" else node

    def above(self, place: Place, below: Sequence[Node], *, before: frozenset[str] = _BEHIND) -> int:
        """The depth of a node over others; ``before``: what may stand behind it.

        :raises ScriptError: TOO_DEEP
        """
        depth = 1
        for node in below:
            if node.depth >= depth:
                depth = node.depth + 1
        if depth > limits.MAX_DEPTH:
            reason = f"Expressions and blocks are nested at most {limits.MAX_DEPTH} deep: use variables in between"
            self.mistake(place, reason, code=Code.TOO_DEEP, before=before)
        return depth

    def _ternary(self, condition: Node) -> Node:
        """Choices, one in another without brackets."""
        # Those that still need their second side, or have it and need the third.
        begun = [[condition]]
        self.take()
        while begun:
            node = self._chain(self._operand())
            if self.follows("_QUESTION"):
                begun.append([node])
                continue
            while begun and len(begun[-1]) == 2:
                condition, yes = begun.pop()
                parts = (condition, yes, node)
                node = nodes.Ternary(condition.place, self.above(condition.place, parts), *parts)
            if begun:
                self.expect("_COLON")
                begun[-1].append(node)
        return node

    def _chain(self, first: Node) -> Node:
        """Operators and what stands between them, put together by precedence."""
        if self.token.kind not in _PRECEDENCE:
            return first
        operands, operators = [first], list[Token]()
        while self.token.kind in _PRECEDENCE:
            operators.append(self.take())
            operands.append(self._operand())
        return self._joined(operands, operators)

    def _joined(self, operands: Sequence[Node], operators: Sequence[Token]) -> Node:
        """Operands joined, those first between which the operators bind closest, alike ones at once."""
        # Each of these binds closer than the one before it, and still needs its last operand.
        begun: list[tuple[int, list[Node], list[str]]] = []
        last = operands[0]
        for operator, operand in zip(operators, operands[1:], strict=True):
            level = _PRECEDENCE[operator.kind]
            while begun and begun[-1][0] > level:
                last = self._binary(*begun.pop(), last)
            if not begun or begun[-1][0] < level:
                begun.append((level, [], []))
            _, joined, signs = begun[-1]
            joined.append(last)
            signs.append(operator.text)
            last = operand
        while begun:
            last = self._binary(*begun.pop(), last)
        return last

    def _binary(self, _: int, operands: list[Node], operators: list[str], last: Node) -> nodes.Binary:
        operands.append(last)
        place = operands[0].place
        return nodes.Binary(place, self.above(place, operands), tuple(operands), tuple(operators))

    def _operand(self) -> Node:
        kind = self.token.kind
        if kind == "NAME":
            return self.named(self.take())
        if kind in ("SUM", "NOT"):
            return self._unary()
        node = self._bracketed() if kind == "_LPAR" else self._literal()
        return self._histories(node) if self.token.kind == "_LSQB" else node

    def _unary(self) -> Node:
        """Signs and ``not``, each over what follows it."""
        signs = []
        while self.token.kind in ("SUM", "NOT"):
            signs.append(self.take())
        node = self._operand()
        for sign in reversed(signs):
            node = nodes.Unary(sign, self.above(sign, (node,)), sign.text, node)
        return node

    def _literal(self) -> Node:
        """A number, a bool, a string or a colour.

        :raises ScriptError: if the next token is none
        """
        kind = self.token.kind
        if kind not in ("NUMBER", "TRUTH", "STRING", "COLOR"):
            self.refuse()
        token = self.take()
        if kind == "NUMBER":
            return nodes.Number(token, 1, float(token.text), token.text.isdigit())
        if kind == "TRUTH":
            return nodes.Name(token, 1, token.text)
        return nodes.Text(token, 1, _unescaped(token.text)) if kind == "STRING" else nodes.Color(token, 1)

    def _bracketed(self) -> Node:
        self.take()
        node = self.expression()
        self.expect("_RPAR")
        return node

    def _histories(self, node: Node) -> Node:
        """Looks back, one after another."""
        while self.follows("_LSQB"):
            offset = self.expression()
            self.expect("_RSQB")
            node = nodes.History(node.place, self.above(node.place, (node, offset)), node, offset)
        return node

    def _call(self, name: Token) -> nodes.Call:
        self.take()
        arguments = []
        if self.token.kind != "_RPAR":
            arguments.append(self._argument())
            while self.follows("_COMMA"):
                arguments.append(self._argument())
        self.expect("_RPAR")
        positional = tuple([value for keyword, value in arguments if not keyword])
        keywords = tuple(arguments[len(positional) :])
        if keywords:
            self._check_order(arguments)
        depth = self.above(name, [value for _, value in arguments])
        return nodes.Call(name, depth, name.text, positional, keywords)

    def _argument(self) -> tuple[str, Node]:
        """Keyword, or nothing, and value of an argument."""
        keyword = ""
        first = None
        if self.token.kind == "NAME":
            name = self.take()
            if self.follows("_EQ"):
                keyword = name.text
            else:
                first = self.named(name)
        value = self.sequence() if first is None and self.token.kind == "_LSQB" else self.expression(first)
        return keyword, value

    def _check_order(self, arguments: Sequence[tuple[str, Node]]) -> None:
        """Refuse an argument without a name behind one with a name.

        :raises ScriptError: SYNTAX
        """
        for (before, _), (keyword, value) in pairwise(arguments):
            if before and not keyword:
                reason = "Arguments without a name come before those with one"
                self.mistake(value.place, reason, code=Code.SYNTAX, before=_BEHIND)


def _unescaped(quoted: str) -> str:
    parts = quoted[1:-1].split("\\\\")
    for index, part in enumerate(parts):
        pieces = part.split("\\")
        parts[index] = pieces[0] + "".join(_ESCAPES.get(piece[:1], piece[:1]) + piece[1:] for piece in pieces[1:])
    return "\\".join(parts)
