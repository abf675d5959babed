"""Domain errors: facts with a code, a message and figures. What does not belong here: HTTP, wording of one app."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, TypeVar

from apps.core.enums import Kind

Row = TypeVar("Row")


class DomainError(Exception):
    """A refusal that a user can understand and a client can act on.

    Subclasses set ``code`` (unique, append-only, upper snake case), ``kind`` and ``message``.
    ``details`` holds the figures of the refusal; ``retry_after`` is in seconds.
    """

    code: ClassVar[str]
    kind: ClassVar[Kind]
    message: str = ""

    def __init__(
        self,
        message: str | None = None,
        *,
        details: Mapping[str, object] | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = message or type(self).message
        self.details = dict(details or {})
        self.retry_after = retry_after
        super().__init__(self.message)


def registry() -> Iterator[type[DomainError]]:
    """Every error class that has a code, in the order of the codes."""
    pending = [DomainError]
    found: list[type[DomainError]] = []
    while pending:
        subclasses = pending.pop().__subclasses__()
        pending.extend(subclasses)
        found.extend(subclass for subclass in subclasses if "code" in vars(subclass))
    return iter(sorted(found, key=lambda error: error.code))


class ValidationFailed(DomainError):
    """The shape or a value of the input is wrong; details.fields says where."""

    code = "VALIDATION_ERROR"
    kind = Kind.INVALID
    message = "The input is not valid."

    @classmethod
    def field(cls, path: str, message: str, *, code: str = "invalid") -> ValidationFailed:
        """The error for one field, named by its dotted path."""
        return cls(details={"fields": {path: [{"code": code, "message": message}]}})


class ParseFailed(DomainError):
    """The body is not JSON that this API reads."""

    code = "PARSE_ERROR"
    kind = Kind.INVALID
    message = "The body is not valid JSON."


class NotAuthenticated(DomainError):
    """No credentials were given."""

    code = "NOT_AUTHENTICATED"
    kind = Kind.UNAUTHENTICATED
    message = "Sign in first: send an access token as 'Authorization: Bearer <token>'."


class PermissionRefused(DomainError):
    """The user lacks the permission that this needs."""

    code = "PERMISSION_DENIED"
    kind = Kind.FORBIDDEN
    message = "You do not have the permission that this needs."


class FeatureDisabled(DomainError):
    """An administrator has switched the feature off."""

    code = "FEATURE_DISABLED"
    kind = Kind.FORBIDDEN
    message = "This feature is switched off by the administrator."


class NotFound(DomainError):
    """It does not exist, or belongs to somebody else: the answer is the same."""

    code = "NOT_FOUND"
    kind = Kind.NOT_FOUND
    message = "There is nothing here."


def found(row: Row | None) -> Row:
    """What a read of one row found.

    :raises NotFound: if it found nothing
    """
    if row is None:
        raise NotFound
    return row


class Conflict(DomainError):
    """The present state does not allow it."""

    code = "CONFLICT"
    kind = Kind.CONFLICT
    message = "This conflicts with what is there already."


class IdempotencyConflict(DomainError):
    """The same Idempotency-Key came with another body."""

    code = "IDEMPOTENCY_CONFLICT"
    kind = Kind.CONFLICT
    message = "This Idempotency-Key was used with a different request."


class IdempotencyInProgress(DomainError):
    """A request with the same Idempotency-Key is being worked on."""

    code = "IDEMPOTENCY_IN_PROGRESS"
    kind = Kind.CONFLICT
    message = "A request with this Idempotency-Key is still in progress."


class RateLimited(DomainError):
    """The caller asked more often than the configuration allows."""

    code = "RATE_LIMITED"
    kind = Kind.LIMIT
    message = "Too many requests. Please wait before trying again."


class TooManyStreams(DomainError):
    """The user has as many streams of events open as one may have."""

    code = "TOO_MANY_STREAMS"
    kind = Kind.LIMIT
    message = "Close another page first: too many streams of events are open."


class EventsElsewhere(DomainError):
    """Events come from a process of their own; the details say where."""

    code = "EVENTS_ELSEWHERE"
    kind = Kind.NOT_FOUND
    message = "Events are served by another process: connect to the address that POST /events/ticket gives."


class Unavailable(DomainError):
    """A part that this needs is down; trying again later helps."""

    code = "UNAVAILABLE"
    kind = Kind.UNAVAILABLE
    message = "The service is not available right now. Please try again shortly."
