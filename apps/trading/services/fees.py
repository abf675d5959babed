"""What the platform takes for closing a position itself, where it is configured to. Not here: charges."""

from __future__ import annotations

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.trading.models import Order
from apps.trading.services import accounting
from apps.trading.services.desk import Desk
from apps.wallet.enums import EntryReason, LedgerKind
from marketdata.rulebook import charges


def take_squareoff_fee(desk: Desk, *, order: Order) -> None:
    """Book the fee for an order of the square-off, GST included; no more than the cash that is left.

    Only the profile with the exchange's charges has it.
    """
    if not configuration.get_bool("trading.squareoff_fee") or not desk.terms.uses_margin:
        return
    rules = market_selectors.rulebook_in_force()
    amount = min(charges.fee(rules, "square_off", trade_date=desk.today), desk.cash)
    lines = {LedgerKind.CASH: -amount, LedgerKind.CHARGES: amount}
    accounting.post_for_order(desk, order=order, key="squareoff-fee", reason=EntryReason.SQUAREOFF_FEE, lines=lines)
