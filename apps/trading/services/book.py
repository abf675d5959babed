"""What a fill, a new day and a last price make of a position. What does not belong here: tables, money, prices.

The cost of the open quantity is kept as an amount and shared out in whole paise, so that on every step
realised + unrealised = sell_value - buy_value + quantity x last price, exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from apps.trading.constants import PAISA, ZERO
from apps.trading.enums import Side
from apps.trading.models import Position


@dataclass(frozen=True, slots=True)
class Change:
    """What a fill closed and opened, in rupees; ``closed_cost`` is what the closed part had been opened for."""

    closed_quantity: int
    closed_cost: Decimal
    closed_value: Decimal
    opened_value: Decimal
    realised: Decimal
    was_short: bool


@dataclass(frozen=True, slots=True)
class Valuation:
    """A position at a last price; ``m2m`` values what was held overnight at the close before."""

    last_price: Decimal
    unrealised: Decimal
    pnl: Decimal
    m2m: Decimal


def sign_of(side: str) -> int:
    """1 for a purchase, -1 for a sale."""
    return 1 if side == Side.BUY else -1


def average_of(*, quantity: int, cost: Decimal) -> Decimal:
    """The average price of an open quantity, to the paisa; 0 where it is flat."""
    return (cost / abs(quantity)).quantize(PAISA, ROUND_HALF_UP) if quantity else ZERO


def preview(*, quantity: int, cost: Decimal, side: str, filled: int, price: Decimal) -> Change:
    """What a fill would close and open of a position of ``quantity`` that cost ``cost``."""
    closes = min(filled, abs(quantity)) if quantity * sign_of(side) < 0 else 0
    whole = closes == abs(quantity)
    closed_cost = cost if closes and whole else (cost * closes / (abs(quantity) or 1)).quantize(PAISA, ROUND_HALF_UP)
    closed_value = price * closes
    gain = closed_cost - closed_value if quantity < 0 else closed_value - closed_cost
    return Change(closes, closed_cost, closed_value, price * (filled - closes), gain, was_short=quantity < 0)


def apply_fill(position: Position, *, side: str, filled: int, price: Decimal) -> Change:
    """Move a position by a fill; the caller saves it."""
    change = preview(quantity=position.quantity, cost=position.cost, side=side, filled=filled, price=price)
    name, value = side.lower(), price * filled
    for prefix in ("", "day_"):
        for unit, amount in (("quantity", filled), ("value", value)):
            column = f"{prefix}{name}_{unit}"
            setattr(position, column, getattr(position, column) + amount)
    position.quantity += sign_of(side) * filled
    position.cost += change.opened_value - change.closed_cost
    position.realised += change.realised
    position.last_price = price
    return change


def roll(position: Position, *, day: date, day_before: date) -> bool:
    """Begin a new trading day; what is flat then begins anew. Tells whether there was anything to do."""
    if position.day >= day:
        return False
    bought = position.day_buy_quantity - position.day_sell_quantity
    position.t1_quantity = max(0, min(position.quantity, bought)) if position.day == day_before else 0
    position.overnight_quantity, position.day = position.quantity, day
    position.day_buy_quantity = position.day_sell_quantity = 0
    position.day_buy_value = position.day_sell_value = ZERO
    if not position.quantity:
        position.buy_quantity = position.sell_quantity = 0
        position.buy_value = position.sell_value = position.realised = position.charges = ZERO
    return True


def value(position: Position, *, last_price: Decimal, previous_close: Decimal | None) -> Valuation:
    """What a position is worth; without a previous close the last price stands for it."""
    signed_cost = position.cost if position.quantity > 0 else -position.cost
    unrealised = position.quantity * last_price - signed_cost
    before = last_price if previous_close is None else previous_close
    m2m = (
        position.day_sell_value
        - position.day_buy_value
        + position.quantity * last_price
        - position.overnight_quantity * before
    )
    return Valuation(last_price, unrealised, position.realised + unrealised, m2m)
