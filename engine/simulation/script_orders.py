"""What the order calls of a script put in force: entries for either side, exits at market, brackets.

Orders are kept by side: one entry waits for each, a later one takes its place. ``brackets`` holds the levels that
``strategy.exit`` set for each side, applied at once to a position held and handed in with an entry that waits.
What does not belong here: how the machine runs, how an order fills.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.compiled import compiled, compiled_apart
from engine.script.kernels import codes as script_codes
from engine.simulation import interface as codes
from engine.simulation import levels

Row = np.void
Call = NDArray[np.int32]
Slip = NDArray[np.float64]
Brackets = NDArray[np.float64]

PAISE = 100.0
# Columns of a row of ``Code.orders``, and of a slip after its number.
_KIND, _IDENTITY, _FROM, _SIDE, _REGISTERS = range(5)
_QTY, _LIMIT, _STOP, _PROFIT, _LOSS, _TRAIL_PRICE, _TRAIL_POINTS, _TRAIL_OFFSET, _PERCENT = range(1, 10)
# Columns of a bracket: whether it is set, then the levels as ``interface.ORDERS`` names them.
SET, STOP, TARGET, LOSS, PROFIT, TRAIL_BY, TRAIL_FROM, TRAIL_AFTER = range(8)
BRACKET_WIDTH = 8


@compiled
def of_side(orders: Row, side: int) -> Row:
    """The entry of a side."""
    order: Row = orders["long"] if side > 0 else orders["short"]
    return order


@compiled_apart
def submit(call: Call, slip: Slip, account: Row, orders: Row, rules: Row, close: float) -> None:
    """Put in force what one order call asks for at a close, exits at levels apart."""
    kind = call[_KIND]
    if kind == script_codes.ENTRY:
        _enter(call, slip, account, orders, rules, close)
    elif kind == script_codes.ORDER:
        _net(call, slip, account, orders, rules, close)
    elif kind == script_codes.CLOSE or kind == script_codes.CLOSE_ALL:
        if kind == script_codes.CLOSE_ALL or account["tag"] == call[_IDENTITY]:
            _leave(call, slip, account, orders, rules)
    elif kind == script_codes.CANCEL or kind == script_codes.CANCEL_ALL:
        for side in (1, -1):
            order = of_side(orders, side)
            if kind == script_codes.CANCEL_ALL or order["tag"] == call[_IDENTITY]:
                order["kind"] = 0


@compiled_apart
def _enter(call: Call, slip: Slip, account: Row, orders: Row, rules: Row, close: float) -> None:
    """An entry; ignored where the position takes no more, or where quantity or price make no sense."""
    side = call[_SIDE]
    if account["side"] == side and account["entries"] >= rules["max_entries"]:
        return
    quantity, limit, stop = slip[_QTY], slip[_LIMIT] * PAISE, slip[_STOP] * PAISE
    if call[_REGISTERS] >= 0 and not 0.0 < quantity < np.inf:
        return
    if limit <= 0.0 or stop <= 0.0 or np.isinf(limit) or np.isinf(stop):
        return
    order = of_side(orders, side)
    order["kind"] = _order_kind(limit, stop)
    order["quantity"] = quantity if call[_REGISTERS] >= 0 else 0.0
    order["limit"] = limit
    order["trigger"] = stop
    order["signalled_at"] = close
    order["atr"] = 0.0
    order["tag"] = call[_IDENTITY]


@compiled_apart
def _order_kind(limit: float, stop: float) -> int:
    """The kind of an order by its prices; na is no price."""
    if np.isnan(stop):
        return codes.MARKET if np.isnan(limit) else codes.LIMIT
    return codes.STOP_MARKET if np.isnan(limit) else codes.STOP_LIMIT


@compiled_apart
def _net(call: Call, slip: Slip, account: Row, orders: Row, rules: Row, close: float) -> None:
    """``strategy.order``: against a position it reduces it, at most to nothing; else it enters."""
    if account["side"] == -call[_SIDE]:
        _leave(call, slip, account, orders, rules)
    else:
        _enter(call, slip, account, orders, rules, close)


@compiled_apart
def _leave(call: Call, slip: Slip, account: Row, orders: Row, rules: Row) -> None:
    """Leave the position at market, or the part that is asked for, in whole units."""
    if account["side"] == 0:
        return
    wanted = account["quantity"]
    if not np.isnan(slip[_QTY]):
        wanted = slip[_QTY]
    elif not np.isnan(slip[_PERCENT]):
        wanted = account["quantity"] * slip[_PERCENT] / 100.0
    steps = np.floor(wanted * rules["parts"] / rules["unit"] + 1e-9)
    wanted = steps * rules["unit"] / rules["parts"]
    if not wanted > 0.0:
        return
    if orders["leave"] != codes.NONE:
        wanted = account["quantity"] if orders["leave_quantity"] == 0.0 else wanted + orders["leave_quantity"]
    orders["leave"] = codes.SIGNAL
    orders["leave_quantity"] = 0.0 if wanted >= account["quantity"] else wanted
    orders["leave_tag"] = call[_IDENTITY]


@compiled_apart
def set_levels(call: Call, slip: Slip, account: Row, orders: Row, brackets: Brackets, tick: float) -> None:
    """``strategy.exit``: the levels of the sides whose position, or waiting entry, it is for.

    A level that the call does not name stays as another call set it; one that it gives as na is taken away.
    """
    for row in range(2):
        side = 1 - 2 * row
        order = of_side(orders, side)
        source = call[_FROM]
        held = account["side"] == side and (source <= 0 or account["tag"] == source)
        waits = order["kind"] != 0 and (source <= 0 or order["tag"] == source)
        if held or waits:
            _write(call, slip, brackets[row], side, tick)
        if held:
            hand_in(orders, brackets[row])
            orders["set_bracket"] = 0
            levels.put(account, levels.bracketed(levels.standing(account), side, account["entry_price"], orders))


@compiled
def _write(call: Call, slip: Slip, bracket: NDArray[np.float64], side: int, tick: float) -> None:
    bracket[SET] = 1.0
    stop, loss = _given(call, _STOP), _given(call, _LOSS)
    if stop or loss:
        bracket[STOP] = slip[_STOP] * PAISE
        bracket[LOSS] = slip[_LOSS] * tick
        if np.isnan(bracket[STOP]) and np.isnan(bracket[LOSS]):
            bracket[STOP] = -side * np.inf
    limit, profit = _given(call, _LIMIT), _given(call, _PROFIT)
    if limit or profit:
        bracket[TARGET] = slip[_LIMIT] * PAISE
        bracket[PROFIT] = slip[_PROFIT] * tick
        if np.isnan(bracket[TARGET]) and np.isnan(bracket[PROFIT]):
            bracket[TARGET] = side * np.inf
    if _given(call, _TRAIL_OFFSET):
        live = not (np.isnan(slip[_TRAIL_PRICE]) and np.isnan(slip[_TRAIL_POINTS]))
        # 0 is no trailing stop: Pine places none without the price from which it is live.
        bracket[TRAIL_BY] = max(slip[_TRAIL_OFFSET] * tick, tick / 2) if live and slip[_TRAIL_OFFSET] >= 0 else 0.0
        bracket[TRAIL_FROM] = slip[_TRAIL_PRICE] * PAISE
        bracket[TRAIL_AFTER] = slip[_TRAIL_POINTS] * tick


@compiled
def _given(call: Call, which: int) -> bool:
    """Whether the call names an argument, whatever its value."""
    return bool(call[_REGISTERS + which - 1] >= 0)


@compiled_apart
def hand_in(orders: Row, bracket: NDArray[np.float64]) -> None:
    """Put a bracket among the orders, for the entry that is filled next."""
    orders["set_bracket"] = int(bracket[SET])
    orders["stop"] = bracket[STOP]
    orders["target"] = bracket[TARGET]
    orders["loss"] = bracket[LOSS]
    orders["profit"] = bracket[PROFIT]
    orders["trail_by"] = bracket[TRAIL_BY]
    orders["trail_from"] = bracket[TRAIL_FROM]
    orders["trail_after"] = bracket[TRAIL_AFTER]


@compiled_apart
def forget(account: Row, orders: Row, brackets: Brackets) -> None:
    """Drop the brackets of a side that is neither held nor waited for."""
    for row in range(2):
        side = 1 - 2 * row
        if account["side"] != side and of_side(orders, side)["kind"] == 0:
            brackets[row, :] = np.nan
            brackets[row, SET] = 0.0


@compiled_apart
def settle(orders: Row, done: int) -> None:
    """Take away exits at market and entries that filled or were refused; a triggered stop is a limit from now on."""
    orders["leave"] = codes.NONE
    orders["leave_quantity"] = 0.0
    if done & codes.LONG_DONE:
        orders["long"]["kind"] = 0
    elif done & codes.LONG_TRIGGERED:
        orders["long"]["kind"] = codes.LIMIT
    if done & codes.SHORT_DONE:
        orders["short"]["kind"] = 0
    elif done & codes.SHORT_TRIGGERED:
        orders["short"]["kind"] = codes.LIMIT
