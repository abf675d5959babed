"""The grammar of a script (LALR), and its parser, built once. What does not belong here: the meaning of anything."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import cast

from lark import Lark, Token
from lark.common import LexerConf
from lark.exceptions import UnexpectedToken
from lark.lexer import Lexer

from engine.script import layout, tree
from engine.script.errors import Code, ScriptError, quoted
from engine.script.nodes import Block
from engine.script.tokens import KEYWORDS, SYMBOLS

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


class _Tokens(Lexer):
    """Hands the parser the tokens that ``layout`` made."""

    def __init__(self, configuration: LexerConf) -> None:
        """Take no configuration: the tokens are not the grammar's to define."""

    def lex(self, data: str) -> Iterator[Token]:  # type: ignore[override]
        """Tokens of a text."""
        return layout.statements(data)


@cache
def _parser() -> Lark:
    terminals = sorted({*KEYWORDS.values(), *SYMBOLS.values(), *_CONTEXTUAL, *_LAYOUT})
    declared = f"%declare {' '.join(terminals)}\n"
    return Lark(_GRAMMAR + declared, parser="lalr", lexer=_Tokens, transformer=tree.Builder(), maybe_placeholders=False)


def parse(text: str) -> Block:
    """The tree of a checked text.

    :raises ScriptError: at the first place that the grammar does not allow
    """
    try:
        script = _parser().parse(text)
    except UnexpectedToken as error:
        raise _refusal(error.token, text) from error
    return cast("Block", script)


_EXPLAINED = {
    "_INDENT": (Code.INDENTATION, "This line is indented, but nothing above it opens a block"),
    "_DEDENT": (Code.INDENTATION, "The block ends here without the statement it needs"),
    "_NL": (Code.SYNTAX, "The statement ends too early"),
    "$END": (Code.SYNTAX, "The script ends in the middle of a statement"),
    "FUNCTION": (Code.SCOPE, "A function is defined at the left margin, by a name of its own"),
}


_STEP = 4


def _refusal(token: Token, text: str) -> ScriptError:
    code, reason = _EXPLAINED.get(token.type, (Code.SYNTAX, f"{quoted(str(token))} is not expected here"))
    line, column = (int(token.line or 1), int(token.column or 1)) if token.type != "$END" else (1, 1)
    before = text.split("\n")[line - 1][: column - 1]
    if token.type not in _EXPLAINED and before.isspace() and len(before.expandtabs(_STEP)) % _STEP:
        code = Code.INDENTATION
        reason = "Indent a block by four spaces; a line indented otherwise goes on with the line before"
    return ScriptError(code=code, line=line, column=column, reason=reason)
