"""What the market refuses. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class InstrumentNotFound(DomainError):
    """There is no instrument of this type and name."""

    code = "INSTRUMENT_NOT_FOUND"
    kind = Kind.NOT_FOUND
    message = "There is no such instrument."


class NoBars(DomainError):
    """The instrument has no prices in the range; the details say from when to when it has."""

    code = "NO_BARS"
    kind = Kind.REJECTED
    message = "The instrument has no prices in this range of dates."
