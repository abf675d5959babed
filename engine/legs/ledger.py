"""What an entry or an exit of a leg does to the day's cash, and the rows that are written for it.

What does not belong here: when an order is due, where it fills.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled_apart
from engine.costs import arithmetic
from engine.legs import interface as book
from engine.legs.interface import Desk
from engine.simulation import interface as codes
from engine.simulation import levels, sizing
from engine.simulation.levels import Exit


@compiled_apart
def _pay(desk: Desk, leg: int, traded: tuple[int, float, bool]) -> float:
    """Charge an order (quantity, price, whether it buys), and return what it cost."""
    quantity, price, buys = traded
    day, rules, rates = desk.day[0], desk.rules[leg], desk.bar[0]["rates"]
    day["turnover"] += quantity * price
    if not rules["charged"]:
        return 0.0
    value = sizing.value_of(quantity, price)
    stt, stamp = arithmetic.duties(value, buys, rates)
    before = day["stt"], day["stamp"]
    day["stt"] += stt
    day["stamp"] += stamp
    charges = arithmetic.services(value, rates)
    if rules["round_duties"]:
        charges += arithmetic.to_rupee(day["stt"]) - arithmetic.to_rupee(before[0])
        charges += arithmetic.to_rupee(day["stamp"]) - arithmetic.to_rupee(before[1])
    else:
        charges += stt + stamp
    day["charges"] += charges
    return float(charges)


@compiled_apart
def enter(desk: Desk, leg: int, price: float, kind: int) -> None:
    """Enter a leg at a price with what slippage did to it."""
    state, account, day, order = desk.legs[leg], desk.accounts[leg], desk.day[0], desk.order[0]
    side, quantity = state["side"], state["quantity"]
    order["signalled_at"] = price
    levels.put(account, levels.of(side, price, order, desk.rules[leg]))
    account["side"] = side
    account["quantity"] = quantity
    account["entry_index"] = desk.bar[0]["at"]
    account["entry_price"] = price
    account["best"] = side * price
    account["worst"] = side * price
    account["kind"] = kind
    account["paid"] = _pay(desk, leg, (quantity, price, side > 0))
    day["cash"] -= side * quantity * price + account["paid"]
    if state["number"] == 0:
        state["cost"] = price
    state["number"] += 1
    state["waits"] = book.NOTHING


@compiled_apart
def enter_again(desk: Desk, leg: int, price: float, kind: int) -> None:
    """Enter a leg again, if the cash pays for it; sold for nothing it is not.

    # Assumption: what a purchase costs is compared without its charges, which are a small part of it.
    """
    state = desk.legs[leg]
    state["waits"] = book.NOTHING
    if price <= 0.0 or (state["side"] > 0 and price * state["quantity"] > desk.day[0]["cash"]):
        return
    state["left"] -= 1
    enter(desk, leg, price, kind)


@compiled_apart
def leave(desk: Desk, leg: int, exit_: Exit, trades: NDArray[np.void]) -> None:
    """Leave a leg and write it down."""
    state, account, day = desk.legs[leg], desk.accounts[leg], desk.day[0]
    side, quantity, at = state["side"], state["quantity"], desk.bar[0]["at"]
    if exit_.reason == codes.EXPIRY:
        charges = 0.0
        if side > 0 and desk.rules[leg]["charged"]:
            value = sizing.value_of(quantity, exit_.price)
            charges = float(arithmetic.rounded_share(value, desk.bar[0]["rates"]["exercise"]))
            day["charges"] += charges
    else:
        charges = _pay(desk, leg, (quantity, exit_.price, side < 0))
    gross = side * quantity * (exit_.price - account["entry_price"])
    row = trades[day["traded"]]
    row["leg"] = leg
    row["side"] = side
    row["quantity"] = quantity
    row["number"] = state["number"] - 1
    row["entry_at"] = account["entry_index"]
    row["exit_at"] = at
    row["reason"] = exit_.reason
    row["ambiguous"] = exit_.ambiguous
    row["entry_price"] = account["entry_price"]
    row["exit_price"] = exit_.price
    row["charges"] = account["paid"] + charges
    row["pnl"] = gross - row["charges"]
    row["mae"] = side * account["entry_price"] - min(account["worst"], side * exit_.price)
    row["mfe"] = max(account["best"], side * exit_.price) - side * account["entry_price"]
    day["traded"] += 1
    day["cash"] += side * quantity * exit_.price - charges
    day["realised"] += gross
    account["side"] = 0
    state["waits"] = state["again"] if exit_.reason == codes.STOP and state["left"] > 0 else book.NOTHING
