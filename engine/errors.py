"""What the engine refuses, as typed errors. No HTTP here: the apps give them a status."""

from __future__ import annotations


class EngineError(Exception):
    """Any refusal of the engine; its text is written for the user."""


class InvalidBars(EngineError):
    """Bars that no market could have printed.

    ``index`` is the position of the first bad bar, ``reason`` one sentence about it.
    """

    def __init__(self, *, index: int, reason: str) -> None:
        super().__init__(f"Bar {index}: {reason}")
        self.index = index
        self.reason = reason


class InvalidRules(EngineError):
    """A strategy that cannot be understood.

    ``pointer`` is the JSON pointer (RFC 6901) of the offending value inside the rules document.
    """

    def __init__(self, *, pointer: str, reason: str) -> None:
        super().__init__(f"{pointer or '/'}: {reason}")
        self.pointer = pointer
        self.reason = reason


class InvalidSettings(EngineError):
    """Settings of a run that contradict themselves or the bars."""


class InvalidCosts(EngineError):
    """Charges that are not known: a segment, a rate or a trade date that no row covers."""
