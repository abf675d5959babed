"""What the ledger refuses. What does not belong here: HTTP."""

from decimal import Decimal
from typing import Self

from apps.core.enums import Kind
from apps.core.errors import DomainError


class InsufficientFunds(DomainError):
    """There is less than the entry would take; the details say how much is there and how much is needed."""

    code = "INSUFFICIENT_FUNDS"
    kind = Kind.REJECTED
    message = "There is not enough free cash in the paper account."

    @classmethod
    def of(cls, account: str, *, available: Decimal, needed: Decimal) -> Self:
        """The refusal of an amount that one of the ledger's accounts does not hold."""
        return cls(details={"account": account, "available": f"{available:.2f}", "needed": f"{needed:.2f}"})


class BalanceTooLarge(DomainError):
    """The balance would outgrow its column."""

    code = "BALANCE_TOO_LARGE"
    kind = Kind.REJECTED
    message = "The paper account cannot hold that much."


class RefillOutOfBounds(DomainError):
    """A refill is smaller or larger than the configuration allows in one call."""

    code = "REFILL_OUT_OF_BOUNDS"
    kind = Kind.REJECTED
    message = "One refill must be within the bounds that this installation sets."


class AccountNameTaken(DomainError):
    """The user has another paper account of this name."""

    code = "ACCOUNT_NAME_TAKEN"
    kind = Kind.CONFLICT
    message = "You have another paper account of this name."
