"""What is left of each purchase of shares held for delivery, first in first out, as taxes are reckoned.

Beside it stands the weighted average of the position, which is shown. What does not belong here: money, charges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from apps.trading.constants import PAISA, ZERO
from apps.trading.enums import Product, Side
from apps.trading.models import Position


@dataclass(frozen=True, slots=True)
class Lot:
    """What is left of the purchases of one day at one price, and what that part cost."""

    day: date
    quantity: int
    cost: Decimal


def move(position: Position, *, side: str, quantity: int, value: Decimal, day: date) -> None:
    """Add a purchase, or take a sale from the oldest lots; the caller saves the position."""
    if position.product != Product.CNC:
        return
    lots = list(lots_of(position))
    if side == Side.BUY:
        lots.append(Lot(day, quantity, value))
    else:
        lots = list(_without(lots, quantity=quantity))
    store(position, lots=lots)


def take_newest(position: Position, *, quantity: int) -> None:
    """Take a quantity from the newest lots, for what was bought today and becomes intraday."""
    if position.product == Product.CNC:
        store(position, lots=[*_without(list(lots_of(position))[::-1], quantity=quantity)][::-1])


def lots_of(position: Position) -> Iterator[Lot]:
    """The lots of a position, oldest first."""
    for row in position.lots:
        yield Lot(date.fromisoformat(row["day"]), row["quantity"], Decimal(row["cost"]))


def store(position: Position, *, lots: list[Lot]) -> None:
    """Write the lots onto the position, those of one day and price as one."""
    merged: list[Lot] = []
    for lot in lots:
        last = merged[-1] if merged else None
        if last is not None and last.day == lot.day and last.cost * lot.quantity == lot.cost * last.quantity:
            merged[-1] = Lot(lot.day, last.quantity + lot.quantity, last.cost + lot.cost)
        else:
            merged.append(lot)
    position.lots = [{"day": lot.day.isoformat(), "quantity": lot.quantity, "cost": str(lot.cost)} for lot in merged]
    position.fifo_cost = sum((lot.cost for lot in merged), ZERO)


def _without(lots: list[Lot], *, quantity: int) -> Iterator[Lot]:
    """The lots less a quantity of the first ones."""
    for lot in lots:
        taken = min(lot.quantity, quantity)
        quantity -= taken
        if taken < lot.quantity:
            gone = (lot.cost * taken / lot.quantity).quantize(PAISA, ROUND_HALF_UP)
            yield Lot(lot.day, lot.quantity - taken, lot.cost - gone)
