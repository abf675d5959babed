"""Tick sizes by kind, reference price and date, and rounding to them.

What does not belong here: which side rounds which way for whom; the caller says so.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from marketdata.rulebook import errors
from marketdata.rulebook.book import Rulebook

Towards = Literal["nearest", "up", "down"]
MODES = {"nearest": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}


def banded(rules: Rulebook, table: str, key: str, *, price: Decimal, on: date, value: str) -> Decimal:
    """The value of the first price band that holds ``price``; a band includes its ``up_to``.

    :raises UnknownKey: if the table has no such key
    :raises RuleNotFound: if ``on`` is before its first row, or no band reaches that price
    :raises InvalidAmount: if the price is not a positive number
    """
    if not (price.is_finite() and price > 0):
        raise errors.InvalidAmount(name="price", value=price, reason="it must be positive")
    for each in rules.group(table, key, on=on):
        if price <= each.limit("up_to"):
            return each.decimal(value)
    raise errors.RuleNotFound(table=table, key=(key,), on=on, reason=f"no band reaches {price}")


def tick_size(rules: Rulebook, kind: str, *, reference_price: Decimal, trade_date: date) -> Decimal:
    """The tick of an instrument.

    ``kind``: equity, stock_future, index_future, stock_option or index_option. ``reference_price``: the close by which
    the exchange reviews the tick (stocks: the last of the month before), of the underlying for options on a stock.

    :raises UnknownKind: if there is no such kind
    :raises RuleNotFound: if ``trade_date`` is before its first row
    :raises InvalidAmount: if the reference price is not positive
    """
    return banded(rules, "ticks", kind, price=reference_price, on=trade_date, value="tick")


def round_to_tick(price: Decimal, tick: Decimal, *, towards: Towards = "nearest") -> Decimal:
    """The price on the grid of the tick: the nearest (half up), the next above, or the next below."""
    return (price / tick).quantize(Decimal(1), MODES[towards]) * tick


def is_on_tick(price: Decimal, tick: Decimal) -> bool:
    """Tell whether the price is a whole number of ticks."""
    return price % tick == 0
