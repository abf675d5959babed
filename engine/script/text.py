"""A script as text: its size, its characters, its version. What does not belong here: tokens."""

from __future__ import annotations

import re
import unicodedata

from engine.script import limits
from engine.script.errors import Code, ScriptError

_VERSION = re.compile(r"^//[ \t]*@version[ \t]*=[ \t]*([0-9]{1,4})[ \t\r]*$", re.ASCII | re.MULTILINE)
_VERSIONS = (5, 6)
# Letters of any script may stand in comments and strings; what cannot be seen, or turns the text around, may not.
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def checked(text: str) -> tuple[str, int]:
    """The text with plain line ends, and its version.

    :raises ScriptError: TOO_LONG, CHARACTER or VERSION
    """
    if len(text) > limits.MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > limits.MAX_BYTES:
        raise ScriptError(
            code=Code.TOO_LONG, line=1, column=1, reason=f"A script is at most {limits.MAX_BYTES // 1024} KiB"
        )
    plain = text.removeprefix("\ufeff").replace("\r\n", "\n")
    lines = plain.split("\n")
    if len(lines) > limits.MAX_LINES:
        reason = f"A script has at most {limits.MAX_LINES} lines"
        raise ScriptError(code=Code.TOO_LONG, line=limits.MAX_LINES + 1, column=1, reason=reason)
    for number, line in enumerate(lines, start=1):
        _check_characters(line, number=number)
    return plain, _version(plain)


def _check_characters(line: str, *, number: int) -> None:
    if line.isascii() and line.isprintable():
        return
    for column, character in enumerate(line, start=1):
        if character != "\t" and unicodedata.category(character) in _INVISIBLE:
            reason = f"The invisible character U+{ord(character):04X} may not stand in a script: delete it"
            raise ScriptError(code=Code.CHARACTER, line=number, column=column, reason=reason)


def _version(text: str) -> int:
    found = _VERSION.search(text)
    if found is None:
        reason = "A script says which Pine it is written in: write //@version=6 in its first line"
        raise ScriptError(code=Code.VERSION, line=1, column=1, reason=reason)
    version = int(found[1])
    if version not in _VERSIONS:
        line = text.count("\n", 0, found.start()) + 1
        older = version < _VERSIONS[0]
        words = " (ta.sma for sma, math.max for max, input.int for input)" if older else ""
        reason = f"Pine version {version} is not understood: convert the script to version 5 or 6{words}"
        raise ScriptError(code=Code.VERSION, line=line, column=1, reason=reason)
    return version
