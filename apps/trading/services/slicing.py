"""Orders above the freeze quantity, cut into orders that the exchange takes. What does not belong here: taking them."""

from __future__ import annotations

from apps.trading.models import Order
from apps.trading.services import rules
from apps.trading.services.desk import Desk
from marketdata.rulebook import lots

# Assumption: nobody needs more than a broker's ten slices; above them the order is refused as without slicing.
MOST_SLICES = 10


def sizes_of(desk: Desk, *, order: Order) -> list[int]:
    """The quantities of the orders that an order is cut into: the most whole lots that may be in one, the rest last.

    # Assumption: each slice takes its own share of a bar's volume, as an order of its own does.

    One, of its own quantity, where nothing is to be cut: no freeze quantity, not above it, no whole lots, too many.
    """
    freeze = rules.freeze_of(desk.instrument, on=desk.today) if desk.terms.keeps_rules else None
    if freeze is None or order.quantity <= freeze:
        return [order.quantity]
    lot = rules.lot_of(desk.instrument, on=desk.today)
    size = freeze // lot * lot
    if not size or not lots.is_whole_lots(order.quantity, lot=lot) or order.quantity > size * MOST_SLICES:
        return [order.quantity]
    whole, rest = divmod(order.quantity, size)
    return [size] * whole + [rest] * bool(rest)
