"""What syncs refuse. What does not belong here: HTTP, why one instrument failed (constants)."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class SyncRunning(DomainError):
    """A sync of the type has not ended yet."""

    code = "SYNC_RUNNING"
    kind = Kind.CONFLICT
    message = "A sync of this type is running. Wait until it has ended."
