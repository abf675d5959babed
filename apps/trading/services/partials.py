"""How much of an order is filled at a time, and how long that would have taken. What does not belong here: prices.

Chance is drawn from the account and the order, not from a clock: working the same order again draws the same.
"""

from __future__ import annotations

import hashlib

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery
from apps.trading.enums import OrderStatus, Purpose
from apps.trading.models import Order
from apps.trading.services import journal, rules
from apps.trading.services.desk import Desk
from apps.trading.services.profiles import Terms

PERCENT = 100
# Assumption: the first of two parts is 30 to 90 % of the order.
LEAST_PCT, MOST_PCT = 30, 90


def draw(order: Order, *, what: str, choices: int) -> int:
    """A number from 0 to ``choices`` - 1, always the same for the same account, order and purpose."""
    # Assumption: the id of the paper account is its seed.
    digest = hashlib.sha256(f"{order.paper_account_id}:{order.pk}:{what}".encode()).digest()
    return int.from_bytes(digest[:8]) * choices >> 64


def delay_ms(terms: Terms, *, order: Order, number: int) -> int:
    """How many milliseconds the execution of that number would have taken."""
    least, most = terms.delay_ms
    return least + draw(order, what=f"delay:{number}", choices=most - least + 1)


def at_once(desk: Desk, *, order: Order) -> int:
    """How much of an accepted order is filled at the last price.

    # Assumption: a quote says nothing of volume, so that the last final bar's stands for it, if there is any.
    """
    if desk.terms.in_parts and not order.is_stored:
        # What is drawn depends on the id.
        journal.begin(order, status=OrderStatus(order.status), reason=journal.ACCEPTED)
    return fillable(desk, order=order, volume=_last_volume(desk) if desk.terms.caps_volume else None)


def fillable(desk: Desk, *, order: Order, volume: int | None) -> int:
    """How much of an order is filled where ``volume`` is traded: whole lots; None is without limit.

    # Assumption: a request to close a position is filled whole, so that its rest cannot turn the position round.
    """
    left = order.quantity - order.filled_quantity
    if order.purpose != Purpose.USER:
        return left
    if desk.terms.caps_volume and volume is not None:
        share = configuration.get_int("trading.volume_share_pct")
        return min(left, _whole_lots(desk, quantity=volume * share // PERCENT))
    if desk.terms.in_parts and not order.filled_quantity:
        return _first_part(desk, order=order)
    return left


def _first_part(desk: Desk, *, order: Order) -> int:
    if draw(order, what="parts", choices=PERCENT) >= configuration.get_int("trading.partial_fill_pct"):
        return order.quantity
    # In hundredths of a percent, both ends within reach.
    share = LEAST_PCT * PERCENT + draw(order, what="share", choices=(MOST_PCT - LEAST_PCT) * PERCENT + 1)
    return _whole_lots(desk, quantity=order.quantity * share // PERCENT**2) or order.quantity


def _whole_lots(desk: Desk, *, quantity: int) -> int:
    lot = rules.lot_of(desk.instrument, on=desk.today)
    return quantity // lot * lot


def _last_volume(desk: Desk) -> int | None:
    query = CandleQuery(
        instrument=desk.instrument.identifier,
        interval=Interval.FIVE_MINUTES,
        start=desk.today,
        limit=1,
    )
    candles = market_selectors.get_candles(query=query, now=desk.now).candles
    return int(candles.volume[-1]) if len(candles) else None
