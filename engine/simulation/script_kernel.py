"""The pass over the bars for a script: the machine says what to order, the steps of each bar carry it out.

What does not belong here: what the machine is told (``script_account``), what an order call means
(``script_orders``), any rule of fills (``steps``).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled, compiled_apart, lent
from engine.script.kernels import codes as script_codes
from engine.script.kernels import machine
from engine.script.kernels.codes import Code
from engine.script.kernels.machine import Memory
from engine.simulation import fills, ledger, levels, script_account, script_orders, steps
from engine.simulation import interface as codes
from engine.simulation.interface import Desk, Ledger
from engine.simulation.levels import Exit

Row = np.void
Cells = NDArray[np.float64]
Brackets = NDArray[np.float64]
Run = tuple[Code, Memory, Brackets, Cells]  # A program, its memory, and what ``at_start`` gives.


class Prices(NamedTuple):
    """What a run reads off the bars: prices in paise, sessions, what the clock says and which rates hold.

    ``first``: the bar from which on orders are placed; before it the script runs, and what it orders is nothing.
    """

    open: NDArray[np.int32]
    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    session: NDArray[np.int32]
    moments: NDArray[np.uint8]
    rate_row: NDArray[np.int32]
    first: int


class Rows(NamedTuple):
    """The records of a run: handed on, each is an address, where an array is counted in and out."""

    rules: Row
    account: Row
    orders: Row
    bar: Row


# Rows that one bar can fill at most: each of its steps leaves once and turns once for each side.
_ROWS_PER_BAR = 16


@compiled
def _read(index: int, prices: Prices, bar: Row, rates: NDArray[np.void]) -> None:
    """Fill in the bar and the rates that hold on it, unless that was done."""
    if bar["at"] == index:
        return
    bar["at"] = index
    bar["open"] = prices.open[index]
    bar["high"] = prices.high[index]
    bar["low"] = prices.low[index]
    bar["close"] = prices.close[index]
    bar["moments"] = prices.moments[index]
    bar["day"] = prices.session[index]
    if len(prices.rate_row):
        bar["rates"] = rates[prices.rate_row[index]]


@compiled
def _lent(prices: Prices) -> Prices:
    return Prices(
        lent(prices.open),
        lent(prices.high),
        lent(prices.low),
        lent(prices.close),
        lent(prices.session),
        lent(prices.moments),
        lent(prices.rate_row),
        prices.first,
    )


@compiled
def _in_force(orders: Row) -> bool:
    return bool(orders["leave"] + orders["long"]["kind"] + orders["short"]["kind"] > 0)


@compiled_apart
def _entering(rows: Rows, at_market: bool) -> int:
    """The side whose entry would be the last to fill at market, else the one that waits alone; 0 where that is open."""
    orders = rows.orders
    long, short = orders["long"]["kind"], orders["short"]["kind"]
    if at_market and short == codes.MARKET:
        return -1
    if at_market and long == codes.MARKET:
        return 1
    if long != 0 and short != 0:
        return _nearer(rows)
    return int(long != 0) - int(short != 0)


@compiled_apart
def _nearer(rows: Rows) -> int:
    """Of two entries that wait, the side that the bar meets first."""
    orders, bar, rules = rows.orders, rows.bar, rows.rules
    long = fills.fill(1, orders["long"], bar, rules)
    short = fills.fill(-1, orders["short"], bar, rules)
    if np.isnan(long.price) or np.isnan(short.price) or long.at_open != short.at_open:
        return 1 if not np.isnan(long.price) and (np.isnan(short.price) or long.at_open) else -1
    open_ = bar["open"]
    if (long.price > open_) == (short.price > open_):
        return 1 if abs(long.price - open_) <= abs(short.price - open_) else -1
    return 1 if (long.price > open_) == fills.high_first(bar) else -1


@compiled_apart
def _hand_in(orders: Row, brackets: Brackets, side: int) -> None:
    """Give the orders the bracket of the side that is entered next."""
    if side == 0:
        orders["set_bracket"] = 0
    else:
        script_orders.hand_in(orders, brackets[0 if side > 0 else 1])


@compiled_apart
def _open(rows: Rows, brackets: Brackets, pages: Ledger) -> None:
    """The open and the way through a bar, with what the bars before left in force."""
    rules, account, orders, bar = rows
    held, closed, standing = account["side"], account["closed"], levels.standing(account)
    _hand_in(orders, brackets, _entering(rows, rules["at_open"] != 0))
    steps.step_open(account, bar, orders, rules, pages)
    if held != 0 and account["side"] == held and account["closed"] == closed and account["entry_index"] != bar["at"]:
        # The levels handed in are for the entry, not for what is held already.
        levels.put(account, standing)
    side = account["side"]
    _hand_in(orders, brackets, -side if side != 0 else _entering(rows, False))


@compiled
def _passes(account: Row, high: float, low: float, rules: Row) -> bool:
    """Hold what is held through a bar that meets none of its levels; False, and nothing done, where it meets one."""
    side = account["side"]
    if side == 0:
        return True
    best, worst = (high, low) if side > 0 else (-low, -high)
    if levels.touches(account, best, worst, rules):
        return False
    account["exposed"] += 1
    levels.see(account, best, worst, rules)
    return True


@compiled_apart
def _before_close(rows: Rows, brackets: Brackets, pages: Ledger) -> None:
    """A bar up to its close."""
    rules, account, orders, bar = rows
    if _in_force(orders) or bar["moments"]:
        _open(rows, brackets, pages)
    if account["side"] != 0 or steps.works(orders):
        steps.step_through(account, bar, orders, rules, pages)
    script_orders.settle(orders, account["done"])


@compiled_apart
def _at_close(rows: Rows, brackets: Brackets, pages: Ledger) -> None:
    """The close of a bar, with what was decided at it."""
    rules, account, orders, bar = rows
    orders["set_bracket"] = 0
    if not rules["at_open"]:
        account["done"] = 0
        if orders["long"]["kind"] == codes.MARKET or orders["short"]["kind"] == codes.MARKET:
            _hand_in(orders, brackets, _entering(rows, True))
    if _in_force(orders) or bar["moments"]:
        steps.step_close(account, bar, orders, rules, pages)
    orders["set_bracket"] = 0
    if not rules["at_open"]:
        script_orders.settle(orders, account["done"])


@compiled
def _submit(calls: NDArray[np.int32], slips: NDArray[np.float64], rows: Rows, brackets: Brackets, tick: float) -> None:
    """Put in force what the machine ordered on this bar: levels after what they are for."""
    rules, account, orders, bar = rows
    for slip in range(len(slips)):
        call = calls[int(slips[slip, 0])]
        if call[0] != script_codes.EXIT:
            script_orders.submit(call, slips[slip], account, orders, rules, bar["close"])
    if account["side"] == 0 and orders["long"]["kind"] + orders["short"]["kind"] == 0:
        return
    for slip in range(len(slips)):
        call = calls[int(slips[slip, 0])]
        if call[0] == script_codes.EXIT:
            script_orders.set_levels(call, slips[slip], account, orders, brackets, tick)


@compiled_apart
def _mark(rows: Rows, pages: Ledger) -> bool:
    """Write down what is open after the last bar, marked at its close, and tell whether something is."""
    rules, account, _, bar = rows
    if account["side"] == 0:
        return False
    ledger.leave(account, Exit(bar["close"], codes.END, False), (0.0, 0), bar, rules, pages)
    return True


def at_start() -> tuple[Brackets, Cells]:
    """No brackets and nothing tallied, for a run to write in."""
    brackets = np.full((2, script_orders.BRACKET_WIDTH), np.nan)
    brackets[:, script_orders.SET] = 0.0
    return brackets, script_account.nothing_tallied()


@compiled
def simulate(program: Run, prices: Prices, desk: Desk, pages: Ledger, equity: NDArray[np.float64], tick: float) -> bool:
    """Run a program over the bars, moving the account on, and fill the rows of ``pages`` and ``equity``.

    ``tick``: paise. The machine's status is in ``program[1].counts``; where it is not DONE the run ended there.

    Returns whether a position is open at the end: it stands after the closed trades, marked at the last close.
    """
    instructions, loading, kept, registers, columns, histories, outbox = machine.work(program[0], program[1])
    prices, pages = _lent(prices), lent(pages)
    highs, lows, closes, moments = prices.high, prices.low, prices.close, prices.moments
    calls, slips, counts = outbox
    rules, account, orders, bar, rates = desk.rules[0], desk.account[0], desk.orders[0], desk.bar[0], lent(desk.rates)
    rows = Rows(rules, account, orders, bar)
    initial, room = float(rules["initial_cash"]), len(pages) - _ROWS_PER_BAR
    waits, is_news = False, True  # News: the account may have changed since the machine was told of it.
    brackets, tallies = lent(program[2]), lent(program[3])
    steps.clear(orders)
    bar["at"] = -1
    for index in range(len(equity)):
        close, moment = float(closes[index]), moments[index]
        # Most bars: nothing to do, or a position that meets none of its levels.
        if waits or moment or not _passes(account, float(highs[index]), float(lows[index]), rules):
            _read(index, prices, bar, rates)
            _before_close(rows, brackets, pages)
            script_account.count(tallies, account, pages)
            script_orders.forget(account, orders, brackets)
            is_news = True
        if is_news:
            script_account.tell(registers, account, tallies, initial, tick)
        script_account.tell_worth(registers, account, close)
        machine.begin(index, loading, registers, columns, histories)
        counts[machine.SLIPS] = 0
        limits = index, machine.allowed(counts)
        counts[machine.STEPS] += machine.execute(limits, instructions, registers, columns, histories, outbox)
        machine.keep(index, kept, registers, histories)
        if counts[machine.SLIPS] > 0 and index >= prices.first:
            bar["close"] = close
            _submit(calls, slips[: counts[machine.SLIPS]], rows, brackets, tick)
        is_news = _in_force(orders) or moment > 0
        if is_news:
            _read(index, prices, bar, rates)
            _at_close(rows, brackets, pages)
        waits = _in_force(orders)
        equity[index] = ledger.worth(account, close)
        if max(account["closed"], account["rejected"]) > room:
            counts[machine.STATUS] = script_codes.TOO_MANY_TRADES
        if counts[machine.STATUS] != script_codes.DONE:
            return False
    _read(len(closes) - 1, prices, bar, rates)
    return _mark(rows, pages)
