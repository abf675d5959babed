"""What a script is refused for, as one typed error with its place. What does not belong here: finding the mistakes."""

from __future__ import annotations

from enum import StrEnum

from engine.errors import EngineError

LONGEST_REASON = 200
_LONGEST_QUOTE = 40


class Code(StrEnum):
    """Why a script is refused; append only, the API shows these."""

    TOO_LONG = "SCRIPT_TOO_LONG"
    CHARACTER = "SCRIPT_CHARACTER"
    VERSION = "SCRIPT_VERSION"
    SYNTAX = "SCRIPT_SYNTAX"
    INDENTATION = "SCRIPT_INDENTATION"
    TOO_DEEP = "SCRIPT_TOO_DEEP"
    TOO_LARGE = "SCRIPT_TOO_LARGE"
    UNKNOWN_NAME = "SCRIPT_UNKNOWN_NAME"
    UNSUPPORTED = "SCRIPT_UNSUPPORTED"
    TYPE = "SCRIPT_TYPE"
    ARGUMENT = "SCRIPT_ARGUMENT"
    REDEFINED = "SCRIPT_REDEFINED"
    SCOPE = "SCRIPT_SCOPE"
    INPUT = "SCRIPT_INPUT"
    TOO_HEAVY = "SCRIPT_TOO_HEAVY"
    STEPS = "SCRIPT_STEPS"
    HISTORY = "SCRIPT_HISTORY"


class ScriptError(EngineError):
    """A script that cannot be understood, or that went beyond its limits on the bars.

    ``line`` and ``column`` count from 1; both are 0 where the refusal is about no place of the text (a value given
    for an input). ``reason`` is at most 200 characters and says what to write instead where there is something.
    """

    def __init__(self, *, code: Code, line: int, column: int, reason: str) -> None:
        place = f"Line {line}, column {column}: " if line else ""
        super().__init__(place + reason[:LONGEST_REASON])
        self.code = code
        self.line = line
        self.column = column
        self.reason = reason[:LONGEST_REASON]


def quoted(text: str) -> str:
    """A piece of the user's text, short and in plain characters, for a message."""
    plain = ascii(text)[1:-1]
    return f"'{plain[:_LONGEST_QUOTE]}…'" if len(plain) > _LONGEST_QUOTE else f"'{plain}'"
