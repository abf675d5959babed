"""The compiled day of an option rule: its legs from the entry to the exit, bar by bar.

Where a level, a stop order or slippage fills is the simulation's; here is in which order it happens on a bar:

1. The open: where orders fill at opens, what was decided at the close before; stop orders that wait for the first
   price, if the bar opens beyond it.
2. Within the bar, each leg by itself: the stop and the target of what is held, or the stop order that waits.
3. The close: where orders fill at closes, the exit by the clock, the exit of the whole, entries.

A bar in which a contract was not traded (prices 0) fills nothing and leaves its mark where it was.
What does not belong here: choosing contracts, money (ledger), Python objects, statistics.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled_apart
from engine.legs import interface as book
from engine.legs import ledger
from engine.legs.interface import Desk, Prices
from engine.simulation import fills, levels
from engine.simulation import interface as codes
from engine.simulation.levels import Exit

Row = np.void


@compiled_apart
def _leave_all(desk: Desk, reason: int, prices: NDArray[np.int32], trades: NDArray[np.void]) -> None:
    """Leave all legs at market and enter none again; by the clock, those that are to be settled stay.

    # Assumption: a contract that is not traded then is left at its last known price.
    """
    at = desk.bar[0]["at"]
    for leg in range(len(desk.legs)):
        state, account = desk.legs[leg], desk.accounts[leg]
        state["waits"] = book.NOTHING
        stays = reason == codes.SQUARE_OFF and not np.isnan(state["settlement"])
        if account["side"] == 0 or stays:
            continue
        price = prices[leg, at] if prices[leg, at] > 0 else state["mark"]
        ledger.leave(desk, leg, Exit(fills.slipped(price, -account["side"], desk.rules[leg]), reason, False), trades)


@compiled_apart
def _enter_market(desk: Desk, prices: NDArray[np.int32]) -> bool:
    """The day's entries that are due at market; tells whether the cash pays for them, and the margin if asked."""
    day, at = desk.day[0], desk.bar[0]["at"]
    for leg in range(len(desk.legs)):
        state = desk.legs[leg]
        price = fills.slipped(prices[leg, at], state["side"], desk.rules[leg])
        if at == day["enter_at"]:
            day["premium"] -= state["side"] * state["quantity"] * price
            day["received"] += max(-state["side"], 0) * state["quantity"] * price
            ledger.enter(desk, leg, price, codes.MARKET)
            state["mark"] = prices[leg, at]
        elif state["waits"] == book.NEXT_ORDER and prices[leg, at] > 0 and at < day["leave_at"]:
            ledger.enter_again(desk, leg, price, codes.MARKET)
    if at != day["enter_at"]:
        return True
    # Assumption: what comes in for options that are sold pays for nothing and makes their margin no less.
    day["lacks"] = day["margin"] > 0.0 and day["cash"] - day["received"] < day["margin"]
    return bool(day["cash"] >= 0.0 and not (day["asks"] and day["lacks"]))


@compiled_apart
def _read(desk: Desk, leg: int, prices: Prices) -> bool:
    """Fill in the bar of a leg; tells whether it was traded."""
    bar = desk.bar[0]
    at = bar["at"]
    bar["open"] = prices.open[leg, at]
    bar["high"] = prices.high[leg, at]
    bar["low"] = prices.low[leg, at]
    bar["close"] = prices.close[leg, at]
    return bool(bar["close"] > 0.0)


@compiled_apart
def _hold(desk: Desk, leg: int, trades: NDArray[np.void]) -> None:
    """A bar that a leg was held into: its levels, else its excursions."""
    account, rules, bar = desk.accounts[leg], desk.rules[leg], desk.bar[0]
    side = account["side"]
    exit_ = levels.met(account, bar, rules)
    if exit_.reason != codes.NONE:
        ledger.leave(desk, leg, exit_, trades)
        return
    levels.see(account, fills.favourable(side, bar), fills.adverse(side, bar), rules)


@compiled_apart
def _wait(desk: Desk, leg: int, trades: NDArray[np.void]) -> None:
    """A bar into which a leg waits for its first price, and what the rest of the bar does to it once it is in."""
    state, account, order, rules, bar = desk.legs[leg], desk.accounts[leg], desk.order[0], desk.rules[leg], desk.bar[0]
    side = state["side"]
    order["kind"] = codes.STOP_MARKET
    order["trigger"] = state["cost"]
    found = fills.fill(side, order, bar, rules)
    if np.isnan(found.price):
        return
    ledger.enter_again(desk, leg, found.price, codes.STOP_MARKET)
    if account["side"] == 0:
        return
    if found.at_open:
        _hold(desk, leg, trades)
        return
    exit_ = levels.met_after_entry(account, bar, rules)
    if exit_.reason != codes.NONE:
        ledger.leave(desk, leg, exit_, trades)
        return
    levels.see(account, fills.favourable(side, bar), side * bar["close"], rules)


@compiled_apart
def _through(desk: Desk, prices: Prices, trades: NDArray[np.void]) -> None:
    """The way through a bar, leg by leg in the order of the rule."""
    day = desk.day[0]
    for leg in range(len(desk.legs)):
        state, account = desk.legs[leg], desk.accounts[leg]
        if not _read(desk, leg, prices):
            continue
        if account["side"] != 0:
            _hold(desk, leg, trades)
        elif state["waits"] == book.COST and desk.bar[0]["at"] <= day["leave_at"]:
            _wait(desk, leg, trades)
        state["mark"] = desk.bar[0]["close"]


@compiled_apart
def _value(desk: Desk) -> tuple[float, float]:
    """What is held is worth, and gained since it was entered."""
    worth, gained = 0.0, 0.0
    for leg in range(len(desk.legs)):
        account, mark = desk.accounts[leg], desk.legs[leg]["mark"]
        held = account["side"] * account["quantity"] if account["side"] != 0 else 0.0
        worth += held * mark
        gained += held * (mark - account["entry_price"])
    return worth, gained


@compiled_apart
def _whole(day: Row, gained: float) -> int:
    """Why all of the legs are to be left at this profit; NONE is not at all."""
    profit = day["realised"] + gained
    base = abs(day["premium"]) / 100.0
    stop = day["stop"] if day["stop"] > 0.0 else day["stop_pct"] * base
    target = day["target"] if day["target"] > 0.0 else day["target_pct"] * base
    if stop > 0.0 and profit <= -stop:
        return book.WHOLE_STOP
    if target > 0.0 and profit >= target:
        return book.WHOLE_TARGET
    return codes.NONE


@compiled_apart
def _open(desk: Desk, prices: NDArray[np.int32], trades: NDArray[np.void]) -> bool:
    """What is due at an open; False where the cash does not pay for the entry."""
    day, at = desk.day[0], desk.bar[0]["at"]
    if day["due"] != codes.NONE:
        _leave_all(desk, day["due"], prices, trades)
        day["due"] = codes.NONE
    elif at == day["leave_at"] and not day["leaves_at_close"]:
        _leave_all(desk, codes.SQUARE_OFF, prices, trades)
    return _enter_market(desk, prices)


@compiled_apart
def _close(desk: Desk, prices: NDArray[np.int32], at_open: bool, trades: NDArray[np.void]) -> bool:
    """What is due at a close; False where the cash does not pay for the entry."""
    day, at = desk.day[0], desk.bar[0]["at"]
    if at == day["leave_at"] and day["leaves_at_close"]:
        _leave_all(desk, codes.SQUARE_OFF, prices, trades)
    reason = _whole(day, _value(desk)[1]) if at > day["enter_at"] or at_open else codes.NONE
    if reason != codes.NONE and at_open:
        day["due"] = reason
    elif reason != codes.NONE:
        _leave_all(desk, reason, prices, trades)
    return at_open or _enter_market(desk, prices)


@compiled_apart
def trade(desk: Desk, prices: Prices, trades: NDArray[np.void], equity: NDArray[np.float64]) -> bool:
    """Trade one day and fill the rows of ``trades`` and, in paise at each close, ``equity``.

    ``trades`` has a row for each entry that may be. Returns False where the cash does not pay for the entry: of the
    records only the cash after it is of use then.
    """
    day, bar = desk.day[0], desk.bar[0]
    at_open = desk.rules[0]["at_open"] != 0
    last = len(equity) - 1
    for at in range(len(equity)):
        bar["at"] = at
        if at >= day["enter_at"]:
            if at_open and not _open(desk, prices.open, trades):
                return False
            held = day["traded"]
            _through(desk, prices, trades)
            day["exposed"] += _is_held(desk) or day["traded"] > held
            if not _close(desk, prices.close, at_open, trades):
                return False
            if at == last:
                _settle(desk, trades)
        equity[at] = day["cash"] + _value(desk)[0]
    return True


@compiled_apart
def _is_held(desk: Desk) -> bool:
    held = 0
    for leg in range(len(desk.legs)):
        held += abs(desk.accounts[leg]["side"])
    return held > 0


@compiled_apart
def _settle(desk: Desk, trades: NDArray[np.void]) -> None:
    """The settlement of what expires, after the last close."""
    for leg in range(len(desk.legs)):
        if desk.accounts[leg]["side"] != 0:
            ledger.leave(desk, leg, Exit(desk.legs[leg]["settlement"], codes.EXPIRY, False), trades)
