"""The pass over the bars for a script: the machine says what to order, the steps of each bar carry it out.

What does not belong here: what an order call means (``script_orders``), any rule of fills (``steps``).
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
from engine.simulation import fills, ledger, levels, script_orders, steps
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


# Rows that one bar can fill at most: each of its steps leaves once and turns once for each side.
_ROWS_PER_BAR = 16
_NAN = np.nan
# Cells of the tallies.
_SEEN, _WON, _LOST, _EVEN, _GAINS, _LOSSES, _LAST_EXIT, _LAST_PRICE, _LAST_PROFIT = range(9)


@compiled_apart
def _read(index: int, prices: Prices, desk: Desk) -> None:
    """Fill in the bar, and the rates that hold on it."""
    bar = desk.bar[0]
    bar["at"] = index
    bar["open"] = prices.open[index]
    bar["high"] = prices.high[index]
    bar["low"] = prices.low[index]
    bar["close"] = prices.close[index]
    bar["moments"] = prices.moments[index]
    bar["day"] = prices.session[index]
    if len(prices.rate_row):
        bar["rates"] = desk.rates[prices.rate_row[index]]


@compiled
def _in_force(orders: Row) -> bool:
    return bool(orders["leave"] + orders["long"]["kind"] + orders["short"]["kind"] > 0)


@compiled_apart
def _count(tallies: NDArray[np.float64], account: Row, pages: Ledger) -> None:
    """Count the trades that were closed since the last bar."""
    for row in range(int(tallies[_SEEN]), account["closed"]):
        trade = pages[row]["trade"]
        pnl = trade["pnl"]
        tallies[_WON] += pnl > 0.0
        tallies[_LOST] += pnl < 0.0
        tallies[_EVEN] += pnl == 0.0
        tallies[_GAINS] += max(pnl, 0.0)
        tallies[_LOSSES] -= min(pnl, 0.0)
        tallies[_LAST_EXIT] = trade["exit_index"]
        tallies[_LAST_PRICE] = trade["exit_price"]
        tallies[_LAST_PROFIT] = pnl
    tallies[_SEEN] = account["closed"]


@compiled_apart
def _tell(registers: Cells, account: Row, tallies: Cells, initial: float, tick: float) -> None:
    """Fill the registers of ``script_codes.ACCOUNT`` that change only where something happens; money in rupees.

    ``initial``: cash at the start; it and the tick are paise.
    """
    held = account["side"] != 0
    paise = script_orders.PAISE
    registers[0] = account["side"] * account["quantity"] if held else 0.0
    registers[1] = account["entry_price"] / paise if held else _NAN
    registers[3] = (account["cash"] - initial) / paise
    registers[5] = account["entries"] if held else 0.0
    registers[6] = account["closed"]
    registers[7] = tallies[_WON]
    registers[8] = tallies[_LOST]
    registers[9] = initial / paise
    registers[10] = account["entry_index"] if held else _NAN
    registers[11] = tallies[_LAST_EXIT]
    registers[12] = tallies[_LAST_PRICE] / paise
    registers[13] = tallies[_LAST_PROFIT] / paise
    registers[14] = tick / paise
    registers[15] = tallies[_GAINS] / paise
    registers[16] = tallies[_LOSSES] / paise
    registers[17] = tallies[_EVEN]


@compiled
def _tell_worth(registers: Cells, account: Row, close: float) -> None:
    """Fill the registers of ``script_codes.ACCOUNT`` that move with the price, in rupees."""
    worth, paise = ledger.worth(account, close), script_orders.PAISE
    registers[2] = worth / paise
    registers[4] = (worth - account["cash"]) / paise


@compiled_apart
def _entering(desk: Desk, at_market: bool) -> int:
    """The side whose entry would be the last to fill at market, else the one that waits alone; 0 where that is open."""
    orders = desk.orders[0]
    long, short = orders["long"]["kind"], orders["short"]["kind"]
    if at_market and short == codes.MARKET:
        return -1
    if at_market and long == codes.MARKET:
        return 1
    if long != 0 and short != 0:
        return _nearer(desk)
    return int(long != 0) - int(short != 0)


@compiled_apart
def _nearer(desk: Desk) -> int:
    """Of two entries that wait, the side that the bar meets first."""
    orders, bar, rules = desk.orders[0], desk.bar[0], desk.rules[0]
    long = fills.fill(1, orders["long"], bar, rules)
    short = fills.fill(-1, orders["short"], bar, rules)
    if np.isnan(long.price) or np.isnan(short.price) or long.at_open != short.at_open:
        return 1 if not np.isnan(long.price) and (np.isnan(short.price) or long.at_open) else -1
    open_ = bar["open"]
    if (long.price > open_) == (short.price > open_):
        return 1 if abs(long.price - open_) <= abs(short.price - open_) else -1
    return 1 if (long.price > open_) == fills.high_first(bar) else -1


@compiled_apart
def _hand_in(desk: Desk, brackets: Brackets, side: int) -> None:
    """Give the orders the bracket of the side that is entered next."""
    if side == 0:
        desk.orders[0]["set_bracket"] = 0
    else:
        script_orders.hand_in(desk.orders[0], brackets[0 if side > 0 else 1])


@compiled_apart
def _open(desk: Desk, brackets: Brackets, pages: Ledger) -> None:
    """The open and the way through a bar, with what the bars before left in force."""
    rules, account, orders, bar = desk.rules[0], desk.account[0], desk.orders[0], desk.bar[0]
    held, closed, standing = account["side"], account["closed"], levels.standing(account)
    _hand_in(desk, brackets, _entering(desk, rules["at_open"] != 0))
    steps.step_open(account, bar, orders, rules, pages)
    if held != 0 and account["side"] == held and account["closed"] == closed and account["entry_index"] != bar["at"]:
        # The levels handed in are for the entry, not for what is held already.
        levels.put(account, standing)
    side = account["side"]
    _hand_in(desk, brackets, -side if side != 0 else _entering(desk, False))


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
def _before_close(desk: Desk, brackets: Brackets, pages: Ledger) -> None:
    """A bar up to its close."""
    rules, account, orders, bar = desk.rules[0], desk.account[0], desk.orders[0], desk.bar[0]
    if _in_force(orders) or bar["moments"]:
        _open(desk, brackets, pages)
    if account["side"] != 0 or steps.works(orders):
        steps.step_through(account, bar, orders, rules, pages)
    script_orders.settle(orders, account["done"])


@compiled_apart
def _at_close(desk: Desk, brackets: Brackets, pages: Ledger) -> None:
    """The close of a bar, with what was decided at it."""
    rules, account, orders, bar = desk.rules[0], desk.account[0], desk.orders[0], desk.bar[0]
    orders["set_bracket"] = 0
    if not rules["at_open"]:
        account["done"] = 0
        if orders["long"]["kind"] == codes.MARKET or orders["short"]["kind"] == codes.MARKET:
            _hand_in(desk, brackets, _entering(desk, True))
    if _in_force(orders) or bar["moments"]:
        steps.step_close(account, bar, orders, rules, pages)
    orders["set_bracket"] = 0
    if not rules["at_open"]:
        script_orders.settle(orders, account["done"])


@compiled_apart
def _submit(calls: NDArray[np.int32], slips: NDArray[np.float64], desk: Desk, brackets: Brackets, tick: float) -> None:
    """Put in force what the machine ordered on this bar: levels after what they are for."""
    account, orders = desk.account[0], desk.orders[0]
    for slip in range(len(slips)):
        call = int(slips[slip, 0])
        if calls[call, 0] != script_codes.EXIT:
            script_orders.submit(calls[call], slips[slip], desk)
    if account["side"] == 0 and orders["long"]["kind"] + orders["short"]["kind"] == 0:
        return
    for slip in range(len(slips)):
        call = int(slips[slip, 0])
        if calls[call, 0] == script_codes.EXIT:
            script_orders.set_levels(calls[call], slips[slip], desk, brackets, tick)


@compiled_apart
def _mark(desk: Desk, prices: Prices, pages: Ledger) -> bool:
    """Write down what is open after the last bar, marked at its close, and tell whether something is."""
    account, bar = desk.account[0], desk.bar[0]
    if account["side"] == 0:
        return False
    _read(len(prices.close) - 1, prices, desk)
    ledger.leave(account, Exit(bar["close"], codes.END, False), (0.0, 0), bar, desk.rules[0], pages)
    return True


def at_start() -> tuple[Brackets, Cells]:
    """No brackets and nothing tallied, for a run to write in."""
    brackets = np.full((2, script_orders.BRACKET_WIDTH), _NAN)
    brackets[:, script_orders.SET] = 0.0
    tallies = np.zeros(_LAST_PROFIT + 1)
    tallies[_LAST_EXIT:] = _NAN
    return brackets, tallies


@compiled
def simulate(program: Run, prices: Prices, desk: Desk, pages: Ledger, equity: NDArray[np.float64], tick: float) -> bool:
    """Run a program over the bars, moving the account on, and fill the rows of ``pages`` and ``equity``.

    ``tick``: paise. The machine's status is in ``program[1].counts``; where it is not DONE the run ended there.

    Returns whether a position is open at the end: it stands after the closed trades, marked at the last close.
    """
    instructions, loading, kept, registers, columns, histories, outbox = machine.work(program[0], program[1])
    highs, lows, closes, moments = lent(prices.high), lent(prices.low), lent(prices.close), lent(prices.moments)
    calls, slips, counts = outbox
    desk = Desk(lent(desk.rules), lent(desk.account), lent(desk.orders), lent(desk.bar), lent(desk.rates))
    account, orders, rules = desk.account[0], desk.orders[0], desk.rules[0]
    initial, room = float(rules["initial_cash"]), len(pages) - _ROWS_PER_BAR
    waits, is_news = False, True  # News: the account may have changed since the machine was told of it.
    brackets, tallies = lent(program[2]), lent(program[3])
    steps.clear(orders)
    for index in range(len(equity)):
        close, moment = float(closes[index]), moments[index]
        # Most bars: nothing to do, or a position that meets none of its levels.
        if waits or moment or not _passes(account, float(highs[index]), float(lows[index]), rules):
            _read(index, prices, desk)
            _before_close(desk, brackets, pages)
            _count(tallies, account, pages)
            script_orders.forget(desk, brackets)
            is_news = True
        if is_news:
            _tell(registers, account, tallies, initial, tick)
        _tell_worth(registers, account, close)
        machine.begin(index, loading, registers, columns, histories)
        counts[machine.SLIPS] = 0
        limits = index, machine.allowed(counts)
        counts[machine.STEPS] += machine.execute(limits, instructions, registers, columns, histories, outbox)
        machine.keep(index, kept, registers, histories)
        if counts[machine.SLIPS] > 0 and index >= prices.first:
            _read(index, prices, desk)
            _submit(calls, slips[: counts[machine.SLIPS]], desk, brackets, tick)
        is_news = _in_force(orders) or moment > 0
        if is_news:
            _read(index, prices, desk)
            _at_close(desk, brackets, pages)
        waits = _in_force(orders)
        equity[index] = ledger.worth(account, close)
        if max(account["closed"], account["rejected"]) > room:
            counts[machine.STATUS] = script_codes.TOO_MANY_TRADES
        if counts[machine.STATUS] != script_codes.DONE:
            return False
    return _mark(desk, prices, pages)
