"""The compiled pass over the bars of several instruments: who trades in which order, and with how much of the cash.

A moment is a time at which at least one instrument has a bar. On each, in the order of the list:

1. The open: market exits of all (filling at opens), then entries, best rank first.
2. The way through the bar of each: stops and targets.
3. The close: what the plan says; market exits of all (filling at closes), then entries, best rank first.

So what is left at a price pays for what is entered at it. Equal ranks, and a plan without one, go by the list.
What does not belong here: rules of fills (simulation), Python objects, statistics.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled_apart
from engine.portfolio import interface as book
from engine.portfolio.interface import Desk, World
from engine.simulation import interface as codes
from engine.simulation import ledger, sizing, steps
from engine.simulation.levels import Exit


@compiled_apart
def _bound(desk: Desk, but: int) -> float:
    """What the positions of the other instruments have bound of the cash."""
    bound = 0.0
    for each in range(len(desk.accounts)):
        account = desk.accounts[each]
        if each != but and account["side"] != 0:
            bound += account["quantity"] * account["entry_price"]
    return bound


@compiled_apart
def _equity(desk: Desk) -> float:
    """Cash and positions at their last known prices."""
    equity = float(desk.shared[0]["cash"])
    for each in range(len(desk.accounts)):
        if desk.accounts[each]["side"] != 0:
            equity += sizing.profit(desk.accounts[each], desk.states[each]["mark"])
    return equity


@compiled_apart
def _read(desk: Desk, world: World, each: int, at: int) -> bool:
    """Fill in the bar of an instrument; tells whether it has one."""
    bar = desk.bar[0]
    bar["at"] = at
    bar["open"] = world.open[each, at]
    bar["high"] = world.high[each, at]
    bar["low"] = world.low[each, at]
    bar["close"] = world.close[each, at]
    bar["moments"] = world.moments[each, at]
    return bool(world.close[each, at] > 0)


@compiled_apart
def _leave_due(desk: Desk, world: World, at: int, at_open: bool) -> None:
    """Exits of all instruments at an open or a close, and what the clock does to them then."""
    rules, bar = desk.rules[0], desk.bar[0]
    for each in range(len(desk.accounts)):
        account, orders = desk.accounts[each], desk.orders[each]
        if not _read(desk, world, each, at):
            continue
        due = steps.open_due(account, bar, orders, rules) if at_open else steps.close_due(bar, orders, rules)
        if not due:
            continue
        if orders["leave"] == codes.REVERSE and 0 < rules["max_bars"] <= at - account["entry_index"]:
            orders["leave"] = codes.TIME
        bound = _bound(desk, each)
        account["cash"] = desk.shared[0]["cash"] - bound
        rows = desk.pages[desk.states[each]["first_row"] :]
        if at_open:
            steps.step_open(account, bar, orders, rules, rows)
        else:
            steps.step_close(account, bar, orders, rules, rows)
        desk.shared[0]["cash"] = account["cash"] + bound
        if at_open == (rules["at_open"] != 0):
            steps.clear(orders)


@compiled_apart
def _goes_before(desk: Desk, one: int, other: int) -> bool:
    """Whether an instrument has a better rank than one before it in the list; without a rank it has not."""
    rank, its = desk.states[one]["rank"], desk.states[other]["rank"]
    return bool(rank > its or (np.isnan(its) and not np.isnan(rank)))


@compiled_apart
def _by_rank(desk: Desk, world: World, at: int) -> NDArray[np.int64]:
    """The instruments that have a bar and want to enter, best first; equal ones in the order of the list."""
    found = np.empty(len(desk.states), np.int64)
    count = 0
    for each in range(len(desk.states)):
        if desk.states[each]["wanted"] == 0 or world.close[each, at] <= 0:
            continue
        place = count
        while place > 0 and _goes_before(desk, each, found[place - 1]):
            found[place] = found[place - 1]
            place -= 1
        found[place] = each
        count += 1
    return found[:count]


@compiled_apart
def _refuse(desk: Desk, each: int, at: int) -> None:
    """Write down an entry for which there is no place."""
    account, state = desk.accounts[each], desk.states[each]
    row = desk.pages[state["first_row"] + account["rejected"]]["rejection"]
    row["index"] = at
    row["side"] = state["wanted"]
    row["reason"] = book.MAX_POSITIONS
    account["rejected"] += 1


@compiled_apart
def _enter(desk: Desk, each: int, slot: float, at_open: bool) -> None:
    """Enter an instrument that is flat, for at most ``slot`` paise."""
    state, account, orders, rules, bar = (
        desk.states[each],
        desk.accounts[each],
        desk.orders[each],
        desk.rules[0],
        desk.bar[0],
    )
    bound = _bound(desk, each)
    account["cash"] = desk.shared[0]["cash"] - bound
    # An equal part is of the equity, of which what has gained is not cash: at most what is free.
    rules["size"] = min(slot, account["cash"]) if desk.shared[0]["equal"] else slot
    order = orders["long"] if state["wanted"] > 0 else orders["short"]
    order["kind"] = codes.MARKET
    order["signalled_at"] = state["signalled_at"]
    order["atr"] = state["atr"]
    order["given"] = bar["at"]
    rows = desk.pages[state["first_row"] :]
    if at_open:
        steps.step_open(account, bar, orders, rules, rows)
    else:
        steps.step_close(account, bar, orders, rules, rows)
    desk.shared[0]["cash"] = account["cash"] + bound
    steps.clear(orders)


@compiled_apart
def _enter_due(desk: Desk, world: World, at: int, at_open: bool) -> None:
    """Entries at an open or a close, best rank first, while there are places."""
    shared = desk.shared[0]
    wanting = _by_rank(desk, world, at)
    if len(wanting) == 0:
        return
    held = 0
    for each in range(len(desk.accounts)):
        held += desk.accounts[each]["side"] != 0
    slot = _equity(desk) / shared["max_positions"] if shared["equal"] else shared["amount"]
    for each in wanting:
        if held >= shared["max_positions"]:
            _refuse(desk, each, at)
        else:
            _read(desk, world, each, at)
            _enter(desk, each, slot, at_open)
            held += desk.accounts[each]["side"] != 0
        desk.states[each]["wanted"] = 0


@compiled_apart
def _through(desk: Desk, world: World, at: int) -> bool:
    """The way through the bars; tells whether something was held through one, or left in it."""
    rules, bar, is_exposed = desk.rules[0], desk.bar[0], False
    for each in range(len(desk.accounts)):
        account, orders = desk.accounts[each], desk.orders[each]
        if not _read(desk, world, each, at):
            is_exposed = is_exposed or account["side"] != 0
            continue
        desk.states[each]["mark"] = bar["close"]
        if account["side"] == 0:
            continue
        is_exposed = True
        if not steps.through_due(account, bar, orders, rules):
            steps.hold(account, bar, rules)
            continue
        bound = _bound(desk, each)
        account["cash"] = desk.shared[0]["cash"] - bound
        steps.step_through(account, bar, orders, rules, desk.pages[desk.states[each]["first_row"] :])
        desk.shared[0]["cash"] = account["cash"] + bound
    return is_exposed


@compiled_apart
def _decide(desk: Desk, world: World, at: int) -> None:
    """Turn what the plan says at a close into what is wanted, as the simulation does for one instrument."""
    rules = desk.rules[0]
    for each in range(len(desk.accounts)):
        if world.close[each, at] <= 0:
            continue
        said, side, state = world.said[each, at], desk.accounts[each]["side"], desk.states[each]
        wanted = 0
        if rules["allow_long"] and said & book.ENTER_LONG:
            wanted += 1
        if rules["allow_short"] and said & book.ENTER_SHORT:
            wanted -= 1
        leaves = (side > 0 and said & book.EXIT_LONG) or (side < 0 and said & book.EXIT_SHORT)
        if side != 0 and wanted == side:
            wanted = 0
        state["wanted"] = wanted
        state["signalled_at"] = world.close[each, at]
        state["atr"] = world.atr[each, at]
        state["rank"] = world.rank[each, at]
        if wanted != 0 and side != 0:
            desk.orders[each]["leave"] = codes.REVERSE
        elif leaves:
            desk.orders[each]["leave"] = codes.SIGNAL


@compiled_apart
def simulate(desk: Desk, world: World, equity: NDArray[np.float64]) -> None:
    """Run over the moments and fill the rows of the desk's pages and ``equity``, paise at each close."""
    shared, bar = desk.shared[0], desk.bar[0]
    at_open = desk.rules[0]["at_open"] != 0
    for at in range(len(equity)):
        bar["day"] = world.day[at]
        if len(world.rate_row) and world.rate_row[at] != shared["row"]:
            shared["row"] = world.rate_row[at]
            bar["rates"] = desk.rates[shared["row"]]
        _leave_due(desk, world, at, True)
        if at_open:
            _enter_due(desk, world, at, True)
        shared["exposed"] += _through(desk, world, at)
        _decide(desk, world, at)
        _leave_due(desk, world, at, False)
        if not at_open:
            _enter_due(desk, world, at, False)
        equity[at] = _equity(desk)
    _mark(desk, len(equity) - 1)


@compiled_apart
def _mark(desk: Desk, last: int) -> None:
    """Write down what is open after the last moment, marked at its last known price."""
    desk.bar[0]["at"] = last
    for each in range(len(desk.accounts)):
        account, state = desk.accounts[each], desk.states[each]
        if account["side"] != 0:
            rows = desk.pages[state["first_row"] :]
            ledger.leave(account, Exit(state["mark"], codes.END, False), (0.0, 0), desk.bar[0], desk.rules[0], rows)
