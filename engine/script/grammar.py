"""The grammar of a script (LALR), and its parser, built once. What does not belong here: the meaning of anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Never, cast

from lark import Lark
from lark.common import LexerConf
from lark.lexer import Lexer

from engine.script import layout, tables, tree
from engine.script.errors import Code, ScriptError, quoted
from engine.script.nodes import Block
from engine.script.tokens import KEYWORDS, SYMBOLS, Token

_GRAMMAR = r"""
start: item*
?item: line | compound | compound_declare | compound_assign | compound_unpack | function

line: small (_COMMA small)* _NL
?small: declare | assign | unpack | sequence | bare | leave
declare: VAR? head _EQ expression
assign: NAME ASSIGN expression
unpack: _TUPLE NAME (_COMMA NAME)* _RSQB _EQ expression
bare: expression
leave: LEAVE
head: QUALIFIER? NAME NAME?

compound_declare: VAR? head _EQ compound -> declare
compound_assign: NAME ASSIGN compound -> assign
compound_unpack: _TUPLE NAME (_COMMA NAME)* _RSQB _EQ compound -> unpack
?compound: if_ | for_ | while_ | switch
if_: IF expression _NL block (ELSE IF expression _NL block)* (ELSE _NL block)?
for_: FOR NAME _EQ expression TO expression (BY expression)? _NL block
while_: WHILE expression _NL block
switch: SWITCH expression? _NL _INDENT case+ _DEDENT
case: expression? ARROW body
block: _INDENT item+ _DEDENT
?body: line -> body
     | compound -> body
     | _NL block

function: FUNCTION _LPAR (parameter (_COMMA parameter)*)? _RPAR ARROW body
parameter: head (_EQ expression)?

?expression: chain
           | chain _QUESTION expression _COLON expression -> ternary
?chain: unary
      | unary ((OR | AND | EQUALITY | COMPARISON | SUM | PRODUCT) unary)+
?unary: postfix
      | SUM unary -> unary
      | NOT unary -> unary
?postfix: atom
        | postfix _LSQB expression _RSQB -> history
?atom: NUMBER -> number
     | STRING -> string
     | COLOR -> color
     | TRUTH -> name
     | NAME -> name
     | call
     | _LPAR expression _RPAR
call: NAME _LPAR (argument (_COMMA argument)*)? _RPAR
argument: NAME _EQ (expression | sequence)
        | expression
        | sequence
sequence: _LSQB expression (_COMMA expression)* _RSQB

"""
_CONTEXTUAL = ("FUNCTION", "_TUPLE", "TO", "BY", "QUALIFIER", "NAME", "NUMBER", "STRING", "COLOR")
_LAYOUT = ("_NL", "_INDENT", "_DEDENT")


class _NoLexer(Lexer):
    """Stands where lark wants a lexer: ``layout`` makes the tokens."""

    def __init__(self, configuration: LexerConf) -> None:
        """Take no configuration: the tokens are not the grammar's to define."""

    def lex(self, data: object) -> Iterator[Never]:  # type: ignore[override]  # noqa: ARG002 - as lark calls it
        """No tokens: lark makes the tables and reads no script."""
        return iter(())


@cache
def _tables() -> tables.Tables:
    terminals = sorted({*KEYWORDS.values(), *SYMBOLS.values(), *_CONTEXTUAL, *_LAYOUT})
    declared = f"%declare {' '.join(terminals)}\n"
    lark = Lark(_GRAMMAR + declared, parser="lalr", lexer=_NoLexer, maybe_placeholders=False)
    return tables.tables(lark, tree.rules())


def parse(text: str) -> Block:
    """The tree of a checked text.

    :raises ScriptError: at the first place that the grammar does not allow
    """
    found = _tables()
    states, values = [found.begins], list[Any]()
    for statement in layout.statements(text):
        refused = tables.read(found, statement, states, values)
        if refused is not None:
            raise _refusal(refused, text)
    refused = tables.read(found, [Token(1, 1, tables.END, "")], states, values)
    if refused is not None:
        raise _refusal(refused, text)
    return cast("Block", values[0])


_EXPLAINED = {
    "_INDENT": (Code.INDENTATION, "This line is indented, but nothing above it opens a block"),
    "_DEDENT": (Code.INDENTATION, "The block ends here without the statement it needs"),
    "_NL": (Code.SYNTAX, "The statement ends too early"),
    "$END": (Code.SYNTAX, "The script ends in the middle of a statement"),
    "FUNCTION": (Code.SCOPE, "A function is defined at the left margin, by a name of its own"),
}


_STEP = 4


def _refusal(token: Token, text: str) -> ScriptError:
    code, reason = _EXPLAINED.get(token.kind, (Code.SYNTAX, f"{quoted(token.text)} is not expected here"))
    before = text.split("\n")[token.line - 1][: token.column - 1]
    if token.kind not in _EXPLAINED and before.isspace() and len(before.expandtabs(_STEP)) % _STEP:
        code = Code.INDENTATION
        reason = "Indent a block by four spaces; a line indented otherwise goes on with the line before"
    return ScriptError(code=code, line=token.line, column=token.column, reason=reason)
