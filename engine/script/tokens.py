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
# Blanks; a token, none where a comment begins; all the rest of the line where neither stands.
_TOKEN = re.compile(
    r"""([ \t]*)
    (?:
    //.*
    |(
    [A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*
    |(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?
    |=>|:=|\+=|-=|\*=|/=|%=|==|!=|<=|>=|[()\[\],?:=<>+\-*/%]
    |"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'
    |\#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?
    )|([^ \t].*))
    """,
    re.VERBOSE | re.ASCII,
)
_BLANKS = " \t"
_NAMES = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_NUMBERS = frozenset("0123456789.")
_TOO_LONG = {
    "NAME": (limits.MAX_NAME, "A name is at most {} characters long"),
    "NUMBER": (limits.MAX_DIGITS, "A number has at most {} characters"),
    "STRING": (limits.MAX_STRING, "A string is at most {} characters long"),
}


def refused(code: Code, token: Token, reason: str) -> ScriptError:
    """An error at a token."""
    return ScriptError(code=code, line=token.line, column=token.column, reason=reason)


def tokens(line: str, *, number: int) -> list[Token]:
    """The tokens of one line of text, comments and blanks left out.

    :raises ScriptError: at the first thing that is none
    """
    found = []
    column = 1
    # Blanks at the end would be tried again from each of them on.
    for blank, text, rest in _TOKEN.findall(line.rstrip(_BLANKS)):
        column += len(blank)
        if text:
            found.append(Token(number, column, _KNOWN.get(text) or _kind(text, number, column), text))
            column += len(text)
        elif rest:
            raise _stray(rest[0], number=number, column=column)
    return found


def _kind(text: str, number: int, column: int) -> str:
    """The kind of what is no sign and no keyword.

    :raises ScriptError: if it may not stand
    """
    first = text[0]
    if first in _NAMES:
        kind = "NAME"
        if text in _OUTSIDE or text.startswith(_PREFIXES):
            raise _outside(text, number=number, column=column)
    elif first in _NUMBERS:
        kind = "NUMBER"
    else:
        kind = "COLOR" if first == "#" else "STRING"
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
