"""What options refuse. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class NoDerivatives(DomainError):
    """The underlying exists, and has no options."""

    code = "NO_DERIVATIVES"
    kind = Kind.REJECTED
    message = "This underlying has no options."


class NotAnExpiry(DomainError):
    """No option of the underlying expires on this day; the details name the next days on which one does."""

    code = "NOT_AN_EXPIRY"
    kind = Kind.REJECTED
    message = "No option of this underlying expires on this day."


class StrikeOffGrid(DomainError):
    """No option is listed at this strike; the details say how far apart strikes are."""

    code = "STRIKE_OFF_GRID"
    kind = Kind.REJECTED
    message = "There are no options at this strike."


class NoOptionPrices(DomainError):
    """The underlying has options, and nobody has prices of them at this moment."""

    code = "NO_OPTION_PRICES"
    kind = Kind.REJECTED
    message = "There are no prices of these options at this moment."
