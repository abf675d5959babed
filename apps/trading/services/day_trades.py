"""How much of a delivery sale sells what was bought on the same day. What does not belong here: rates, money."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from apps.trading.constants import PAISA, ZERO
from apps.trading.enums import Product, Side
from apps.trading.models import Order, Position


def intraday_value(
    order: Order, *, position: Position | None, sold_before: int, filled: int, value: Decimal, on: date
) -> Decimal:
    """Of the value of an order filled so far the part that is charged as intraday.

    ``sold_before``: what was sold of the position on that day before this order; ``filled`` units are worth ``value``.

    # Assumption: what is sold for delivery up to what was bought on the day is intraday, whichever came first of the
    # day; the purchase keeps the charges of delivery that it has paid.
    """
    if order.product != Product.CNC or order.side != Side.SELL or position is None or position.day != on:
        return ZERO
    bought = position.day_buy_quantity
    units = min(bought, sold_before + filled) - min(bought, sold_before)
    return (value * units / filled).quantize(PAISA, ROUND_HALF_UP) if units else ZERO
