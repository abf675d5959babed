"""How far a price may go: daily price bands, the band of option market orders, market-wide halts.

What does not belong here: which band a stock has on a day (its master says), refusing an order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal

from marketdata.rulebook import errors, ticks
from marketdata.rulebook.book import Rulebook


@dataclass(frozen=True, slots=True)
class Band:
    """The prices allowed, both ends included and on the tick. Without ``rejects`` it clamps fills but refuses none."""

    low: Decimal
    high: Decimal
    rejects: bool

    def holds(self, price: Decimal) -> bool:
        """Tell whether the price is inside."""
        return self.low <= price <= self.high

    def clamp(self, price: Decimal) -> Decimal:
        """The nearest price inside."""
        return min(max(price, self.low), self.high)


@dataclass(frozen=True, slots=True)
class Halt:
    """A market-wide halt: so many minutes and a call auction, or with None the rest of the day."""

    minutes: int | None
    auction_minutes: int


# Assumption: the pre-open call auction after a halt has been 15 minutes since the breakers began.
AUCTION_MINUTES = 15


def band(rules: Rulebook, kind: str, *, reference: Decimal, tick: Decimal, trade_date: date) -> Band:
    """The band around a reference price, its ends rounded inwards to the tick.

    ``kind``: equity_2, equity_5, equity_10, equity_20 (percent of the previous close), equity_dynamic (stocks with
    derivatives), option_market (of the last price), closing_auction (of its reference price).

    :raises UnknownKind: if there is no such kind
    :raises RuleNotFound: if ``trade_date`` is before its first row
    :raises InvalidAmount: if the reference is not positive
    """
    if not (reference.is_finite() and reference > 0):
        raise errors.InvalidAmount(name="reference", value=reference, reason="it must be positive")
    rule = rules.one("price_bands", kind, on=trade_date)
    width = max(reference * rule.decimal("pct") / 100, rule.decimal("min_rupees"))
    return Band(
        low=max(ticks.round_to_tick(reference - width, tick, towards="up"), tick),
        high=ticks.round_to_tick(reference + width, tick, towards="down"),
        rejects=rule.text("rejects") == "yes",
    )


def halt(rules: Rulebook, *, trigger_pct: int, at: time, trade_date: date) -> Halt | None:
    """The halt when an index reaches a breaker (10, 15 or 20 % either way) at a time of day; None if there is none.

    :raises UnknownKind: if there is no such breaker
    :raises RuleNotFound: if ``trade_date`` is before its first row
    """
    rows = rules.group("breakers", str(trigger_pct), on=trade_date)
    rule = [each for each in rows if each.time("from_time") <= at][-1].text("halt")
    if rule == "none":
        return None
    return Halt(minutes=None, auction_minutes=0) if rule == "day" else Halt(int(rule), AUCTION_MINUTES)
