"""What an entry or an exit does to the account, and the rows that are written for it.

What does not belong here: when an order is due, where it fills, how much the sizing asks for.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.compiled import compiled, compiled_apart
from engine.costs import arithmetic
from engine.simulation import interface as codes
from engine.simulation import levels, sizing
from engine.simulation.interface import Ledger
from engine.simulation.levels import Exit

Row = np.void


class Way(NamedTuple):
    """Which side is entered, at what price in paise, and which bit of the moments bars an entry now."""

    side: int
    price: float
    barred: int


@compiled
def worth(account: Row, price: float) -> float:
    """The equity with the position at a price."""
    return float(account["cash"]) + sizing.profit(account, price)


@compiled_apart
def _day_rounded(account: Row, value: int, buys: bool, rates: Row, day: int) -> int:
    """What an order adds to the day's duties, which are rounded to rupees together."""
    stt, stamp = arithmetic.duties(value, buys, rates)
    if account["duty_day"] != day:
        account["duty_day"] = day
        account["duty_stt"] = 0
        account["duty_stamp"] = 0
    before = arithmetic.to_rupee(account["duty_stt"]) + arithmetic.to_rupee(account["duty_stamp"])
    account["duty_stt"] += stt
    account["duty_stamp"] += stamp
    return arithmetic.to_rupee(account["duty_stt"]) + arithmetic.to_rupee(account["duty_stamp"]) - before


@compiled_apart
def _pay(account: Row, traded: tuple[float, float, bool], bar: Row, rules: Row) -> float:
    """Charge an order that is carried out (quantity, price, whether it buys), and return what it cost."""
    quantity, price, buys = traded
    account["traded"] += quantity * price
    if not rules["charged"]:
        return 0.0
    value = sizing.value_of(quantity, price)
    rates = bar["rates"]
    if rules["round_duties"]:
        charges = arithmetic.services(value, rates) + _day_rounded(account, value, buys, rates, bar["day"])
    else:
        charges = arithmetic.order_charges(value, buys, rates)
    account["charges"] += charges
    return float(charges)


@compiled_apart
def _settle(account: Row, quantity: float, price: float, bar: Row, rules: Row) -> float:
    """Charge a settlement at expiry: the holder of an option pays STT on what it is worth."""
    if account["side"] < 0 or not rules["charged"]:
        return 0.0
    charges = arithmetic.rounded_share(sizing.value_of(quantity, price), bar["rates"]["exercise"])
    account["charges"] += charges
    return float(charges)


@compiled_apart
def leave(account: Row, exit_: Exit, part: tuple[float, int], bar: Row, rules: Row, books: Ledger) -> None:
    """Leave the position and write it down as a trade; ``part``: how much of it (0: all) and the tag of the exit.

    Left for END it is only marked: nothing is paid, and the account stays as it is.
    """
    side, held = account["side"], account["quantity"]
    quantity = held if part[0] <= 0.0 else min(part[0], held)
    entering = account["paid"] * (quantity / held)
    leaving = 0.0
    if exit_.reason == codes.EXPIRY:
        leaving = _settle(account, quantity, exit_.price, bar, rules)
    elif exit_.reason != codes.END:
        leaving = _pay(account, (quantity, exit_.price, side < 0), bar, rules)
    gross = side * quantity * (exit_.price - account["entry_price"])
    trade = books[account["closed"]]["trade"]
    _write(trade, account, exit_, bar["at"])
    trade["quantity"] = quantity
    trade["pnl"] = gross - entering - leaving
    trade["charges"] = entering + leaving
    trade["exit_tag"] = part[1]
    if exit_.reason == codes.END:
        return
    account["closed"] += 1
    account["cash"] += gross - leaving
    account["quantity"] = held - quantity
    account["paid"] -= entering
    if account["quantity"] <= 0.0:
        account["side"] = 0
        account["entry_price"] = 0.0


@compiled_apart
def _write(trade: Row, account: Row, exit_: Exit, at: int) -> None:
    side = account["side"]
    signed, paid = side * exit_.price, side * account["entry_price"]
    trade["side"] = side
    trade["entry_index"] = account["entry_index"]
    trade["entry_price"] = account["entry_price"]
    trade["exit_index"] = at
    trade["exit_price"] = exit_.price
    trade["reason"] = exit_.reason
    trade["bars_held"] = at - account["entry_index"]
    # Assumption: of a bar left at its open or at a level only the exit price counts; what came before is unknown.
    trade["mae"] = paid - min(account["worst"], signed)
    trade["mfe"] = max(account["best"], signed) - paid
    trade["ambiguous"] = exit_.ambiguous
    trade["entry_kind"] = account["kind"]
    trade["entries"] = account["entries"]
    trade["entry_tag"] = account["tag"]


@compiled_apart
def _refuse(account: Row, side: int, reason: int, at: int, books: Ledger) -> None:
    row = books[account["rejected"]]["rejection"]
    row["index"] = at
    row["side"] = side
    row["reason"] = reason
    account["rejected"] += 1


@compiled_apart
def _barred(account: Row, way: Way, order: Row, bar: Row, rules: Row) -> int:
    """Why nothing may be entered now, whatever the price; -1 where it may."""
    if bar["moments"] & way.barred:
        return codes.OUTSIDE_SESSION
    if 0 < rules["max_per_day"] <= account["entered_today"]:
        return codes.MAX_PER_DAY
    if rules["stop_atr"] + rules["target_atr"] + rules["trailing_atr"] > 0.0 and not order["atr"] > 0.0:
        return codes.NO_STOP_DISTANCE
    return -1


@compiled_apart
def enter(account: Row, way: Way, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """Enter a side at a price, or write down why not."""
    side, price = way.side, way.price
    order = orders["long"] if side > 0 else orders["short"]
    barred = _barred(account, way, order, bar, rules)
    if barred >= 0:
        _refuse(account, side, barred, bar["at"], books)
        return
    found = levels.of(side, price, order, rules)
    if orders["set_bracket"]:
        found = levels.bracketed(found, side, price, orders)
    risk = side * price - levels.protection(found, side, rules).level
    size = sizing.size_of(account, sizing.Order(side, price, order["quantity"], risk), rules, bar)
    if size.quantity <= 0.0:
        _refuse(account, side, size.reason, bar["at"], books)
        return
    charges = _pay(account, (size.quantity, price, side > 0), bar, rules)
    account["cash"] -= charges
    account["entered_today"] += 1
    if account["side"] == 0:
        _begin(account, way, order, bar["at"])
    _add(account, found, size.quantity, price, charges)


@compiled_apart
def _begin(account: Row, way: Way, order: Row, at: int) -> None:
    """A new position, of nothing yet."""
    account["side"] = way.side
    account["quantity"] = 0.0
    account["entry_index"] = at
    account["entry_price"] = way.price
    account["extreme"] = -np.inf
    account["best"] = -np.inf
    account["worst"] = np.inf
    account["paid"] = 0.0
    account["kind"] = order["kind"]
    account["entries"] = 0
    account["tag"] = order["tag"]


@compiled_apart
def _add(account: Row, found: levels.Levels, quantity: float, price: float, charges: float) -> None:
    """Add to the position: its price is the mean of its entries, its levels are those of the last."""
    held, extreme, signed = account["quantity"], account["extreme"], account["side"] * price
    if held > 0.0:
        account["entry_price"] = (held * account["entry_price"] + quantity * price) / (held + quantity)
    levels.put(account, found)
    account["quantity"] = held + quantity
    account["extreme"] = max(extreme, found.extreme)
    account["best"] = max(account["best"], signed)
    account["worst"] = min(account["worst"], signed)
    account["paid"] += charges
    account["entries"] += 1
