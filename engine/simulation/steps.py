"""One bar, in the order in which things happen on it: the open, the way through, the close.

A driver calls, bar by bar, ``step_open`` with the orders decided at the close before, ``step_through`` with the same,
and ``step_close`` with what was decided at this close; between the last two it may look at the account. A step that
is not due (``open_due`` and so on) may be left out. ``rates`` of the bar are the driver's to fill. The rules:

1. At the open, ahead of the bar's stops: what the clock wants, market exits and the time stop (``at_open``), market
   entries (``at_open``), and limit and stop orders that the bar opens beyond.
2. Within the bar: a position meets its levels; else a limit or stop order fills, and the position it opened meets its
   own. What was left at a level is entered again at the close or later, not within the same bar.
3. At the close: what the clock wants, market orders and the time stop (unless ``at_open``), then settlement. Levels
   set here are live from the next bar on.

An entry against a position reverses it; an entry with it adds to it while ``max_entries`` allows, else is ignored.
What does not belong here: where an order fills (fills), levels, money (ledger), signals.
"""

from __future__ import annotations

import numpy as np

from engine.compiled import compiled, compiled_apart
from engine.simulation import fills, ledger, levels
from engine.simulation import interface as codes
from engine.simulation.interface import Ledger
from engine.simulation.ledger import Way
from engine.simulation.levels import Exit

Row = np.void


@compiled_apart
def clear(orders: Row) -> None:
    """Put nothing in force."""
    orders["leave"] = codes.NONE
    orders["leave_quantity"] = 0.0
    orders["leave_tag"] = 0
    orders["long"]["kind"] = 0
    orders["short"]["kind"] = 0
    orders["set_bracket"] = 0


@compiled
def works(orders: Row) -> bool:
    """Whether a limit or stop order is in force."""
    return bool(orders["long"]["kind"] > codes.MARKET or orders["short"]["kind"] > codes.MARKET)


@compiled
def waits(orders: Row) -> bool:
    """Whether anything is in force."""
    return bool(orders["leave"] + orders["long"]["kind"] + orders["short"]["kind"] + orders["set_bracket"] > 0)


@compiled
def open_due(account: Row, bar: Row, orders: Row, rules: Row) -> bool:
    """Whether ``step_open`` has something to do."""
    return bool(waits(orders) or bar["moments"] or account["done"] or rules["max_bars"])


@compiled
def through_due(account: Row, bar: Row, orders: Row, rules: Row) -> bool:
    """Whether ``step_through`` has more to do than :func:`hold`, or nothing where nothing is held."""
    side = account["side"]
    if side == 0 or works(orders):
        return works(orders)
    return levels.touches(account, fills.favourable(side, bar), fills.adverse(side, bar), rules)


@compiled
def close_due(bar: Row, orders: Row, rules: Row) -> bool:
    """Whether ``step_close`` has something to do."""
    return bool(waits(orders) or bar["moments"] or rules["max_bars"])


@compiled
def hold(account: Row, bar: Row, rules: Row) -> None:
    """Hold a position through a bar that meets none of its levels."""
    side = account["side"]
    account["exposed"] += 1
    levels.see(account, fills.favourable(side, bar), fills.adverse(side, bar), rules)


@compiled_apart
def _enter(account: Row, way: Way, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """Carry out an entry order: what is against it is left, then it is entered."""
    side, held = way.side, account["side"]
    account["done"] |= codes.LONG_DONE if side > 0 else codes.SHORT_DONE
    if held == side and account["entries"] >= rules["max_entries"]:
        return
    if held == -side:
        order = orders["long"] if side > 0 else orders["short"]
        ledger.leave(account, Exit(way.price, codes.REVERSE, False), (0.0, order["tag"]), bar, rules, books)
    ledger.enter(account, way, bar, orders, rules, books)


@compiled_apart
def _due(account: Row, bar: Row, orders: Row, leave_bit: int, rules: Row) -> int:
    """Why a position is left at market now: the clock, an order, the time stop; NONE is not at all."""
    if bar["moments"] & leave_bit:
        return codes.SQUARE_OFF
    if orders["leave"] != codes.NONE:
        return int(orders["leave"])
    if 0 < rules["max_bars"] <= bar["at"] - account["entry_index"]:
        return codes.TIME
    return codes.NONE


@compiled_apart
def _leave_market(account: Row, reason: int, price: float, bar: Row, orders: Row, world: tuple[Row, Ledger]) -> None:
    """Leave at market for a reason."""
    rules, books = world
    part = (orders["leave_quantity"], orders["leave_tag"]) if reason == orders["leave"] else (0.0, 0)
    exit_ = Exit(fills.slipped(price, -account["side"], rules), reason, False)
    ledger.leave(account, exit_, part, bar, rules, books)


@compiled_apart
def _market(account: Row, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """What is due at market, at the open or the close as the rules say: exits first, then entries."""
    at_open = rules["at_open"] != 0
    price = bar["open"] if at_open else bar["close"]
    if account["side"] != 0:
        reason = _due(account, bar, orders, codes.LEAVE_OPEN if at_open else codes.LEAVE_CLOSE, rules)
        if reason != codes.NONE:
            _leave_market(account, reason, price, bar, orders, (rules, books))
    barred = codes.NO_ENTRY_OPEN if at_open else codes.NO_ENTRY_CLOSE
    for side in (1, -1):
        order = orders["long"] if side > 0 else orders["short"]
        if order["kind"] == codes.MARKET:
            _enter(account, Way(side, fills.slipped(price, side, rules), barred), bar, orders, rules, books)


@compiled_apart
def step_open(account: Row, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """The open of a bar, with the orders decided at the close before it."""
    account["done"] = 0
    if bar["moments"] & codes.FIRST:
        account["entered_today"] = 0
    side = account["side"]
    if orders["set_bracket"] and side != 0:
        levels.put(account, levels.bracketed(levels.standing(account), side, account["entry_price"], orders))
    if rules["at_open"]:
        _market(account, bar, orders, rules, books)
    for side in (1, -1):
        order = orders["long"] if side > 0 else orders["short"]
        if order["kind"] > codes.MARKET:
            found = fills.fill(side, order, bar, rules)
            if found.at_open:
                _enter(account, Way(side, found.price, codes.NO_ENTRY_OPEN), bar, orders, rules, books)


@compiled_apart
def _working(account: Row, side: int, bar: Row, orders: Row, rules: Row) -> float:
    """Where the limit or stop order of a side fills within the bar; NaN where it does not."""
    order = orders["long"] if side > 0 else orders["short"]
    done, triggered = (codes.LONG_DONE, codes.LONG_TRIGGERED) if side > 0 else (codes.SHORT_DONE, codes.SHORT_TRIGGERED)
    if order["kind"] <= codes.MARKET or account["done"] & done:
        return np.nan
    found = fills.fill(side, order, bar, rules)
    if found.triggered and np.isnan(found.price):
        account["done"] |= triggered
    return found.price


@compiled_apart
def _first_side(long: float, short: float, bar: Row) -> int:
    """The side whose working order the bar meets first; 0 where none fills.

    # Assumption: in every path mode it is the one on the path open, nearer extreme, farther extreme, close.
    """
    if np.isnan(long) or np.isnan(short):
        return int(not np.isnan(long)) - int(not np.isnan(short))
    open_ = bar["open"]
    if (long > open_) == (short > open_):
        return 1 if abs(long - open_) <= abs(short - open_) else -1
    return 1 if (long > open_) == fills.high_first(bar) else -1


@compiled_apart
def _before_level(held: int, exit_: Exit, kind: int, price: float) -> bool:
    """Whether a working order against a position is met before the level at which the bar leaves it."""
    if np.isnan(price):
        return False
    if exit_.reason == codes.TARGET:
        return kind == codes.LIMIT and held * price <= held * exit_.price
    return kind != codes.LIMIT and held * price >= held * exit_.price


@compiled_apart
def _next_fill(account: Row, exit_: Exit, bar: Row, orders: Row, rules: Row) -> Way:
    """The working order that the bar fills, ahead of the exit at a level if there is one; side 0 is none."""
    long, short = _working(account, 1, bar, orders, rules), _working(account, -1, bar, orders, rules)
    side = _first_side(long, short, bar)
    if exit_.reason != codes.NONE:
        side = -account["side"]
        order, price = (orders["long"], long) if side > 0 else (orders["short"], short)
        if exit_.price == bar["open"] or not _before_level(-side, exit_, order["kind"], price):
            side = 0
    return Way(side, long if side > 0 else short, codes.NO_ENTRY)


@compiled_apart
def _entered_within(account: Row, bar: Row, rules: Row, books: Ledger) -> None:
    """The rest of the bar within which a position was entered."""
    exit_ = levels.met_after_entry(account, bar, rules)
    if exit_.reason != codes.NONE:
        ledger.leave(account, exit_, (0.0, 0), bar, rules, books)
        return
    side = account["side"]
    last = side * bar["close"]
    # What surely came after the entry: a limit's adverse extreme, a stop entry's favourable one, the close.
    by_limit = account["kind"] == codes.LIMIT
    best = last if by_limit else fills.favourable(side, bar)
    worst = fills.adverse(side, bar) if by_limit else last
    levels.see(account, best, worst, rules)


@compiled_apart
def step_through(account: Row, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """The way through a bar, with the orders that ``step_open`` had."""
    held, closed = account["side"], account["closed"]
    exit_ = levels.met(account, bar, rules) if held != 0 else Exit(0.0, codes.NONE, False)
    way = Way(0, 0.0, 0)
    if works(orders):
        way = _next_fill(account, exit_, bar, orders, rules)
    if way.side != 0:
        _enter(account, way, bar, orders, rules, books)
    elif exit_.reason != codes.NONE:
        ledger.leave(account, exit_, (0.0, 0), bar, rules, books)
    is_new = account["side"] != 0 and account["side"] != held
    if held != 0 and account["closed"] == closed:
        hold(account, bar, rules)
    elif held != 0 or is_new:
        account["exposed"] += 1
    if is_new:
        _entered_within(account, bar, rules, books)


@compiled_apart
def step_close(account: Row, bar: Row, orders: Row, rules: Row, books: Ledger) -> None:
    """The close of a bar, with the orders decided at it; limit and stop orders wait for the next bar."""
    if not rules["at_open"]:
        _market(account, bar, orders, rules, books)
    elif account["side"] != 0 and bar["moments"] & codes.LEAVE_CLOSE:
        exit_ = Exit(fills.slipped(bar["close"], -account["side"], rules), codes.SQUARE_OFF, False)
        ledger.leave(account, exit_, (0.0, 0), bar, rules, books)
    if account["side"] != 0 and bar["moments"] & codes.SETTLE:
        price = bar["close"] if np.isnan(rules["settlement"]) else rules["settlement"]
        ledger.leave(account, Exit(price, codes.EXPIRY, False), (0.0, 0), bar, rules, books)
