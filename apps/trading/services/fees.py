"""What closing a position by the clock takes: the platform's fee, the tax on exercise.

What does not belong here: charges of what is bought and sold (rules).
"""

from __future__ import annotations

from decimal import Decimal

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.trading import errors
from apps.trading.constants import ZERO
from apps.trading.enums import Side
from apps.trading.models import Order
from apps.trading.services import accounting
from apps.trading.services.desk import Desk
from apps.wallet.enums import EntryReason, LedgerKind
from marketdata.instrument_keys import Option
from marketdata.rulebook import charges
from marketdata.rulebook.errors import RuleNotFound

EXERCISE_PLAN = "india"


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


def exercise_stt(desk: Desk, *, order: Order, value: Decimal, option: Option) -> Decimal:
    """STT on an option worth ``value`` a unit, which the holder of a long position pays where the profile has taxes.

    :raises RatesUnknown: if the rulebook has none of the day it expires on
    """
    if desk.terms.plan != EXERCISE_PLAN or order.side == Side.BUY or not value:
        return ZERO
    rules = market_selectors.rulebook_in_force()
    try:
        return charges.exercise_stt(rules, intrinsic=value, quantity=order.quantity, trade_date=option.expiry)
    except RuleNotFound as error:
        raise errors.RatesUnknown(details={"trade_date": option.expiry.isoformat()}) from error
