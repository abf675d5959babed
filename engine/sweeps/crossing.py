"""The pass for one shape of strategy over many pairs of periods: two simple averages that cross, both ways, all in.

Nothing here is a rule of its own: it is the general pass, worked out for whole shares, free orders and no levels, where
every amount is whole paise and so exact. All compiled code of it is in this file, because numba's cache watches only
the file it compiled. What does not belong here: telling which plans have the shape (recognition).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

_compiled = njit(cache=True, nogil=True)

# What the pass writes for a pair: paise, fractions, counts.
FINAL, DRAWDOWN, MEAN, DEVIATION, TRADES, WINS, PROFIT, LOSS = range(8)
FOUND = 8
# As in metrics.curve.
_ROUNDING = 1e-12
_SURELY_LESS = 1.0 - 1e-12

Floats = NDArray[np.float64]


class Market(NamedTuple):
    """The bars, as whole numbers below 2 ** 53 in float64, so that a sum times a period stays exact.

    ``prefix``: sums of the closes before each bar, one more than bars. ``open``, ``close``: paise. ``marks``: the last
    close of each session. ``session_at``: the number of each bar's session, and after the last bar of all sessions.
    ``cash``: paise to begin with. ``at_open``: 1 where orders fill at the next open.
    """

    prefix: Floats
    open: Floats
    close: Floats
    marks: Floats
    session_at: NDArray[np.int64]
    cash: float
    at_open: int


class Room(NamedTuple):
    """Room to work in: how far apart the averages are on each bar; value and return of each session."""

    apart: Floats
    values: Floats
    returns: Floats


@_compiled
def _spread(prefix: Floats, fast: int, slow: int, apart: Floats) -> int:
    """Fill in the fast average less the slow one, times both periods; tells the first bar that has both."""
    longest = max(fast, slow)
    for end in range(longest, len(prefix)):
        now = prefix[end]
        apart[end - 1] = (now - prefix[end - fast]) * slow - (now - prefix[end - slow]) * fast
    return longest - 1


@_compiled
def _crossed(apart: Floats, bar: int, side: float) -> int:
    """The first bar from ``bar`` on that crosses to a side, equality counting on the bar before only."""
    size = len(apart)
    while bar < size and not (apart[bar] * side > 0.0 and apart[bar - 1] * side <= 0.0):
        bar += 1
    return bar


@_compiled
def _mark(market: Market, values: Floats, bars: tuple[int, int], cash: float, held: tuple[float, float]) -> None:
    """Value the sessions that end from one bar to before another; ``held``: quantity and entry price."""
    quantity, price = held
    for session in range(market.session_at[bars[0]], market.session_at[bars[1]]):
        values[session] = cash + quantity * (market.marks[session] - price)


@_compiled
def _affordable(cash: float, price: float) -> float:
    """The whole shares that the cash buys; a quotient that rounded up bought one too many."""
    quantity = np.floor(cash / price)
    return float(quantity if quantity * price <= cash else quantity - 1.0)


@_compiled
def _trade(market: Market, first: int, room: Room, found: Floats) -> None:
    """Walk from crossing to crossing, valuing the sessions and counting the trades."""
    size = len(market.close)
    prices = market.open if market.at_open else market.close
    cash, flat_since = market.cash, 0
    # A crossing needs both averages on the bar before, too.
    signal = _crossed(room.apart, first + 1, 1.0)
    while signal + market.at_open < size:
        begun = signal + market.at_open
        price = prices[begun]
        quantity = _affordable(cash, price)
        if quantity < 1.0:
            signal = _crossed(room.apart, signal + 1, 1.0)
            continue
        _mark(market, room.values, (flat_since, begun), cash, (0.0, 0.0))
        signal = _crossed(room.apart, signal + 1, -1.0)
        flat_since = min(signal + market.at_open, size)
        _mark(market, room.values, (begun, flat_since), cash, (quantity, price))
        if flat_since == size:
            break
        gained = quantity * (prices[flat_since] - price)
        cash += gained
        found[TRADES] += 1.0
        found[WINS] += gained > 0.0
        found[PROFIT] += max(gained, 0.0)
        found[LOSS] -= min(gained, 0.0)
        signal = _crossed(room.apart, signal + 1, 1.0)
    _mark(market, room.values, (flat_since, size), cash, (0.0, 0.0))


@_compiled
def _measure(initial: float, room: Room, found: Floats) -> None:
    """What the daily curve says, added up in the order of ``metrics.curve``, so that it is the same to the last bit."""
    values, returns = room.values, room.returns
    size = len(values)
    before, peak, deepest, total = initial, initial, 0.0, 0.0
    for index in range(size):
        value = values[index]
        change = (value - before) / before
        returns[index] = change
        total += change
        before = value
        # Branches, and a division only for what may be deeper: every bar of every pair comes by here.
        if value > peak:
            peak = value
        elif peak - value > deepest * peak * _SURELY_LESS:
            deepest = max(deepest, (peak - value) / peak)
    mean, square = total / size, 0.0
    for value in returns:
        square += (value - mean) * (value - mean)
    deviation = np.sqrt(square / (size - 1)) if size > 1 else np.nan
    found[FINAL], found[DRAWDOWN], found[MEAN] = values[size - 1], deepest, mean
    found[DEVIATION] = 0.0 if deviation <= _ROUNDING else deviation


@_compiled
def run(market: Market, pairs: NDArray[np.int64]) -> Floats:
    """What each pair of a fast and a slow period gives: a row a pair, a column as numbered above.

    Signals and fills are those of the general pass for long positions, whole shares and all of the equity.
    """
    size, sessions = len(market.close), len(market.marks)
    room = Room(np.empty(size), np.empty(sessions), np.empty(sessions))
    found = np.zeros((len(pairs), FOUND))
    for number in range(len(pairs)):
        fast, slow = pairs[number]
        if max(fast, slow) < size:
            first = _spread(market.prefix, fast, slow, room.apart)
            _trade(market, first, room, found[number])
        else:
            room.values[:] = market.cash
        _measure(market.cash, room, found[number])
    return found


def market_of(
    *, prices: tuple[NDArray[np.int32], NDArray[np.int32]], session: NDArray[np.int32], cash: int, at_open: bool
) -> Market:
    """Opens and closes (paise, a value a bar) and the number of each bar's day, as the pass reads them."""
    opens, closes = (np.array(column, dtype=np.float64) for column in prices)
    is_last = np.append(session[1:] != session[:-1], True)
    places = np.concatenate(([0], np.cumsum(is_last)))
    return Market(
        prefix=np.concatenate(([0.0], np.cumsum(closes))),
        open=opens,
        close=closes,
        marks=closes[is_last],
        session_at=places.astype(np.int64),
        cash=float(cash),
        at_open=int(at_open),
    )
