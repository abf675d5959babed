"""Reading JSON of somebody else's, where anything may be missing or of another type.

What does not belong here: what any of it means.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from apps.core import clock, money

LATEST_SECOND, LARGEST_PAISE = 4_102_444_800, 10**14
MAX_ID_CHARS = 150


class Part:
    """A part of a document. Paths are keys and places, like ``items.data.0.price``; what is not there is empty."""

    def __init__(self, found: Any) -> None:
        self._found = found

    def __bool__(self) -> bool:
        return bool(self._found)

    def get(self, path: str) -> Any:
        """What stands there, or None."""
        found = self._found
        for step in path.split("."):
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and step.isdecimal():
                found = found[int(step)] if int(step) < len(found) else None
            else:
                return None
        return found

    def part(self, path: str) -> Part:
        """The part that stands there."""
        return Part(self.get(path))

    def parts(self, path: str) -> list[Part]:
        """The parts of a list."""
        found = self.get(path)
        return [Part(each) for each in found] if isinstance(found, list) else []

    def text(self, path: str) -> str:
        """An id or a word; of an object in its place, its id."""
        found = self.get(path)
        word = found.get("id") if isinstance(found, dict) else found
        is_word = isinstance(word, str) and len(word) <= MAX_ID_CHARS and word.isascii() and word.isprintable()
        return str(word) if is_word else ""

    def texts(self, *, paths: tuple[str, ...]) -> tuple[str, ...]:
        """The ids that stand at any of these places."""
        return tuple(word for word in map(self.text, paths) if word)

    def whole(self, path: str) -> int | None:
        """A whole number that fits our columns, or None."""
        found = self.get(path)
        is_whole = isinstance(found, int) and not isinstance(found, bool) and abs(found) < LARGEST_PAISE
        return int(found) if is_whole else None

    def rupees(self, path: str) -> Decimal | None:
        """An amount in paise as rupees, or None where it is none or negative."""
        paise = self.whole(path)
        return money.rupees(paise) if paise is not None and paise >= 0 else None

    def day(self, path: str) -> date | None:
        """The day in India of a Unix second, or None."""
        second = self.whole(path)
        if second is None or not 0 < second < LATEST_SECOND:
            return None
        return clock.today(at=datetime.fromtimestamp(second, tz=UTC))
