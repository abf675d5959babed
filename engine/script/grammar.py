"""Reads statements, blocks and whole scripts.

    item        compound | function | line, or a declaration or assignment whose value is a compound
    line        small ("," small)* end of line
    small       VAR? head = expression | name ASSIGN expression | "[" names "]" = expression
                | expression | sequence | LEAVE
    head        QUALIFIER? type? name
    compound    IF expression block (ELSE IF expression block)* (ELSE block)? | WHILE expression block
                | FOR name = expression TO expression (BY expression)? block
                | SWITCH expression? end of line, cases indented, each: expression? => body
    function    name "(" (parameter ("," parameter)*)? ")" => body, each parameter: head (= expression)?
    body        line | compound | block
    block       end of line, items indented

What does not belong here: expressions (``terms``), the meaning of anything.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.script import nodes
from engine.script.cursor import END
from engine.script.errors import Code
from engine.script.nodes import Block, Node, Place
from engine.script.terms import Terms
from engine.script.tokens import Token

_COMPOUND = frozenset({"IF", "FOR", "WHILE", "SWITCH"})
_COMPOUND_NODES = (nodes.If, nodes.For, nodes.While, nodes.Switch)
_ENDS = frozenset({"_COMMA", "_NL"})
_BEGINS = _COMPOUND | {"FUNCTION", "VAR", "QUALIFIER", "NAME", "_TUPLE", "LEAVE"}
_BEGINS |= {"NUMBER", "STRING", "COLOR", "TRUTH", "NOT", "SUM", "_LPAR", "_LSQB"}
# What may stand behind what ends with a block, behind the block itself, and behind any statement.
_BEHIND = _BEGINS | {"ARROW", "_DEDENT", END}
_BEHIND_BLOCK = _BEHIND | {"ELSE"}
_BEHIND_ANY = _BEHIND | _ENDS


def parse(text: str) -> Block:
    """The tree of a checked text.

    :raises ScriptError: at the first place that the grammar does not allow
    """
    return _Statements(text).script()


class _Statements(Terms):
    """Statements at the cursor. Each method begins where what it reads begins, and ends behind it."""

    def script(self) -> Block:
        """The whole script."""
        statements: list[Node] = []
        while self.token.kind != END:
            statements += self._item()
        return self._together(statements)

    def _together(self, statements: Sequence[Node], *, before: frozenset[str] = _BEHIND) -> Block:
        place = statements[0].place if statements else Place(1, 1)
        # A script of many statements is long, not deep.
        return nodes.Block(place, self.above(place, statements, before=before), tuple(statements))

    def _item(self) -> list[Node]:
        """A branch or loop, a function, a line of statements, or a statement whose value is a branch or loop."""
        kind = self.token.kind
        if kind in _COMPOUND:
            return [self._compound()]
        if kind == "FUNCTION":
            return [self._function()]
        first = self._small(compound=True)
        if isinstance(first, nodes.Declare | nodes.Assign) and isinstance(first.value, _COMPOUND_NODES):
            return [first]
        return self._line(first)

    def _line(self, first: Node) -> list[Node]:
        """Statements of one line, the first of which has been read."""
        found = [first]
        while self.follows("_COMMA"):
            found.append(self._small())
        self.expect("_NL")
        return found

    def _small(self, *, compound: bool = False) -> Node:
        """A statement of a line; ``compound``: its value may be a branch or loop."""
        kind = self.token.kind
        if kind == "NAME":
            return self._begun(self.take(), compound=compound)
        if kind in ("VAR", "QUALIFIER"):
            keep = self.follows("VAR")
            self.follows("QUALIFIER")
            return self._declare(self.expect("NAME"), keep=keep, compound=compound)
        if kind == "_TUPLE":
            return self._unpack(compound=compound)
        if kind == "LEAVE":
            word = self.take()
            return nodes.Leave(word, 1, word.text)
        return self.sequence() if kind == "_LSQB" else self._bare()

    def _begun(self, name: Token, *, compound: bool) -> Node:
        """A statement that begins with a name, which has been taken."""
        kind = self.token.kind
        if kind in ("_EQ", "NAME"):
            return self._declare(name, keep=False, compound=compound)
        if kind != "ASSIGN":
            return self._bare(self.named(name))
        operator = self.take().text[:-1].strip(":")
        value = self._value(compound=compound)
        return nodes.Assign(name, self.above(name, (value,), before=_BEHIND_ANY), name.text, operator, value)

    def _declare(self, first: Token, *, keep: bool, compound: bool) -> nodes.Declare:
        """A declaration, of which a type or the name itself has been taken."""
        name, kind = self._name_and_type(first)
        self.expect("_EQ")
        value = self._value(compound=compound)
        return nodes.Declare(name, self.above(name, (value,), before=_BEHIND_ANY), (name.text,), value, keep, kind)

    def _name_and_type(self, first: Token) -> tuple[Token, str]:
        if self.token.kind == "NAME":
            return self.take(), first.text
        return first, ""

    def _unpack(self, *, compound: bool) -> nodes.Declare:
        """Several names at once."""
        self.take()
        names = [self.expect("NAME")]
        while self.follows("_COMMA"):
            names.append(self.expect("NAME"))
        self.expect("_RSQB")
        self.expect("_EQ")
        value = self._value(compound=compound)
        depth = self.above(names[0], (value,), before=_BEHIND_ANY)
        return nodes.Declare(names[0], depth, tuple([name.text for name in names]), value)

    def _bare(self, first: Node | None = None) -> nodes.Declare:
        """An expression by itself."""
        value = self._ended(self.expression(first), before=_ENDS)
        return nodes.Declare(value.place, self.above(value.place, (value,), before=_BEHIND_ANY), (), value)

    def _value(self, *, compound: bool) -> Node:
        """What a name is given."""
        if compound and self.token.kind in _COMPOUND:
            return self._ended(self._compound(), before=_BEHIND)
        return self._ended(self.expression(), before=_ENDS)

    def _ended(self, value: Node, *, before: frozenset[str]) -> Node:
        """A value, once it is clear that nothing else follows it.

        :raises ScriptError: if the next token is of none of these kinds
        """
        if self.token.kind not in before:
            self.refuse()
        return value

    def _compound(self) -> Node:
        """A branch or a loop, whose word tells which."""
        word = self.take()
        if word.kind == "IF":
            return self._if(word)
        if word.kind == "FOR":
            return self._for(word)
        if word.kind == "SWITCH":
            return self._switch(word)
        condition, body = self._branch()
        return nodes.While(word, self.above(word, (condition, body), before=_BEHIND), condition, body)

    def _branch(self) -> tuple[Node, Block]:
        """A condition and its block."""
        return self.expression(), self._block()

    def _block(self) -> Block:
        """The rest of a line, which is empty, and the lines below it that are indented."""
        self.expect("_NL")
        self.expect("_INDENT")
        statements: list[Node] = []
        while not self.follows("_DEDENT"):
            statements += self._item()
        return self._together(statements, before=_BEHIND_BLOCK)

    def _if(self, word: Token) -> nodes.If:
        branches = [self._branch()]
        otherwise = None
        while otherwise is None and self.follows("ELSE"):
            if self.follows("IF"):
                branches.append(self._branch())
            else:
                otherwise = self._block()
        below = [*[part for branch in branches for part in branch], *_there(otherwise)]
        return nodes.If(word, self.above(word, below, before=_BEHIND), tuple(branches), otherwise)

    def _for(self, word: Token) -> nodes.For:
        name = self.expect("NAME")
        self.expect("_EQ")
        start = self.expression()
        self.expect("TO")
        end = self.expression()
        step = self.expression() if self.follows("BY") else None
        body = self._block()
        depth = self.above(word, (start, end, *_there(step), body), before=_BEHIND)
        return nodes.For(word, depth, name.text, start, end, step, body)

    def _switch(self, word: Token) -> nodes.Switch:
        subject = None if self.token.kind == "_NL" else self.expression()
        self.expect("_NL")
        self.expect("_INDENT")
        cases = [self._case()]
        while not self.follows("_DEDENT"):
            cases.append(self._case())
        otherwise = cases.pop()[1] if cases[-1][0] is None else None
        named = [(label, body) for label, body, _ in cases if label is not None]
        if len(named) < len(cases):
            place = next(place for label, _, place in cases if label is None)
            self.mistake(place, "The case without a condition comes last, once", code=Code.SYNTAX, before=_BEHIND)
        below = [*_there(subject, otherwise), *[part for case in named for part in case]]
        return nodes.Switch(word, self.above(word, below, before=_BEHIND), subject, tuple(named), otherwise)

    def _case(self) -> tuple[Node | None, Block, Place]:
        """Label, body and place of a case."""
        label = None if self.token.kind == "ARROW" else self.expression()
        arrow = self.expect("ARROW")
        return label, self._body(), arrow

    def _body(self) -> Block:
        """What follows an arrow."""
        kind = self.token.kind
        if kind == "_NL":
            return self._block()
        return self._together([self._compound()] if kind in _COMPOUND else self._line(self._small()))

    def _function(self) -> nodes.Function:
        name = self.take()
        self.expect("_LPAR")
        parameters = []
        if self.token.kind != "_RPAR":
            parameters.append(self._parameter())
            while self.follows("_COMMA"):
                parameters.append(self._parameter())
        self.expect("_RPAR")
        self.expect("ARROW")
        body = self._body()
        below = (body, *_there(*[parameter.default for parameter in parameters]))
        return nodes.Function(name, self.above(name, below, before=_BEHIND), name.text, tuple(parameters), body)

    def _parameter(self) -> nodes.Parameter:
        self.follows("QUALIFIER")
        name, _ = self._name_and_type(self.expect("NAME"))
        return nodes.Parameter(name.text, self.expression() if self.follows("_EQ") else None)


def _there(*found: Node | None) -> list[Node]:
    """Those that are there."""
    return [node for node in found if node is not None]
