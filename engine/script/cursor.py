"""The place up to which a script has been read, and what is refused there. What does not belong here: the grammar.

The next token can be looked at before it is taken, no other. What lines are made of is found while they are read, so
that of two mistakes the first is told.
"""

from __future__ import annotations

from itertools import chain
from typing import Never

from engine.script import layout
from engine.script.errors import Code, ScriptError, quoted
from engine.script.nodes import Place
from engine.script.tokens import Token

END = "$END"
_EXPLAINED = {
    "_INDENT": (Code.INDENTATION, "This line is indented, but nothing above it opens a block"),
    "_DEDENT": (Code.INDENTATION, "The block ends here without the statement it needs"),
    "_NL": (Code.SYNTAX, "The statement ends too early"),
    END: (Code.SYNTAX, "The script ends in the middle of a statement"),
    "FUNCTION": (Code.SCOPE, "A function is defined at the left margin, by a name of its own"),
}
_STEP = 4


class Cursor:
    """The tokens of a script, one after another; ``token`` is the next one."""

    def __init__(self, text: str) -> None:
        """Begin at the beginning."""
        self._text = text
        self._following = chain.from_iterable(chain(layout.statements(text), ([Token(1, 1, END, "")],))).__next__
        self.token = self._following()

    def take(self) -> Token:
        """The next token, whatever it is."""
        taken = self.token
        self.token = self._following()
        return taken

    def expect(self, kind: str) -> Token:
        """The next token, which is of this kind.

        :raises ScriptError: if it is of another
        """
        taken = self.token
        if taken.kind != kind:
            self.refuse()
        self.token = self._following()
        return taken

    def follows(self, kind: str) -> bool:
        """Whether the next token is of this kind, which takes it."""
        if self.token.kind != kind:
            return False
        self.token = self._following()
        return True

    def refuse(self) -> Never:
        """Say that the next token may not stand where it does.

        :raises ScriptError: always
        """
        token = self.token
        code, reason = _EXPLAINED.get(token.kind, (Code.SYNTAX, f"{quoted(token.text)} is not expected here"))
        before = self._text.split("\n")[token.line - 1][: token.column - 1]
        if token.kind not in _EXPLAINED and before.isspace() and len(before.expandtabs(_STEP)) % _STEP:
            code = Code.INDENTATION
            reason = "Indent a block by four spaces; a line indented otherwise goes on with the line before"
        raise ScriptError(code=code, line=token.line, column=token.column, reason=reason)

    def mistake(self, place: Place, reason: str, *, code: Code, before: frozenset[str]) -> Never:
        """Say what is wrong with all that has just been read, unless the next token is of none of these kinds.

        :raises ScriptError: always
        """
        if self.token.kind not in before:
            self.refuse()
        raise ScriptError(code=code, line=place.line, column=place.column, reason=reason)
