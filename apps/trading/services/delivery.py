"""Whether an option on a share is settled in shares at its expiry. What does not belong here: filling anything.

# Assumption: who cannot pay for the shares, or does not hold what is to be delivered, is settled in cash, which is what
# buying them in at the close would come to.
"""

from __future__ import annotations

from decimal import Decimal

from apps.core import configuration
from apps.market.enums import InstrumentType
from apps.trading import selectors
from apps.trading.enums import Product, Side
from apps.trading.models import Position
from apps.trading.services import rules
from apps.trading.services.desk import Desk
from marketdata.instrument_keys import Option

PHYSICAL = "physical"


def side_of(desk: Desk, *, position: Position, option: Option, worth: Decimal) -> Side | None:
    """Whether shares are bought or sold at the strike for an option that is worth something; None in cash."""
    underlying = desk.instrument.underlying
    if configuration.get_str("options.stock_settlement") != PHYSICAL or not worth or underlying is None:
        return None
    if underlying.type != InstrumentType.STOCK:
        return None
    side = Side.BUY if (position.quantity > 0) == option.is_call else Side.SELL
    quantity = abs(position.quantity)
    if side == Side.SELL:
        held = selectors.lock_position(
            user=desk.user, account_id=desk.account_id, instrument=option.underlying, product=Product.CNC
        )
        pending = selectors.count_pending_sales(
            user=desk.user, account_id=desk.account_id, instrument=option.underlying, besides=None
        )
        return side if held is not None and held.quantity - pending >= quantity else None
    value = option.strike * quantity
    charges = rules.charges_of(
        underlying, plan=desk.terms.plan, side=side, product=Product.CNC, value=value, on=desk.today
    )
    return side if value + charges <= desk.cash else None
