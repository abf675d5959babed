"""Value at risk and its mean, to the last bit, and the tally of trades as rows."""

from __future__ import annotations

import numpy as np
import pytest

from engine.metrics import tally
from engine.simulation import interface
from tests.engine.metrics.measuring import measure


def median_to_the_end(values, low, high):
    middle = (low + high) // 2
    for first, second in ((low, middle), (middle, high), (low, middle)):
        if values[second] < values[first]:
            values[first], values[second] = values[second], values[first]
    values[high], values[middle] = values[middle], values[high]


def hoare(values, low, high):
    """Hoare's partition as textbooks have it: two pointers that meet, an exchange wherever both must stop."""
    median_to_the_end(values, low, high)
    pivot, left, right = values[high], low, high - 1
    while True:
        while left < high and values[left] < pivot:
            left += 1
        while right >= low and values[right] > pivot:
            right -= 1
        if left >= right:
            break
        values[left], values[right] = values[right], values[left]
        left, right = left + 1, right - 1
    values[left], values[high] = values[high], values[left]
    return left


def tail(returns):
    """The two figures of the tail, added up in the order in which selecting by that partition leaves it."""
    values, place = list(returns), 0.05 * (len(returns) - 1)
    lower = int(place)
    upper, low, high = min(lower + 1, len(values) - 1), 0, len(values) - 1
    while (found := hoare(values, low, high)) != upper:
        low, high = (found + 1, high) if found < upper else (low, found - 1)
    total = 0.0
    for value in values[: lower + 1]:
        total += value
    edge = max(values[: lower + 1])
    return edge + (place - lower) * (values[upper] - edge), total / (lower + 1)


def draw(rng, size, kind):
    """Values of a curve: any, on ticks with many equal returns, flat most of the time, rising."""
    if kind == "any":
        return rng.uniform(0.5, 2.0, size) * 1e6
    if kind == "ticks":
        return rng.integers(1, 5, size) * 1e6
    if kind == "flat":
        return np.cumprod(np.where(rng.random(size) < 0.7, 1.0, rng.uniform(0.97, 1.03, size))) * 1e6
    return np.cumsum(rng.uniform(0.0, 9.0, size)) + 1e6


@pytest.mark.parametrize("kind", ["any", "ticks", "flat", "rising"])
def test_the_tail_is_that_of_a_plain_selection_to_the_last_bit(kind):
    rng = np.random.default_rng(20)
    for size in [*range(1, 30), *rng.integers(30, 700, 40)]:
        equity = draw(rng, size, kind).tolist()
        before = [1e6, *equity[:-1]]
        edge, mean = tail([(value - last) / last for value, last in zip(equity, before, strict=True)])
        found = measure(equity, initial=1e6, days=range(size))
        assert (found["var_95_pct"], found["cvar_95_pct"]) == (0.0 - edge * 100.0, 0.0 - mean * 100.0)


@pytest.mark.parametrize("size", [0, 1, 2, 57])
def test_trades_as_rows_count_as_their_columns(size):
    rng = np.random.default_rng(size)
    rows = np.zeros(size, interface.TRADE)
    rows["pnl"] = rng.normal(0, 1e4, size)
    for name in ("entry_price", "quantity", "mae", "mfe"):
        rows[name] = rng.uniform(1, 1e3, size)
    rows["bars_held"] = rng.integers(0, 99, size)
    rows.flags.writeable = False
    cost = rows["entry_price"] * rows["quantity"]
    columns = tally.TradeColumns(rows["pnl"], cost, rows["bars_held"], rows["entry_price"], rows["mae"], rows["mfe"])
    assert repr(tally.describe(rows)) == repr(tally.describe(columns))
