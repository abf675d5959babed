"""What strategies refuse. What does not belong here: HTTP, what is wrong inside a document (engine.rules)."""

from __future__ import annotations

from apps.core.enums import Kind
from apps.core.errors import DomainError


class InvalidRules(DomainError):
    """A strategy cannot be understood; details.errors says where, by JSON pointer, and why."""

    code = "INVALID_RULES"
    kind = Kind.INVALID
    message = "The strategy cannot be understood."

    pointer: str = ""
    reason: str = ""

    @classmethod
    def at(cls, *, pointer: str, reason: str) -> InvalidRules:
        """The error about one place of the document."""
        error = cls(
            f"The strategy cannot be understood: {reason}.",
            details={"errors": [{"pointer": pointer, "message": reason}]},
        )
        error.pointer, error.reason = pointer, reason
        return error


class InvalidScript(DomainError):
    """A script cannot be understood; details.errors says where, by line and column, and why."""

    code = "INVALID_SCRIPT"
    kind = Kind.INVALID
    message = "The script cannot be understood."


class PreviewRefused(DomainError):
    """A strategy does not fit the bars: a timeframe that is not longer, a script beyond its limits on them."""

    code = "PREVIEW_REFUSED"
    kind = Kind.INVALID
    message = "The strategy does not fit these bars."
