"""What a fill blocks for its position alone, and what is lent for it.

A short blocks its full price. Under ``india`` an intraday share blocks a part, and a purchase is lent its price.
What is closed gives back its share. What does not belong here: what options on one underlying block together (margins).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.market import selectors as market_selectors
from apps.trading import errors
from apps.trading.constants import PAISA, ZERO
from apps.trading.enums import Product, Side
from apps.trading.models import Order, Position
from apps.trading.services.book import Change
from apps.trading.services.desk import Desk
from marketdata.margin import terms
from marketdata.rulebook.errors import RuleNotFound


@dataclass(frozen=True, slots=True)
class Stake:
    """By how much the margin of a position and what is lent for it rise, below zero where they fall."""

    margin: Decimal
    borrowed: Decimal


def stake_of(desk: Desk, *, order: Order, position: Position | None, change: Change, was: int) -> Stake:
    """What a fill of the order changes; ``was`` is the quantity before, the position's own stake is not moved yet."""
    begun = opened(desk, side=order.side, product=order.product, value=change.opened_value)
    margin, borrowed = begun.margin, begun.borrowed
    if position is not None and change.closed_quantity:
        margin -= share(position.margin, part=change.closed_quantity, of=abs(was))
        borrowed -= share(position.borrowed, part=change.closed_quantity, of=abs(was))
    return Stake(margin, borrowed)


def share(amount: Decimal, *, part: int, of: int) -> Decimal:
    """The part of an amount that goes with some of a quantity, to the paisa; all of it with the whole."""
    return amount if part == of else (amount * part / of).quantize(PAISA, ROUND_HALF_UP)


def opened(desk: Desk, *, side: str, product: str, value: Decimal) -> Stake:
    """What opening a position for ``value`` blocks and borrows.

    :raises RatesUnknown: if the rulebook has no margin of the day
    """
    if not value or not desk.terms.uses_margin:
        return Stake(value if side == Side.SELL else ZERO, ZERO)
    # The options of an underlying block together; delivery is paid for.
    if desk.instrument.option is not None or product == Product.CNC:
        return Stake(ZERO, ZERO)
    return Stake(_intraday_margin(desk, value=value), value if side == Side.BUY else ZERO)


def _intraday_margin(desk: Desk, *, value: Decimal) -> Decimal:
    """What an intraday position in a share that costs ``value`` blocks.

    :raises RatesUnknown: before the first terms
    """
    rules = market_selectors.rulebook_in_force()
    try:
        pct = terms.intraday_pct(rules, desk.instrument.identifier, on=desk.today)
    except RuleNotFound as error:
        message = "The margins of this day are not known: choose a fill profile without them."
        raise errors.RatesUnknown(message, details={"trade_date": desk.today.isoformat()}) from error
    return (value * pct / 100).quantize(PAISA, ROUND_HALF_UP)
