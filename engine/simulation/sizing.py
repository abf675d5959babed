"""How much an entry buys or sells: what the sizing asks for, in whole units, and whether the cash pays for it.

What does not belong here: prices of fills, levels, writing anything down.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.compiled import compiled, compiled_apart
from engine.costs import arithmetic
from engine.simulation import interface as codes

Row = np.void

_HALF = 0.5
_ROUNDING = 1e-14


class Order(NamedTuple):
    """An entry about to be sized: ``asked`` 0 is what the sizing says; ``risk``: from its price to its stop."""

    side: int
    price: float
    asked: float
    risk: float


class Size(NamedTuple):
    """A quantity, 0 where the order is refused with ``reason``."""

    quantity: float
    reason: int


@compiled
def value_of(quantity: float, price: float) -> int:
    """The value of an order in whole paise.

    # Assumption: it is rounded to them, half up, before a rate is applied.
    """
    return int(np.floor(quantity * price + _HALF))


@compiled_apart
def _cost(quantity: float, order: Order, rules: Row, bar: Row) -> float:
    """Value and charges of an order."""
    cost = quantity * order.price
    if rules["charged"]:
        cost += arithmetic.order_charges(value_of(quantity, order.price), order.side > 0, bar["rates"])
    return cost


@compiled
def profit(account: Row, price: float) -> float:
    """What the position gained since its entry, before charges."""
    return float(account["side"] * account["quantity"] * (price - account["entry_price"]))


@compiled_apart
def _whole(budget: float, price: float, rules: Row) -> float:
    """The quantity a budget pays for, in whole units."""
    least = rules["unit"] / rules["parts"]
    quantity = np.floor(budget * rules["parts"] / (price * rules["unit"])) * rules["unit"] / rules["parts"]
    # A quotient that rounded up bought one too many: of whole shares at whole paise it never does, of fractions it may.
    return float(quantity if quantity * price <= budget else quantity - least)


@compiled_apart
def _part(equity: float, percent: float) -> float:
    """A percentage of the equity; what is whole paise but for the rounding of the percentage is whole."""
    amount = equity * percent / 100.0
    whole = np.rint(amount)
    return whole if abs(amount - whole) <= _ROUNDING * abs(whole) else amount


@compiled_apart
def _within(budget: float, order: Order, rules: Row, bar: Row) -> float:
    """The quantity a budget pays for with its charges."""
    quantity = _whole(budget, order.price, rules)
    if not rules["charged"] or quantity <= 0.0:
        return quantity
    charges = _cost(quantity, order, rules, bar) - quantity * order.price
    quantity = _whole(budget - charges, order.price, rules)
    # The charges of fewer units are lower, which may let one more in.
    more = quantity + rules["unit"] / rules["parts"]
    return more if _cost(more, order, rules, bar) <= budget else max(quantity, 0.0)


@compiled_apart
def _wanted(account: Row, order: Order, free: float, rules: Row, bar: Row) -> float:
    """What the sizing asks for; NaN where it needs a stop and there is none."""
    sizing, size = rules["sizing"], rules["size"]
    if sizing == codes.QUANTITY:
        return float(size)
    if sizing == codes.CASH:
        return _within(size, order, rules, bar)
    equity = account["cash"] + profit(account, order.price)
    if sizing == codes.PERCENT_OF_EQUITY:
        return _within(_part(equity, size), order, rules, bar)
    affordable = _within(free, order, rules, bar)
    if sizing == codes.ALL_IN:
        return affordable
    if not 0.0 < order.risk < np.inf:
        return np.nan
    # Assumption: there is no leverage; a risk that asks for more than the cash buys takes what it buys.
    return min(_whole(_part(equity, size), order.risk, rules), affordable)


@compiled_apart
def size_of(account: Row, order: Order, rules: Row, bar: Row) -> Size:
    """The quantity of an entry.

    Cash bound by a position that is added to is not free; a short binds price x quantity as a purchase does.
    """
    free = account["cash"] - account["quantity"] * account["entry_price"]
    # Sold at a price that slippage brought to nothing, no quantity makes sense.
    if order.price <= 0.0:
        return Size(0.0, codes.INSUFFICIENT_CASH)
    quantity = order.asked if order.asked > 0.0 else _wanted(account, order, free, rules, bar)
    if np.isnan(quantity):
        return Size(0.0, codes.NO_STOP_DISTANCE)
    least = rules["unit"] / rules["parts"]
    if rules["parts"] == 1.0:
        quantity = np.floor(quantity / rules["unit"]) * rules["unit"]
    if _cost(max(quantity, least), order, rules, bar) > free:
        return Size(0.0, codes.INSUFFICIENT_CASH)
    if quantity < least:
        return Size(0.0, codes.BELOW_ONE_LOT)
    return Size(quantity, 0)
