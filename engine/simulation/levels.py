"""Stop, target and trailing stop of a position: where they stand, and when a bar meets them.

A bar that opens at or beyond a level fills at its open; else touching fills at the level; both in one bar: the path
mode decides. A target is a limit order: it needs the penetration and has no slippage; a stop has slippage.
Prices are signed by the side of the position, so that higher is better. What does not belong here: orders, money.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.compiled import compiled, compiled_apart
from engine.simulation import fills
from engine.simulation import interface as codes

Row = np.void


class Levels(NamedTuple):
    """Where a position is left: signed prices, and the distance of the trailing stop behind ``extreme``."""

    stop: float
    target: float
    trail_by: float
    trail_from: float
    extreme: float


class Exit(NamedTuple):
    """How a position is left, at a price in paise; ``reason`` NONE is not at all."""

    price: float
    reason: int
    ambiguous: bool


class Stop(NamedTuple):
    """The tighter of stop and trailing stop, and which it is."""

    level: float
    reason: int


@compiled_apart
def of(side: int, price: float, order: Row, rules: Row) -> Levels:
    """The levels the rules set for an entry at a price."""
    base = side * (order["signalled_at"] if rules["levels_from_signal"] else price)
    stop, target = -np.inf, np.inf
    loss = rules["stop_points"] + rules["stop_atr"] * order["atr"]
    profit = rules["target_points"] + rules["target_atr"] * order["atr"]
    # x (100 - pct) / 100, not x (1 - pct / 100): whole percentages of whole paise stay exact, and touching counts.
    if rules["stop_pct"] > 0.0:
        stop = base * (100.0 - side * rules["stop_pct"]) / 100.0
    elif loss > 0.0:
        stop = base - loss
    if rules["target_pct"] > 0.0:
        target = base * (100.0 + side * rules["target_pct"]) / 100.0
    elif profit > 0.0:
        target = base + profit
    trail_by = rules["trailing_points"] + rules["trailing_atr"] * order["atr"]
    return Levels(stop, target, trail_by, -np.inf, base)


@compiled_apart
def bracketed(old: Levels, side: int, price: float, orders: Row) -> Levels:
    """The levels of a position entered at a price, with those a script set; what is NaN stays."""
    paid = side * price
    stop, target, trail_by, trail_from = old.stop, old.target, old.trail_by, old.trail_from
    if not np.isnan(orders["stop"]):
        stop = side * orders["stop"]
    elif not np.isnan(orders["loss"]):
        stop = paid - orders["loss"]
    if not np.isnan(orders["target"]):
        target = side * orders["target"]
    elif not np.isnan(orders["profit"]):
        target = paid + orders["profit"]
    if not np.isnan(orders["trail_by"]):
        trail_by = orders["trail_by"]
        if not np.isnan(orders["trail_from"]):
            trail_from = side * orders["trail_from"]
        elif not np.isnan(orders["trail_after"]):
            trail_from = paid + orders["trail_after"]
    return Levels(stop, target, trail_by, trail_from, old.extreme)


@compiled
def standing(account: Row) -> Levels:
    """The levels of the position held."""
    return Levels(account["stop"], account["target"], account["trail_by"], account["trail_from"], account["extreme"])


@compiled
def put(account: Row, levels: Levels) -> None:
    """Set the levels of the position held."""
    account["stop"] = levels.stop
    account["target"] = levels.target
    account["trail_by"] = levels.trail_by
    account["trail_from"] = levels.trail_from
    account["extreme"] = levels.extreme


@compiled
def protection(levels: Levels, side: int, rules: Row) -> Stop:
    """The stop that holds now: fixed or trailing, whichever is tighter."""
    level, reason = levels.stop, codes.STOP
    if rules["trailing_pct"] > 0.0:
        trailing = levels.extreme * (100.0 - side * rules["trailing_pct"]) / 100.0
        if trailing > level:
            level, reason = trailing, codes.TRAILING
    if levels.trail_by > 0.0 and levels.extreme >= levels.trail_from:
        trailing = levels.extreme - levels.trail_by
        if trailing > level:
            level, reason = trailing, codes.TRAILING
    return Stop(level, reason)


@compiled
def touches(account: Row, best: float, worst: float, rules: Row) -> bool:
    """Whether signed extremes of a bar that the position was held into meet one of its levels."""
    if best >= account["target"] or worst <= account["stop"]:
        return True
    if rules["trailing_pct"] > 0.0 or account["trail_by"] > 0.0:
        return worst <= protection(standing(account), account["side"], rules).level
    return False


@compiled_apart
def met(account: Row, bar: Row, rules: Row) -> Exit:
    """The exit at a level in a bar that the position was held into, if one was met."""
    side, target = account["side"], account["target"]
    stop = protection(standing(account), side, rules)
    open_ = side * bar["open"]
    stops = fills.adverse(side, bar) <= stop.level
    gains = open_ >= target or fills.favourable(side, bar) >= target + rules["penetration"]
    both = stops and gains and stop.level < open_ < target
    if gains and not (open_ <= stop.level or (both and not _target_first(side, bar, rules["path_mode"]))):
        return Exit(side * max(target, open_), codes.TARGET, both)
    if stops:
        return Exit(fills.slipped(side * min(stop.level, open_), -side, rules), stop.reason, both)
    return Exit(0.0, codes.NONE, False)


@compiled
def _target_first(side: int, bar: Row, path_mode: int) -> bool:
    """Whether a bar that holds both levels is read as reaching the target first."""
    if path_mode != codes.TV_PATH:
        return path_mode == codes.OPTIMISTIC
    return fills.high_first(bar) == (side > 0)


@compiled_apart
def _reading(account: Row, bar: Row, stop: float, path_mode: int, rules: Row) -> int:
    """Which level a position entered within the bar meets after its entry: NONE, STOP or TARGET.

    A limit is met on the way down (of a buyer), so a lower low came after it, and a higher high may have come before;
    of a stop entry it is the other way round. Pessimistic: a stop counts if the bar reaches it, a target only if the
    close is beyond it. Optimistic: the reverse, but what surely came after the entry counts.
    """
    side = account["side"]
    best, worst, last = fills.favourable(side, bar), fills.adverse(side, bar), side * bar["close"]
    optimistic, on_path = path_mode == codes.OPTIMISTIC, path_mode == codes.TV_PATH
    by_limit = account["kind"] == codes.LIMIT
    best_is_last = fills.high_first(bar) != (side > 0)
    seen_best = best if optimistic or (on_path and (best_is_last or not by_limit)) else last
    seen_worst = last if not by_limit and (optimistic or (on_path and best_is_last)) else worst
    gains, stops = seen_best >= account["target"] + rules["penetration"], seen_worst <= stop
    if gains and (not stops or optimistic or (on_path and not by_limit)):
        return codes.TARGET
    return codes.STOP if stops else codes.NONE


@compiled_apart
def met_after_entry(account: Row, bar: Row, rules: Row) -> Exit:
    """The exit at a level in the bar within which the position was entered, if one is read from it."""
    side = account["side"]
    stop = protection(standing(account), side, rules)
    reading = _reading(account, bar, stop.level, rules["path_mode"], rules)
    worst = _reading(account, bar, stop.level, codes.PESSIMISTIC, rules)
    best = _reading(account, bar, stop.level, codes.OPTIMISTIC, rules)
    if reading == codes.TARGET:
        return Exit(side * account["target"], reading, worst != best)
    if reading == codes.NONE:
        return Exit(0.0, reading, False)
    # The level may be on the near side of the entry already: it is left where it was entered then.
    level = min(stop.level, side * account["entry_price"])
    return Exit(fills.slipped(side * level, -side, rules), stop.reason, worst != best)


@compiled
def see(account: Row, best: float, worst: float, rules: Row) -> None:
    """Move excursions, the trailing stop and break-even on, after signed prices were seen."""
    if rules["break_even_pct"] > 0.0:
        side = account["side"]
        paid = side * account["entry_price"]
        if best >= paid * (100.0 + side * rules["break_even_pct"]) / 100.0:
            account["stop"] = max(account["stop"], paid)
    account["extreme"] = max(account["extreme"], best)
    account["best"] = max(account["best"], best)
    account["worst"] = min(account["worst"], worst)
