"""Stops that follow the price: the engine's own function says where they stand. What does not belong here: filling.

A bar is compared with the stop as the bars before it left it; only then is the stop moved on. The best price seen is
kept, not the stop, so that a percentage of it is never rounded; ``trigger_price`` shows the stop to the paisa.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import numpy as np

from apps.core import money
from apps.trading.constants import PAISA
from apps.trading.enums import TrailingUnit
from apps.trading.models import Order
from apps.trading.services import book
from engine.simulation import interface as codes
from engine.simulation import levels


def begin(order: Order, *, last_price: Decimal | None) -> None:
    """Let a stop of its own follow the price from the last one on."""
    if order.trailing is not None and order.trail_extreme is None and last_price is not None:
        order.trail_extreme = last_price
        order.trigger_price = _shown(order)


def level_of(order: Order) -> float:
    """Where the stop stands in paise, not rounded."""
    side = -book.sign_of(order.side)
    rules = np.zeros(1, codes.RULES)
    distance = float(order.trailing or 0)
    is_percent = order.trailing_unit == TrailingUnit.PERCENT
    rules["trailing_pct"] = distance if is_percent else 0.0
    fixed = -math.inf if order.trigger_price is None else side * float(order.trigger_price * 100)
    extreme = side * float((order.trail_extreme or Decimal(0)) * 100)
    behind = 0.0 if is_percent else distance * 100.0
    standing = levels.Levels(fixed, math.inf, behind, -math.inf, extreme)
    return side * float(levels.protection(standing, side, rules[0]).level)


def follow(order: Order, *, high: int, low: int) -> bool:
    """Move a stop on after a bar that it was compared with; True if it stands elsewhere now."""
    if order.trailing is None or order.trail_extreme is None or order.is_triggered:
        return False
    before = order.trigger_price
    is_long = book.sign_of(order.side) < 0
    reached = money.rupees(high if is_long else low)
    order.trail_extreme = max(order.trail_extreme, reached) if is_long else min(order.trail_extreme, reached)
    order.trigger_price = _shown(order)
    return order.trigger_price != before


def _shown(order: Order) -> Decimal:
    # A stop between two paise is met by the same prices as the paisa beyond it.
    exact = (Decimal(level_of(order)) / 100).quantize(Decimal("0.000001"))
    return exact.quantize(PAISA, ROUND_FLOOR if book.sign_of(order.side) < 0 else ROUND_CEILING)
