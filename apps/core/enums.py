"""The vocabulary that every app shares. What does not belong here: choices of one app."""

from enum import StrEnum

from django.db.models import TextChoices


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


class SeriesFormat(TextChoices):
    """How a series is written."""

    LIST = "list", "A list of objects"
    COLUMNS = "columns", "Columns"


class TimeOrdering(TextChoices):
    """How a list of what happened may be ordered; a minus turns it round."""

    CREATED = "created_at", "Oldest first"
    CREATED_DESC = "-created_at", "Newest first"

    @property
    def column(self) -> str:
        """The column that rows are ordered by: the id, which has the index, grows with ``created_at``."""
        return "-id" if self == TimeOrdering.CREATED_DESC else "id"


class RateScope(StrEnum):
    """What a request counts as; the configuration has a limit a minute for each."""

    ANONYMOUS = "anonymous"
    LOGIN = "login"
    USER = "user"
    HEAVY = "heavy"
