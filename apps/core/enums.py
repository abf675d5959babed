"""The vocabulary that every app shares. What does not belong here: choices of one app."""

from enum import StrEnum


class Kind(StrEnum):
    """What sort of refusal a domain error is; one handler maps it to an HTTP status."""

    INVALID = "INVALID"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PAYMENT_REQUIRED = "PAYMENT_REQUIRED"
    FORBIDDEN = "FORBIDDEN"
    NOT_FOUND = "NOT_FOUND"
    CONFLICT = "CONFLICT"
    REJECTED = "REJECTED"
    LOCKED = "LOCKED"
    LIMIT = "LIMIT"
    UNAVAILABLE = "UNAVAILABLE"
