"""What market data refuses, as typed errors.

What does not belong here: HTTP statuses and texts for one caller only; the apps translate.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar


class MarketDataError(Exception):
    """Any refusal of a provider. ``code`` is stable and machine-readable, the text is written for the user."""

    code: ClassVar[str]


class SymbolNotFound(MarketDataError):
    """The provider has no instrument of that symbol."""

    code = "SYMBOL_NOT_FOUND"

    def __init__(self, symbol: str) -> None:
        super().__init__(f"Unknown symbol: {symbol}")
        self.symbol = symbol


class InvalidDateRange(MarketDataError):
    """A range that ends before it starts, or leaves the days a provider knows."""

    code = "INVALID_DATE_RANGE"

    def __init__(self, *, start: date, end: date, reason: str) -> None:
        super().__init__(f"Invalid range {start} to {end}: {reason}")
        self.start = start
        self.end = end
        self.reason = reason


class ContractNotFound(MarketDataError):
    """A contract that cannot exist: its expiry is no trading day, or its strike not positive and on the tick."""

    code = "CONTRACT_NOT_FOUND"

    def __init__(self, contract: str, *, reason: str) -> None:
        super().__init__(f"No such contract: {contract}: {reason}")
        self.contract = contract
        self.reason = reason


class NotSupported(MarketDataError):
    """The provider has nothing of the kind; its ``capabilities`` say so beforehand."""

    code = "NOT_SUPPORTED"

    def __init__(self, provider: str, *, capability: str) -> None:
        super().__init__(f"The {provider} provider has no {capability} data")
        self.provider = provider
        self.capability = capability
