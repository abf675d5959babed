"""The pass over the bars for signals that are columns: which orders they give, and the steps of each bar.

What does not belong here: any rule of fills (steps and below), Python objects, checks of the input.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled, compiled_apart, lent
from engine.simulation import interface as codes
from engine.simulation import ledger, levels, steps
from engine.simulation.interface import Columns, Desk, Ledger
from engine.simulation.levels import Exit

Row = np.void

# Numbers of bars are unsigned here: an index that may be below 0 is looked at before each of its uses.
_NEXT = np.uint64(1)


class _Watched(NamedTuple):
    """What every bar is looked through for: prices, signals, moments."""

    high: NDArray[np.int32]
    low: NDArray[np.int32]
    close: NDArray[np.int32]
    enter_long: NDArray[np.bool_]
    exit_long: NDArray[np.bool_]
    enter_short: NDArray[np.bool_]
    exit_short: NDArray[np.bool_]
    moments: NDArray[np.uint8]


@compiled_apart
def _place(order: Row, side: int, bar: Row, atr: float, rules: Row) -> None:
    """Fill in the order to enter a side."""
    close = bar["close"]
    kind = rules["entry_kind"]
    # Below the close to buy at a limit, above it at a stop; mirrored to sell.
    away = -side if kind == codes.LIMIT else side
    level = close * (100.0 + away * rules["entry_offset_pct"]) / 100.0
    order["kind"] = kind
    order["limit"] = level
    order["trigger"] = level
    order["signalled_at"] = close
    order["atr"] = atr
    order["given"] = bar["at"]


@compiled_apart
def _decide(orders: Row, said: tuple[bool, bool, bool, bool], side: int, bar: Row, atr: float, rules: Row) -> None:
    """Turn a bar's signals into orders, the position being ``side``.

    An exit closes; an entry against the position reverses it, also where an exit fires with it; an exit of the
    position takes an entry with it on the same bar away. Long and short entries on one bar cancel each other out.
    """
    buys, sells, shorts, covers = said
    wanted = int(rules["allow_long"] and buys) - int(rules["allow_short"] and shorts)
    leaves = (side > 0 and sells) or (side < 0 and covers)
    if side != 0 and wanted == side and (leaves or rules["max_entries"] == 1):
        wanted = 0
    if wanted != 0:
        steps.clear(orders)
        _place(orders["long"] if wanted > 0 else orders["short"], wanted, bar, atr, rules)
    # Entering the other side at market closes this one by itself, and says so.
    reverses = wanted != 0 and wanted == -side and rules["entry_kind"] == codes.MARKET
    orders["leave"] = codes.SIGNAL if leaves and not reverses else codes.NONE


@compiled_apart
def _keep_waiting(orders: Row, done: int) -> None:
    """Take away what is done with: exits, market orders, and the limit and stop orders among ``done``."""
    orders["leave"] = codes.NONE
    if orders["long"]["kind"] == codes.MARKET or done & codes.LONG_DONE:
        orders["long"]["kind"] = 0
    if orders["short"]["kind"] == codes.MARKET or done & codes.SHORT_DONE:
        orders["short"]["kind"] = 0


@compiled_apart
def _drop_late(orders: Row, bar: Row, rules: Row) -> None:
    """Take away the limit and stop orders that waited long enough."""
    for side in (1, -1):
        order = orders["long"] if side > 0 else orders["short"]
        is_late = bar["at"] - order["given"] > rules["entry_bars"] or bar["moments"] & codes.OVERNIGHT
        if order["kind"] > codes.MARKET and is_late:
            order["kind"] = 0


@compiled_apart
def _read(bar: Row, at: int, prices: tuple[float, float, float, float], moments: int, day: int) -> None:
    """Fill in a bar; ``prices`` are open, high, low and close."""
    bar["at"] = at
    bar["open"], bar["high"], bar["low"], bar["close"] = prices
    bar["moments"] = moments
    bar["day"] = day


@compiled
def _goes_by(account: Row, high: float, low: float, rules: Row) -> bool:
    """Hold what is held through a bar without orders, if it meets none of its levels."""
    side = account["side"]
    if side == 0:
        return True
    best, worst = (high, low) if side > 0 else (-low, -high)
    if rules["max_bars"] > 0 or levels.touches(account, best, worst, rules):
        return False
    account["exposed"] += 1
    levels.see(account, best, worst, rules)
    return True


@compiled
def _stands_still(account: Row, rules: Row) -> bool:
    """Whether what is held, if anything, has the levels of now until one of them is met."""
    moving = rules["max_bars"] + rules["break_even_pct"] + rules["trailing_pct"] + account["trail_by"]
    return account["side"] == 0 or not moving > 0.0


@compiled_apart
def _quiet_until(account: Row, index: np.uint64, columns: _Watched, equity: NDArray[np.float64]) -> np.uint64:
    """Go through the bars from ``index`` on while there is nothing to do, and return the first with something.

    No order is in force before ``index``, and what is held stands still.
    """
    highs, lows, closes, buys, sells, shorts, covers, moments = columns
    # Held in variables: for all the compiler knows, a write to the equity changes the account.
    side, cash, entry_price = account["side"], float(account["cash"]), account["entry_price"]
    stop, target = (account["stop"], account["target"]) if side != 0 else (-np.inf, np.inf)
    held, first = side * account["quantity"], index
    best_seen, worst_seen, extreme = account["best"], account["worst"], account["extreme"]
    while index < np.uint64(len(equity)):
        speaks = buys[index] | sells[index] | shorts[index] | covers[index]
        high, low, close = float(highs[index]), float(lows[index]), float(closes[index])
        best, worst = (high, low) if side > 0 else (-low, -high)
        if speaks or moments[index] or best >= target or worst <= stop:
            break
        extreme, best_seen, worst_seen = max(extreme, best), max(best_seen, best), min(worst_seen, worst)
        equity[index] = cash + held * (close - entry_price)
        index += _NEXT
    if side != 0:
        account["exposed"] += np.int64(index - first)
        account["extreme"], account["best"], account["worst"] = extreme, best_seen, worst_seen
    return index


@compiled_apart
def _until_close(account: Row, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """A bar up to its close, with what the bars before left in force."""
    if steps.works(orders):
        _drop_late(orders, bar, rules)
    if steps.open_due(account, bar, orders, rules):
        steps.step_open(account, bar, orders, rules, books)
    if account["side"] != 0 or steps.works(orders):
        steps.step_through(account, bar, orders, rules, books)
    _keep_waiting(orders, account["done"])


@compiled_apart
def _at_close(account: Row, bar: Row, orders: Row, rules: Row, books: Ledger) -> bool:
    """The close of a bar; tells whether something is in force for the next."""
    if steps.close_due(bar, orders, rules):
        steps.step_close(account, bar, orders, rules, books)
    if not rules["at_open"]:
        _keep_waiting(orders, 0)
    return steps.waits(orders)


@compiled_apart
def _mark(account: Row, bar: Row, close: float, rules: Row, books: Ledger) -> bool:
    """Write down what is open after the last bar, marked at its close, and tell whether something is."""
    if account["side"] == 0:
        return False
    ledger.leave(account, Exit(close, codes.END, False), (0.0, 0), bar, rules, books)
    return True


@compiled
def simulate(columns: Columns, desk: Desk, books: Ledger, equity: NDArray[np.float64]) -> bool:
    """Run over the bars, moving the account on, and fill the rows of ``books`` and ``equity``.

    ``books`` has at least a row for each entry signal, ``equity`` a value for each bar. The account begins with its
    cash.

    Returns whether a position is open at the end: it stands after the closed trades, marked at the last close.
    """
    # Unpacked once: an array taken out of a tuple costs a reference count.
    opens, highs, lows, closes, sessions, buys, sells, shorts, covers, moments, ranges, rate_rows = columns
    highs, lows, closes, moments = lent(highs), lent(lows), lent(closes), lent(moments)
    buys, sells, shorts, covers = lent(buys), lent(sells), lent(shorts), lent(covers)
    watched = _Watched(highs, lows, closes, buys, sells, shorts, covers, moments)
    books, equity = lent(books), lent(equity)
    rules, account, orders, bar = desk.rules[0], desk.account[0], desk.orders[0], desk.bar[0]
    steps.clear(orders)
    waits, still, rate_row, index, size = False, True, -1, np.uint64(0), np.uint64(len(equity))
    while index < size:
        said = (buys[index], sells[index], shorts[index], covers[index])
        speaks = said[0] or said[1] or said[2] or said[3]
        if still and not (speaks or moments[index]):
            index = _quiet_until(account, index, watched, equity)
            if index == size:
                break
            said = (buys[index], sells[index], shorts[index], covers[index])
            speaks = said[0] or said[1] or said[2] or said[3]
        high, low, close = float(highs[index]), float(lows[index]), float(closes[index])
        # Most other bars: a position whose levels move on, none of which is met.
        if waits or speaks or moments[index] or not _goes_by(account, high, low, rules):
            _read(bar, int(index), (float(opens[index]), high, low, close), int(moments[index]), int(sessions[index]))
            if len(rate_rows) and rate_rows[index] != rate_row:
                rate_row = rate_rows[index]
                bar["rates"] = desk.rates[rate_row]
            _until_close(account, bar, orders, rules, books)
            if speaks:
                _decide(orders, said, account["side"], bar, ranges[index] if len(ranges) else 0.0, rules)
            waits = _at_close(account, bar, orders, rules, books)
            still = not waits and _stands_still(account, rules)
        equity[index] = ledger.worth(account, close)
        index += _NEXT
    bar["at"] = len(equity) - 1
    return _mark(account, bar, float(closes[len(equity) - 1]), rules, books)
