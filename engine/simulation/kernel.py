"""The pass over the bars: orders in, trades, rejections and equity out, as numba kernels.

All compiled code of the simulation is in this file, because numba's cache watches only the file of the function
it compiled. What does not belong here: Python objects, checks of the input, statistics.

The rules, in the order in which they act on a bar:

1. ``next_open``: the orders of the bar before fill at this open, ahead of this bar's stop.
2. A position held through the bar meets its levels. A bar that opens at or beyond a level fills at its open;
   else touching a level fills at the level; both in one bar: the path mode decides.
3. ``same_close``: the orders of this bar fill at its close. Their levels are live from the next bar on.

Orders follow from the position held when the signals fire. An exit closes; an entry against the position closes
it (``reverse``, also where an exit fires with it) and opens the other side; an entry with the position is ignored,
also where an exit closes that position on the same bar. Long and short entries on one bar cancel each other out.

Array arguments cost a reference count each time they are handed on, so a bar travels as scalars and the arrays go
to a helper only where something is written.

Prices below are often *signed*: price x side, side being 1 for long and -1 for short, so that a higher signed
price is better for either side.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from engine.simulation import interface as codes
from engine.simulation.interface import Columns, Rules

_compiled = njit(cache=True, nogil=True)


class Bar(NamedTuple):
    """One bar by its number, in paise."""

    at: int
    open: float
    high: float
    low: float


class Order(NamedTuple):
    """What to do at a fill: why to leave (NONE: stay), the side to enter (0: none), and where.

    ``signalled_at`` is the close of the bar whose signals gave the order.
    """

    reason: int
    side: int
    at: int
    price: float
    signalled_at: float


class Exit(NamedTuple):
    """How a position is left; ``reason`` NONE is not at all."""

    at: int
    price: float
    reason: int
    ambiguous: bool


class Position(NamedTuple):
    """What is held; side 0 is nothing. ``stop`` and all after it are signed prices."""

    side: int
    quantity: float
    entry_index: int
    entry_price: float
    stop: float
    target: float
    extreme: float
    best: float
    worst: float


class Account(NamedTuple):
    """The state that moves from bar to bar. ``cash`` is the equity when nothing was held last."""

    position: Position
    cash: float
    closed: int
    rejected: int


@_compiled
def _nothing() -> Position:
    return Position(0, 0.0, -1, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@_compiled
def _quantity(cash: float, price: float, rules: Rules) -> float:
    """Whole shares the sizing asks for; 0 where that is none, or more than the cash pays for."""
    quantity = rules.size
    if rules.sizing != codes.QUANTITY:
        budget = cash
        if rules.sizing == codes.CASH:
            budget = rules.size
        elif rules.sizing == codes.PERCENT_OF_EQUITY:
            budget = cash * rules.size / 100.0
        # Exact: a quotient rounds up to a whole number only where that many shares are not a float64 of whole paise.
        quantity = np.floor(budget / price)
    if quantity < 1.0 or quantity * price > cash:
        return 0.0
    return quantity


@_compiled
def _opened(quantity: float, order: Order, rules: Rules) -> Position:
    side = order.side
    base = side * (order.signalled_at if rules.levels_from_signal else order.price)
    stop = -np.inf
    target = np.inf
    # x (100 - pct) / 100, not x (1 - pct / 100): whole percentages of whole paise stay exact, and touching counts.
    if rules.stop_pct > 0.0:
        stop = base * (100.0 - side * rules.stop_pct) / 100.0
    if rules.target_pct > 0.0:
        target = base * (100.0 + side * rules.target_pct) / 100.0
    paid = side * order.price
    return Position(side, quantity, order.at, order.price, stop, target, base, paid, paid)


@_compiled
def _target_first(side: int, bar: Bar, path_mode: int) -> bool:
    """Whether a bar that holds both levels is read as reaching the target first."""
    if path_mode != codes.TV_PATH:
        return path_mode == codes.OPTIMISTIC
    high_first = abs(bar.high - bar.open) < abs(bar.open - bar.low)
    return high_first == (side > 0)


@_compiled
def _met(position: Position, bar: Bar, rules: Rules) -> Exit:
    """The exit at a level in this bar, if one was met."""
    side = position.side
    open_ = side * bar.open
    favourable = bar.high if side > 0 else -bar.low
    adverse = bar.low if side > 0 else -bar.high
    stop = position.stop
    stop_reason = codes.STOP
    if rules.trailing_pct > 0.0:
        trailing = position.extreme * (100.0 - side * rules.trailing_pct) / 100.0
        if trailing > stop:
            stop = trailing
            stop_reason = codes.TRAILING
    if open_ <= stop:
        return Exit(bar.at, bar.open, stop_reason, False)
    if open_ >= position.target:
        return Exit(bar.at, bar.open, codes.TARGET, False)
    both = adverse <= stop and favourable >= position.target
    if favourable >= position.target and (not both or _target_first(side, bar, rules.path_mode)):
        return Exit(bar.at, side * position.target, codes.TARGET, both)
    if adverse <= stop:
        return Exit(bar.at, side * stop, stop_reason, both)
    return Exit(bar.at, 0.0, codes.NONE, False)


@_compiled
def _held(account: Account, bar: Bar) -> Account:
    """The account after a bar its position was held through."""
    old = account.position
    favourable = bar.high if old.side > 0 else -bar.low
    adverse = bar.low if old.side > 0 else -bar.high
    position = Position(
        old.side,
        old.quantity,
        old.entry_index,
        old.entry_price,
        old.stop,
        old.target,
        max(old.extreme, favourable),
        max(old.best, favourable),
        min(old.worst, adverse),
    )
    return Account(position, account.cash, account.closed, account.rejected)


@_compiled
def _profit(position: Position, price: float) -> float:
    return position.side * position.quantity * (price - position.entry_price)


@_compiled
def _left(account: Account, leave: Exit, trades: NDArray[np.void]) -> Account:
    """The account after its position is left and written down as a trade."""
    position = account.position
    profit = _profit(position, leave.price)
    signed = position.side * leave.price
    paid = position.side * position.entry_price
    trade = trades[account.closed]
    trade["side"] = position.side
    trade["quantity"] = np.int64(position.quantity)
    trade["entry_index"] = position.entry_index
    trade["entry_price"] = position.entry_price
    trade["exit_index"] = leave.at
    trade["exit_price"] = leave.price
    trade["pnl"] = profit
    trade["reason"] = leave.reason
    trade["bars_held"] = leave.at - position.entry_index
    # Assumption: of a bar left at its open or at a level only the exit price counts; what came before is unknown.
    trade["mae"] = paid - min(position.worst, signed)
    trade["mfe"] = max(position.best, signed) - paid
    trade["ambiguous"] = leave.ambiguous
    return Account(_nothing(), account.cash + profit, account.closed + 1, account.rejected)


@_compiled
def _decided(side: int, buys: bool, sells: bool, shorts: bool, covers: bool, rules: Rules) -> tuple[int, int]:
    """Why to leave what is held (NONE: stay), and the side to enter (0: none)."""
    wanted = int(rules.allow_long and buys) - int(rules.allow_short and shorts)
    if side == 0:
        return codes.NONE, wanted
    if wanted == -side:
        return codes.REVERSE, wanted
    leaves = sells if side > 0 else covers
    return (codes.SIGNAL if leaves else codes.NONE), 0


@_compiled
def _ordered(
    account: Account, order: Order, rules: Rules, trades: NDArray[np.void], rejections: NDArray[np.void]
) -> Account:
    """The account after an order: what is left first, then what is entered."""
    if order.reason != codes.NONE:
        account = _left(account, Exit(order.at, order.price, order.reason, False), trades)
    if order.side == 0:
        return account
    quantity = _quantity(account.cash, order.price, rules)
    if quantity > 0.0:
        return Account(_opened(quantity, order, rules), account.cash, account.closed, account.rejected)
    rejections[account.rejected]["index"] = order.at
    rejections[account.rejected]["side"] = order.side
    return Account(account.position, account.cash, account.closed, account.rejected + 1)


@_compiled
def simulate(
    columns: Columns,
    rules: Rules,
    trades: NDArray[np.void],
    rejections: NDArray[np.void],
    equity: NDArray[np.float64],
) -> tuple[int, int, int, bool]:
    """Run over the bars and fill ``trades``, ``rejections`` and ``equity``.

    ``trades`` and ``rejections`` hold at least one row for each entry signal, ``equity`` one for each bar.

    Returns how many trades were closed and orders rejected, how many bars were traded through with a position,
    and whether one is open at the end: it stands after the closed trades, marked at the last close.
    """
    opens, highs, lows, closes, buys, sells, shorts, covers = columns
    account = Account(_nothing(), rules.initial_cash, 0, 0)
    size = len(equity)
    exposed = 0
    for index in range(size):
        bar = Bar(index, float(opens[index]), float(highs[index]), float(lows[index]))
        close = float(closes[index])
        if rules.at_open and index > 0:
            before = index - 1
            held = account.position.side
            reason, side = _decided(held, buys[before], sells[before], shorts[before], covers[before], rules)
            if reason != codes.NONE or side != 0:
                order = Order(reason, side, index, bar.open, float(closes[before]))
                account = _ordered(account, order, rules, trades, rejections)
        if account.position.side != 0:
            exposed += 1
            leave = _met(account.position, bar, rules)
            account = _held(account, bar) if leave.reason == codes.NONE else _left(account, leave, trades)
        if not rules.at_open:
            held = account.position.side
            reason, side = _decided(held, buys[index], sells[index], shorts[index], covers[index], rules)
            if reason != codes.NONE or side != 0:
                order = Order(reason, side, index, close, close)
                account = _ordered(account, order, rules, trades, rejections)
        equity[index] = account.cash + _profit(account.position, close)
    is_open = account.position.side != 0
    if is_open:
        last = Exit(size - 1, float(closes[size - 1]), codes.END, False)
        _left(account, last, trades)
    return account.closed, account.rejected, exposed, is_open
