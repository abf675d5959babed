"""A line of a script as tokens. What does not belong here: indentation and wrapped lines (``layout``)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.script import limits
from engine.script.errors import Code, ScriptError, quoted
from engine.script.nodes import Place


# Not frozen, as nodes are not.
@dataclass(slots=True)
class Token(Place):
    """A word or sign of a script, and the place of what begins with it; ``kind`` is what the grammar calls it."""

    kind: str
    text: str


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
_KNOWN = {**KEYWORDS, **SYMBOLS}
_BLANK = "BLANK"
_SHAPES = {
    _BLANK: r"[ \t]+|//.*",
    "NAME": r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*",
    "NUMBER": r"(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?",
    "SIGN": r"=>|:=|\+=|-=|\*=|/=|%=|==|!=|<=|>=|[()\[\],?:=<>+\-*/%]",
    "STRING": r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'""",
    "COLOR": r"\#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?",
}
# One after another they are the whole line; its rest is a piece by itself where no other begins.
_PIECE = re.compile("|".join([*_SHAPES.values(), ".+"]), re.ASCII)
_SHAPE = re.compile("|".join(f"(?P<{kind}>{shape})" for kind, shape in _SHAPES.items()), re.ASCII)
_TOO_LONG = {
    "NAME": (limits.MAX_NAME, "A name is at most {} characters long"),
    "NUMBER": (limits.MAX_DIGITS, "A number has at most {} characters"),
    "STRING": (limits.MAX_STRING, "A string is at most {} characters long"),
}


def refused(code: Code, token: Token, reason: str) -> ScriptError:
    """An error at a token."""
    return ScriptError(code=code, line=token.line, column=token.column, reason=reason)


def tokens(line: str, *, number: int, kinds: dict[str, str] | None = None) -> list[Token]:
    """The tokens of one line of text, comments and blanks left out.

    ``kinds``: those of the pieces that the lines before were made of, to which this one adds its own.

    :raises ScriptError: at the first thing that is none
    """
    known = {} if kinds is None else kinds
    found = []
    column = 1
    for text in _PIECE.findall(line):
        kind = known.get(text)
        if kind is None:
            kind = known[text] = _kind(text, number, column)
        if kind != _BLANK:
            found.append(Token(number, column, kind, text))
        column += len(text)
    return found


def _kind(text: str, number: int, column: int) -> str:
    """The kind of a piece of a line.

    :raises ScriptError: if it may not stand
    """
    if text in _KNOWN:
        return _KNOWN[text]
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        raise _stray(text[0], number=number, column=column)
    if text in _OUTSIDE or text.startswith(_PREFIXES):
        raise _outside(text, number=number, column=column)
    kind = str(shape.lastgroup)
    most, reason = _TOO_LONG.get(kind, (limits.MAX_BYTES, ""))
    if len(text) > most:
        raise ScriptError(code=Code.TOO_LONG, line=number, column=column, reason=reason.format(most))
    return kind


def _outside(text: str, *, number: int, column: int) -> ScriptError:
    reason = _OUTSIDE.get(text) or next(why for prefix, why in _OUTSIDE_PREFIXES.items() if text.startswith(prefix))
    return ScriptError(code=Code.UNSUPPORTED, line=number, column=column, reason=reason)


def _stray(character: str, *, number: int, column: int) -> ScriptError:
    code, reason = Code.SYNTAX, f"{quoted(character)} means nothing here"
    if character in "\"'":
        reason = "This string has no end on its line"
    elif character == ".":
        reason = "Nothing has attributes here: a dot may stand in a number or a built-in name such as ta.sma"
    elif not character.isascii():
        code = Code.CHARACTER
        reason = f"U+{ord(character):04X} may stand in comments and strings only: use plain letters, digits and signs"
    return ScriptError(code=code, line=number, column=column, reason=reason)
