"""What sectors refuse. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class SectorExists(DomainError):
    """There is a sector with this identifier."""

    code = "SECTOR_EXISTS"
    kind = Kind.CONFLICT
    message = "There is a sector with this identifier already."
