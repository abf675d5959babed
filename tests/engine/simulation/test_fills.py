"""One order on one bar: every row of the table of fills, with the worked bar vectors."""

from __future__ import annotations

import math

import numpy as np
import pytest

from engine.simulation import fills, interface
from engine.simulation.interface import LIMIT, MARKET, STOP_LIMIT, STOP_MARKET

BUY, SELL = 1, -1


def filled(side, kind, *, bar, limit=0.0, trigger=0.0, slip=0.0, bps=0.0, through=0.0):
    """The price in rupees, None where it does not fill, and whether at the open; ``through``: rupees of penetration."""
    record = np.zeros(1, interface.BAR)
    for name, rupees in zip(("open", "high", "low", "close"), bar, strict=True):
        record[name] = rupees * 100
    order = np.zeros(1, interface.ENTRY)
    order["kind"], order["limit"], order["trigger"] = kind, limit * 100, trigger * 100
    rules = np.zeros(1, interface.RULES)
    rules["slippage"], rules["slippage_bps"], rules["penetration"] = slip * 100, bps, through * 100
    found = fills.fill(side, order[0], record[0], rules[0])
    return None if math.isnan(found.price) else found.price / 100, found.at_open


BAR = (100, 106, 97, 104)


@pytest.mark.parametrize(
    ("side", "kind", "levels", "price"),
    [
        (BUY, LIMIT, {"limit": 98}, 98),
        (BUY, LIMIT, {"limit": 101}, 100),
        (BUY, STOP_MARKET, {"trigger": 105}, 105),
        (SELL, STOP_MARKET, {"trigger": 101}, 100),
        (BUY, STOP_LIMIT, {"trigger": 105, "limit": 105.5}, 105),
    ],
)
def test_the_worked_bar(side, kind, levels, price):
    assert filled(side, kind, bar=BAR, **levels)[0] == price


def test_a_market_order_fills_at_the_open_worse_by_the_slippage():
    assert filled(BUY, MARKET, bar=BAR, slip=0.1) == (100.1, True)
    assert filled(SELL, MARKET, bar=BAR, slip=0.1) == (99.9, True)
    assert filled(BUY, MARKET, bar=BAR, bps=5) == (100.05, True)
    assert filled(SELL, MARKET, bar=BAR, slip=0.1, bps=5) == (99.85, True)


def test_no_order_fills_nowhere():
    assert filled(BUY, 0, bar=BAR) == (None, False)


@pytest.mark.parametrize(
    ("side", "limit", "through", "expected"),
    [
        (BUY, 97, 0, (97, False)),
        (BUY, 97, 0.05, (None, False)),
        (BUY, 97.05, 0.05, (97.05, False)),
        (BUY, 100, 0.05, (100, True)),
        (BUY, 96.95, 0, (None, False)),
        (SELL, 106, 0, (106, False)),
        (SELL, 106, 0.05, (None, False)),
        (SELL, 105.95, 0.05, (105.95, False)),
        (SELL, 99, 0, (100, True)),
        (SELL, 106.05, 0, (None, False)),
    ],
)
def test_a_limit_needs_a_touch_or_the_penetration_and_has_no_slippage(side, limit, through, expected):
    assert filled(side, LIMIT, bar=BAR, limit=limit, through=through, slip=0.5) == expected


@pytest.mark.parametrize(
    ("side", "trigger", "expected"),
    [
        (BUY, 106, (106.5, False)),
        (BUY, 106.05, (None, False)),
        (BUY, 100, (100.5, True)),
        (BUY, 90, (100.5, True)),
        (SELL, 97, (96.5, False)),
        (SELL, 96.95, (None, False)),
        (SELL, 110, (99.5, True)),
    ],
)
def test_a_stop_fills_beyond_its_trigger_by_the_slippage(side, trigger, expected):
    assert filled(side, STOP_MARKET, bar=BAR, trigger=trigger, slip=0.5) == expected


@pytest.mark.parametrize(
    ("side", "trigger", "limit", "expected"),
    [
        # Triggered within: the slippage, but never worse than the limit.
        (BUY, 105, 105.2, (105.2, False)),
        (BUY, 105, 106, (105.5, False)),
        (SELL, 98, 97.8, (97.8, False)),
        (SELL, 98, 97, (97.5, False)),
        # Opened beyond the trigger: at the open within the limit, else a limit from here on.
        (BUY, 99, 101, (100, True)),
        (BUY, 98, 99, (99, False)),
        (BUY, 95, 96, (None, False)),
        (SELL, 101, 99, (100, True)),
        (SELL, 102, 101, (101, False)),
        (SELL, 108, 107, (None, False)),
        # Not triggered.
        (BUY, 106.05, 110, (None, False)),
    ],
)
def test_a_stop_limit_is_never_worse_than_its_limit(side, trigger, limit, expected):
    assert filled(side, STOP_LIMIT, bar=BAR, trigger=trigger, limit=limit, slip=0.5) == expected


@pytest.mark.parametrize("trigger", [95, 99])
def test_a_stop_limit_that_was_passed_over_is_a_limit_from_here_on(trigger):
    record, order, rules = np.zeros(1, interface.BAR), np.zeros(1, interface.ENTRY), np.zeros(1, interface.RULES)
    for name, price in zip(("open", "high", "low", "close"), BAR, strict=True):
        record[name] = price
    order["kind"], order["trigger"], order["limit"] = STOP_LIMIT, trigger, 96
    found = fills.fill(BUY, order[0], record[0], rules[0])
    assert (math.isnan(found.price), found.triggered) == (True, True)


def test_a_sale_is_never_below_nothing():
    assert filled(SELL, MARKET, bar=(0.05, 0.1, 0.05, 0.1), slip=1) == (0.0, True)
