"""What the rulebook refuses, as typed errors.

What does not belong here: HTTP statuses; the apps translate the codes.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import ClassVar

from marketdata.errors import MarketDataError


class RulebookError(MarketDataError):
    """Any refusal of the rulebook. ``code`` is stable; ``details`` holds the figures as text."""

    code: ClassVar[str]

    def __init__(self, message: str, **details: str) -> None:
        super().__init__(message)
        self.details = details


class RuleNotFound(RulebookError):
    """The table knows the key, but has no row yet on that date."""

    code = "RULE_NOT_FOUND"

    def __init__(self, *, table: str, key: tuple[str, ...], on: date, reason: str = "before the first row") -> None:
        name = " ".join(key) or table
        super().__init__(f"No {table} rule for {name} on {on}: {reason}", table=table, key=name, on=str(on))


class UnknownKey(RulebookError):
    """The table has no row for that key on any date; the subclasses say what the key is."""

    def __init__(self, *, table: str, key: tuple[str, ...]) -> None:
        name = " ".join(key)
        super().__init__(f"Unknown in the {table} rules: {name}", table=table, key=name)


class UnknownSegment(UnknownKey):
    """No such segment, or it has no rule for that side or exchange."""

    code = "UNKNOWN_SEGMENT"


class UnknownUnderlying(UnknownKey):
    """No such underlying in the rule asked for."""

    code = "UNKNOWN_UNDERLYING"


class UnknownPlan(UnknownKey):
    """No such brokerage plan, or it does not serve that segment."""

    code = "UNKNOWN_PLAN"


class UnknownKind(UnknownKey):
    """No such kind of instrument, band, fee or levy."""

    code = "UNKNOWN_KIND"


class UnknownAlias(RulebookError):
    """A name that no dialect explains, or an instrument that a dialect has no name for."""

    code = "UNKNOWN_ALIAS"

    def __init__(self, *, dialect: str, name: str) -> None:
        super().__init__(f"{dialect} has no such name: {name}", dialect=dialect, name=name)


class InvalidRule(RulebookError):
    """A row that its table cannot hold; ``column`` is the one at fault, empty if it is the table itself."""

    code = "INVALID_RULE"

    def __init__(self, *, table: str, reason: str, column: str = "") -> None:
        super().__init__(f"Invalid row for {table}: {reason}", table=table, reason=reason)
        self.column = column
        self.reason = reason


class InvalidAmount(RulebookError):
    """A quantity or price that no order can have."""

    code = "INVALID_AMOUNT"

    def __init__(self, *, name: str, value: Decimal | int, reason: str) -> None:
        super().__init__(f"Invalid {name} {value}: {reason}", name=name, value=str(value), reason=reason)


class StrikeOffGrid(RulebookError):
    """A strike that is not a positive multiple of the interval."""

    code = "STRIKE_OFF_GRID"

    def __init__(self, *, strike: Decimal, interval: Decimal) -> None:
        super().__init__(
            f"Strike {strike} is not on the grid of {interval}", strike=str(strike), interval=str(interval)
        )
