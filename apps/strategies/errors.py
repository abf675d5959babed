"""What strategies refuse. What does not belong here: HTTP, what is wrong inside a document (engine.rules)."""

from __future__ import annotations

from apps.core.enums import Kind
from apps.core.errors import DomainError


class InvalidRules(DomainError):
    """A strategy cannot be understood; details.errors says where, by JSON pointer, and why."""

    code = "INVALID_RULES"
    kind = Kind.INVALID
    message = "The strategy cannot be understood."

    @classmethod
    def at(cls, *, pointer: str, reason: str) -> InvalidRules:
        """The error about one place of the document."""
        return cls(
            f"The strategy cannot be understood: {reason}.",
            details={"errors": [{"pointer": pointer, "message": reason}]},
        )
