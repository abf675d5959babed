"""Reading untrusted JSON value by value, each with the pointer to it.

What does not belong here: what the values of a strategy mean.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from engine.errors import InvalidRules
from engine.rules import vocabulary

_SHOWN = 40


class _JsonObject(dict[str, object]):
    """An object of JSON text that remembers a key it was given twice."""

    repeated: str | None = None


def _object(pairs: list[tuple[str, object]]) -> _JsonObject:
    read = _JsonObject()
    for key, value in pairs:
        if key in read:
            read.repeated = key
        read[key] = value
    return read


def quoted(text: object) -> str:
    """A value of the user's for an error message: ASCII, and not at length."""
    shown = ascii(text) if not isinstance(text, str) else ascii(text[: _SHOWN + 1])
    return shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."


@dataclass(frozen=True, slots=True)
class Node:
    """A value of the document and the JSON pointer to it. A null member counts as absent."""

    value: object
    pointer: str

    def refusal(self, reason: str) -> InvalidRules:
        """The error to raise about this value."""
        return InvalidRules(pointer=self.pointer, reason=reason)

    def child(self, key: str | int) -> str:
        """Pointer to a member."""
        return f"{self.pointer}/{str(key)[:_SHOWN].replace('~', '~0').replace('/', '~1')}"

    def fields(self, allowed: Sequence[str], *, required: Sequence[str] = ()) -> dict[str, Node]:
        """Members of an object whose keys are known beforehand.

        :raises InvalidRules: if it is no object, or a key is unknown, given twice or missing
        """
        members = self.members()
        for key, member in members.items():
            if key not in allowed:
                raise member.refusal(f"Unknown key {quoted(key)}; known here: {', '.join(allowed)}")
        present = {key: member for key, member in members.items() if member.value is not None}
        for key in required:
            if key not in present:
                raise self.refusal(f"{key} is missing")
        return present

    def members(self) -> dict[str, Node]:
        """Members of an object, whatever their keys.

        :raises InvalidRules: if it is no object, or a key is no text or given twice
        """
        if not isinstance(self.value, dict):
            raise self.refusal(f"Expected an object in braces, not {quoted(self.value)}")
        if isinstance(self.value, _JsonObject) and self.value.repeated is not None:
            raise InvalidRules(pointer=self.child(self.value.repeated), reason="The key is given twice")
        if not all(isinstance(key, str) and key.isascii() for key in self.value):
            raise self.refusal("A key is not ASCII text")
        return {key: Node(value, self.child(key)) for key, value in self.value.items()}

    def items(self, *, at_most: int) -> list[Node]:
        """Elements of a list that is not empty.

        :raises InvalidRules: if it is no list, empty or too long
        """
        if not isinstance(self.value, list | tuple):
            raise self.refusal(f"Expected a list in brackets, not {quoted(self.value)}")
        if not self.value:
            raise self.refusal("The list is empty: give it at least one member")
        if len(self.value) > at_most:
            raise self.refusal(f"The list has more than {at_most} members")
        return [Node(value, self.child(index)) for index, value in enumerate(self.value)]

    def text(self, *, at_most: int) -> str:
        """Text of printable ASCII characters.

        :raises InvalidRules: if it is anything else, or too long
        """
        if not isinstance(self.value, str):
            raise self.refusal(f"Expected text in quotes, not {quoted(self.value)}")
        if len(self.value) > at_most:
            raise self.refusal(f"The text is longer than {at_most} characters")
        if not (self.value.isascii() and self.value.isprintable()):
            raise self.refusal("The text has characters other than printable ASCII")
        return self.value

    def choice(self, allowed: Sequence[str]) -> str:
        """One of the given words.

        :raises InvalidRules: if it is anything else
        """
        if not isinstance(self.value, str) or self.value not in allowed:
            raise self.refusal(f"Expected one of {', '.join(allowed)}, not {quoted(self.value)}")
        return self.value

    def number(self) -> float:
        """A finite number; true and false are none.

        :raises InvalidRules: if it is anything else, or beyond 1e15
        """
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            raise self.refusal(f"Expected a number, not {quoted(self.value)}")
        # Written so that NaN fails it, and compared before the conversion: a huge int has no float.
        if not -vocabulary.MAX_NUMBER <= self.value <= vocabulary.MAX_NUMBER:
            raise self.refusal("The number is not finite or too large")
        return float(self.value)


def root(document: object) -> Node:
    """The whole document, parsed first where it is JSON text.

    :raises InvalidRules: if the text is too long or no JSON
    """
    if not isinstance(document, str | bytes):
        return Node(document, "")
    if len(document) > vocabulary.MAX_TEXT:
        raise InvalidRules(pointer="", reason=f"The text is longer than {vocabulary.MAX_TEXT} bytes")
    try:
        return Node(json.loads(document, object_pairs_hook=_object), "")
    except (ValueError, RecursionError) as error:
        raise InvalidRules(pointer="", reason="The text is not JSON") from error
