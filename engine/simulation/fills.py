"""Where one order fills on one bar: market, limit, stop and stop-limit, as one table for every caller.

| order | a buy fills when | at | a sale |
| --- | --- | --- | --- |
| market | at once | the open or the close, + slippage | mirrored |
| limit L | open <= L | the open | mirrored |
| | else low <= L - penetration | L | |
| stop T | open >= T | the open + slippage | mirrored |
| | else high >= T | T + slippage | |
| stop-limit T, L | open >= T and open <= L | the open | mirrored |
| | open >= T, open > L | it is a limit L from here on: L if low <= L - penetration | |
| | else high >= T | the lower of L and T + slippage | |

Prices here are *signed*: price x side, side being 1 for a buyer and -1 for a seller, so that lower is better for
either. What does not belong here: positions and their levels, quantities, money.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from engine.compiled import compiled, compiled_apart
from engine.simulation import interface as codes

Row = np.void


class Fill(NamedTuple):
    """Where an order fills: a price in paise, NaN where it does not; ``triggered``: a stop-limit became a limit."""

    price: float
    at_open: bool
    triggered: bool


@compiled
def slipped(price: float, side: int, rules: Row) -> float:
    """The price a buyer (side 1) or seller (-1) gets at market, worse by the slippage and never below 0."""
    return max(price + side * (float(rules["slippage"]) + price * float(rules["slippage_bps"]) / 10_000.0), 0.0)


@compiled
def favourable(side: int, bar: Row) -> float:
    """The signed price of the bar that is best for a position of that side."""
    return float(bar["high"] if side > 0 else -bar["low"])


@compiled
def adverse(side: int, bar: Row) -> float:
    """The signed price of the bar that is worst for a position of that side."""
    return float(bar["low"] if side > 0 else -bar["high"])


@compiled
def high_first(bar: Row) -> bool:
    """Whether the path open, nearer extreme, farther extreme, close meets the high first."""
    return bool(abs(bar["high"] - bar["open"]) < abs(bar["open"] - bar["low"]))


@compiled_apart
def _limit_fill(side: int, limit: float, bar: Row, rules: Row) -> Fill:
    level = side * limit
    if side * bar["open"] <= level:
        return Fill(bar["open"], True, False)
    if adverse(side, bar) <= level - rules["penetration"]:
        return Fill(limit, False, False)
    return Fill(np.nan, False, False)


@compiled_apart
def _stop_fill(side: int, trigger: float, bar: Row, rules: Row) -> Fill:
    level = side * trigger
    if side * bar["open"] >= level:
        return Fill(slipped(bar["open"], side, rules), True, True)
    if favourable(side, bar) >= level:
        return Fill(slipped(trigger, side, rules), False, True)
    return Fill(np.nan, False, False)


@compiled_apart
def _stop_limit_fill(side: int, order: Row, bar: Row, rules: Row) -> Fill:
    level = side * order["trigger"]
    if side * bar["open"] >= level:
        found = _limit_fill(side, order["limit"], bar, rules)
        return Fill(found.price, found.at_open, True)
    if favourable(side, bar) >= level:
        price = min(side * order["limit"], side * slipped(order["trigger"], side, rules))
        return Fill(side * price, False, True)
    return Fill(np.nan, False, False)


@compiled_apart
def fill(side: int, order: Row, bar: Row, rules: Row) -> Fill:
    """Where an order (a record of ``interface.ENTRY``) fills on a bar that opens after it was given.

    ``side``: 1 buys, -1 sells. A market order fills at the open; one due at a close is :func:`slipped` from it.
    """
    kind = order["kind"]
    if kind == codes.MARKET:
        return Fill(slipped(bar["open"], side, rules), True, False)
    if kind == codes.LIMIT:
        return _limit_fill(side, order["limit"], bar, rules)
    if kind == codes.STOP_MARKET:
        return _stop_fill(side, order["trigger"], bar, rules)
    if kind == codes.STOP_LIMIT:
        return _stop_limit_fill(side, order, bar, rules)
    return Fill(np.nan, False, False)
