"""A line of a script as tokens. What does not belong here: indentation and wrapped lines (``layout``)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lark import Token

from engine.script import limits
from engine.script.errors import Code, ScriptError, quoted

KEYWORDS = {
    "if": "IF",
    "else": "ELSE",
    "for": "FOR",
    "while": "WHILE",
    "switch": "SWITCH",
    "break": "LEAVE",
    "continue": "LEAVE",
    "var": "VAR",
    "and": "AND",
    "or": "OR",
    "not": "NOT",
    "true": "TRUTH",
    "false": "TRUTH",
}
SYMBOLS = {
    "(": "_LPAR",
    ")": "_RPAR",
    "[": "_LSQB",
    "]": "_RSQB",
    ",": "_COMMA",
    "?": "_QUESTION",
    ":": "_COLON",
    "=": "_EQ",
    "=>": "ARROW",
    ":=": "ASSIGN",
    "+=": "ASSIGN",
    "-=": "ASSIGN",
    "*=": "ASSIGN",
    "/=": "ASSIGN",
    "%=": "ASSIGN",
    "==": "EQUALITY",
    "!=": "EQUALITY",
    "<=": "COMPARISON",
    ">=": "COMPARISON",
    "<": "COMPARISON",
    ">": "COMPARISON",
    "+": "SUM",
    "-": "SUM",
    "*": "PRODUCT",
    "/": "PRODUCT",
    "%": "PRODUCT",
}
_OUTSIDE = {
    "varip": "varip is outside the subset, for a bar is seen once, when it is complete: write var",
    "import": "Libraries are outside the subset: copy the functions you need into the script",
    "export": "Libraries are outside the subset: write a strategy",
    "method": "Methods are outside the subset: write a function, name(x) =>",
    "enum": "Enums are outside the subset: use input.string with options",
}
# Refused by their names alone, for what may follow these is outside the grammar.
_OUTSIDE_PREFIXES = {
    "array.": "Arrays are outside the subset: use variables, x[1], ta.highest or math.sum",
    "matrix.": "Matrices are outside the subset: use variables",
    "map.": "Maps are outside the subset: use variables",
}
_PREFIXES = tuple(_OUTSIDE_PREFIXES)
_TOKEN = re.compile(
    r"""(?P<blank>[ \t]+)
    |(?P<comment>//.*)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    |(?P<string>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<color>\#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?)
    |(?P<symbol>=>|:=|\+=|-=|\*=|/=|%=|==|!=|<=|>=|[()\[\],?:=<>+\-*/%])
    """,
    re.VERBOSE | re.ASCII,
)


def refused(code: Code, token: Token, reason: str) -> ScriptError:
    """An error at a token."""
    return ScriptError(code=code, line=int(token.line or 1), column=int(token.column or 1), reason=reason)


def tokens(line: str, *, number: int) -> Iterator[Token]:
    """The tokens of one line of text, comments and blanks left out.

    :raises ScriptError: at the first thing that is none
    """
    at = 0
    while at < len(line):
        found = _TOKEN.match(line, at)
        if found is None:
            raise _stray(line, number=number, at=at)
        kind = str(found.lastgroup)
        if kind not in ("blank", "comment"):
            yield _token(kind, text=found[0], number=number, column=at + 1)
        at = found.end()


def _token(kind: str, *, text: str, number: int, column: int) -> Token:
    if kind == "symbol":
        return Token(SYMBOLS[text], text, line=number, column=column)
    if kind == "name":
        if text in _OUTSIDE:
            raise ScriptError(code=Code.UNSUPPORTED, line=number, column=column, reason=_OUTSIDE[text])
        if text.startswith(_PREFIXES):
            outside = next(reason for prefix, reason in _OUTSIDE_PREFIXES.items() if text.startswith(prefix))
            raise ScriptError(code=Code.UNSUPPORTED, line=number, column=column, reason=outside)
        if len(text) > limits.MAX_NAME:
            reason = f"A name is at most {limits.MAX_NAME} characters long"
            raise ScriptError(code=Code.TOO_LONG, line=number, column=column, reason=reason)
        return Token(KEYWORDS.get(text, "NAME"), text, line=number, column=column)
    if kind == "number" and len(text) > limits.MAX_DIGITS:
        reason = f"A number has at most {limits.MAX_DIGITS} characters"
        raise ScriptError(code=Code.TOO_LONG, line=number, column=column, reason=reason)
    if kind == "string" and len(text) > limits.MAX_STRING:
        reason = f"A string is at most {limits.MAX_STRING} characters long"
        raise ScriptError(code=Code.TOO_LONG, line=number, column=column, reason=reason)
    return Token(kind.upper(), text, line=number, column=column)


def _stray(line: str, *, number: int, at: int) -> ScriptError:
    character = line[at]
    code, reason = Code.SYNTAX, f"{quoted(character)} means nothing here"
    if character in "\"'":
        reason = "This string has no end on its line"
    elif character == ".":
        reason = "Nothing has attributes here: a dot may stand in a number or a built-in name such as ta.sma"
    elif not character.isascii():
        code = Code.CHARACTER
        reason = f"U+{ord(character):04X} may stand in comments and strings only: use plain letters, digits and signs"
    return ScriptError(code=code, line=number, column=at + 1, reason=reason)
