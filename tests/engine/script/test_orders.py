"""What the order calls of a script put in force, on candles worked by hand (next_open unless said otherwise)."""

from __future__ import annotations

import numpy as np
import pytest

from engine import script
from engine.types import Bars, FillOn, Sizing
from tests.engine.script import running


def candles(*rows: tuple[float, float, float, float]) -> Bars:
    """Daily bars of open, high, low and close in rupees."""
    open_, high, low, close = (np.round(np.array(column) * 100).astype(np.int64) for column in zip(*rows, strict=True))
    days = np.arange(20_059, 20_059 + len(rows))
    return Bars.checked(
        time=days * 86_400, session=days, open=open_, high=high, low=low, close=close, volume=np.ones(len(rows))
    )


BARS = candles(
    (100, 101, 99, 100),
    (100, 104, 99, 103),
    (103, 106, 102, 105),
    (105, 107, 97, 98),
    (98, 100, 95, 96),
    (96, 99, 94, 97),
)
LONG = "if bar_index == 0\n    strategy.entry('L', strategy.long)\n"
LIMIT = "if bar_index == 0\n    strategy.entry('L', strategy.long, limit = 97.5)\n"
SHORT = "if bar_index == 0\n    strategy.entry('S', strategy.short)\n"
TWO_SIDES = """
if bar_index == 0
    strategy.entry('L', strategy.long, stop = 108)
    strategy.entry('S', strategy.short, stop = 98.5)
    strategy.exit('A', 'L', stop = 90)
    strategy.exit('B', 'S', stop = 99.5)
"""
REVERSAL = f"""
{LONG}strategy.exit('A', 'L', stop = 90)
if bar_index == 1
    strategy.entry('S', strategy.short, stop = 95.5)
    strategy.exit('B', 'S', stop = 100.5)
"""
STANDING = f"""
{LONG}strategy.exit('X', 'L', stop = 90)
if strategy.position_size > 0 and bar_index == 2
    strategy.close_all()
"""
HALF = """
if bar_index == 0
    strategy.entry('L', strategy.long, qty = 5)
if bar_index == 1
    strategy.close('L', qty_percent = 50)
"""
CLOSED = """//@version=5
strategy('t')
if bar_index == 0
    strategy.entry('L', strategy.long, qty = 2)
if bar_index == 2
    strategy.close('L')
if bar_index == 4
    strategy.entry('M', strategy.long, qty = {})
"""
HELD = """//@version=5
strategy('t', pyramiding = 2)
if bar_index == 0
    strategy.entry('L', strategy.long, qty = 2)
if bar_index == 2
    strategy.entry('L', strategy.long, qty = {})
"""


def trades(body: str, *, fill_on: FillOn = "next_open") -> list[tuple[object, ...]]:
    """Side, quantity, entry bar and price, exit bar and price, reason of the closed trades and the open one."""
    result = running.run(running.HEAD + body, BARS, fill_on=fill_on)
    everything = [*result.trades, *([result.open_trade] if result.open_trade else [])]
    return [
        (t.side, t.quantity, t.entry_index, t.entry_price / 100, t.exit_index, t.exit_price / 100, t.exit_reason)
        for t in everything
    ]


CASES = {
    "a market order fills at the next open": (LONG, [("long", 1, 1, 100, 5, 97, "end")]),
    "close leaves at the next open": (
        LONG + "if bar_index == 2\n    strategy.close('L')",
        [("long", 1, 1, 100, 3, 105, "signal")],
    ),
    "close of another id does nothing": (
        LONG + "if bar_index == 2\n    strategy.close('M')",
        [("long", 1, 1, 100, 5, 97, "end")],
    ),
    "an entry against the position reverses": (
        LONG + "if bar_index == 2\n    strategy.entry('S', strategy.short)",
        [("long", 1, 1, 100, 3, 105, "reverse"), ("short", 1, 3, 105, 5, 97, "end")],
    ),
    "a second entry is ignored without pyramiding": (
        LONG + "if bar_index == 2\n    strategy.entry('L', strategy.long)",
        [("long", 1, 1, 100, 5, 97, "end")],
    ),
    "a stop entry waits and fills at its price": (
        "if bar_index == 0\n    strategy.entry('L', strategy.long, stop = 106)",
        [("long", 1, 2, 106, 5, 97, "end")],
    ),
    "a limit entry waits and fills at its price": (
        LIMIT,
        [("long", 1, 3, 97.5, 5, 97, "end")],
    ),
    "a waiting entry is cancelled": (
        LIMIT + "if bar_index == 1\n    strategy.cancel('L')",
        [],
    ),
    "cancel of another id does nothing": (
        LIMIT + "if bar_index == 1\n    strategy.cancel('M')",
        [("long", 1, 3, 97.5, 5, 97, "end")],
    ),
    "a stop and a target at prices": (
        LONG + "strategy.exit('X', 'L', stop = 98, limit = 105.5)",
        [("long", 1, 1, 100, 2, 105.5, "target")],
    ),
    "the stop first where both are met": (
        LONG + "strategy.exit('X', 'L', stop = 98, limit = 107)",
        [("long", 1, 1, 100, 3, 98, "stop")],
    ),
    "profit and loss in ticks of five paise": (
        LONG + "strategy.exit('X', 'L', profit = 110, loss = 20)",
        [("long", 1, 1, 100, 1, 99, "stop")],
    ),
    "an exit is live on the bar of its entry": (
        LONG + "strategy.exit('X', 'L', stop = 99.5)",
        [("long", 1, 1, 100, 1, 99.5, "stop")],
    ),
    "an exit of another entry does nothing": (
        LONG + "strategy.exit('X', 'M', stop = 99.5)",
        [("long", 1, 1, 100, 5, 97, "end")],
    ),
    "two exits add up": (
        LONG + "strategy.exit('T', 'L', limit = 105.5)\nstrategy.exit('P', 'L', stop = 98)",
        [("long", 1, 1, 100, 2, 105.5, "target")],
    ),
    "a level of na is taken away": (
        LONG + "strategy.exit('X', 'L', stop = bar_index < 2 ? 98 : na)",
        [("long", 1, 1, 100, 5, 97, "end")],
    ),
    "a trailing stop follows once it is live": (
        LONG + "strategy.exit('X', 'L', trail_points = 80, trail_offset = 40)",
        [("long", 1, 1, 100, 2, 102, "trailing")],
    ),
    "a trailing stop that never becomes live": (
        LONG + "strategy.exit('X', 'L', trail_price = 108, trail_offset = 40)",
        [("long", 1, 1, 100, 5, 97, "end")],
    ),
    "each side has its own levels": (
        TWO_SIDES,
        [("short", 1, 3, 98.5, 3, 99.5, "stop")],
    ),
    "the levels of an order that waits are not those of the position": (
        REVERSAL,
        [("long", 1, 1, 100, 4, 95.5, "reverse"), ("short", 1, 4, 95.5, 5, 97, "end")],
    ),
    "part of a position is closed": (
        HALF,
        [("long", 2, 1, 100, 2, 103, "signal"), ("long", 3, 1, 100, 5, 97, "end")],
    ),
    "a quantity of na places nothing": (
        "if bar_index == 0\n    strategy.entry('L', strategy.long, qty = float(na))",
        [],
    ),
    "a price of na is no price": (
        "if bar_index == 0\n    strategy.entry('L', strategy.long, stop = float(na))",
        [("long", 1, 1, 100, 5, 97, "end")],
    ),
    "order reduces a position and never turns it": (
        LONG + "if bar_index == 2\n    strategy.order('out', strategy.short, qty = 9)",
        [("long", 1, 1, 100, 3, 105, "signal")],
    ),
    "the position stands while a bar's orders are placed": (
        STANDING,
        [("long", 1, 1, 100, 3, 105, "signal")],
    ),
    "a short is mirrored": (
        SHORT + "strategy.exit('X', 'S', stop = 105.5, limit = 95)",
        [("short", 1, 1, 100, 2, 105.5, "stop")],
    ),
    "close_all leaves either side": (
        SHORT + "if bar_index == 3\n    strategy.close_all()",
        [("short", 1, 1, 100, 4, 98, "signal")],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_rule_of_orders(case):
    body, expected = CASES[case]
    assert trades(body) == expected


def test_at_the_same_close_an_entry_fills_on_its_own_bar_and_its_levels_begin_with_the_next():
    body = LONG + "strategy.exit('X', 'L', stop = 99.5)"
    assert trades(body, fill_on="same_close") == [("long", 1, 0, 100, 1, 99.5, "stop")]


def test_the_script_sees_the_account_at_its_close():
    # Two bought at 100 on bar 1, sold at 105 on bar 3: 10 rupees.
    seen = {
        "strategy.position_size + 7": 7,
        "strategy.netprofit": 10,
        "strategy.closedtrades": 1,
        "strategy.wintrades + strategy.losstrades * 10": 1,
        "strategy.equity - strategy.initial_capital": 10,
        "strategy.grossprofit": 10,
        "nz(strategy.position_avg_price, 3)": 3,
        "strategy.closedtrades.exit_bar_index(strategy.closedtrades - 1)": 3,
        "strategy.closedtrades.profit(strategy.closedtrades - 1)": 10,
        "syminfo.mintick * 100": 5,
    }
    for word, worth in seen.items():
        last = running.run(CLOSED.format(word), BARS).open_trade
        assert last is not None
        assert last.quantity == worth


def test_the_script_sees_the_open_position():
    seen = {
        "strategy.position_size": 2,
        "strategy.position_avg_price": 100,
        "strategy.openprofit": 10,
        "strategy.opentrades": 1,
        "strategy.opentrades.entry_bar_index(0)": 1,
        "strategy.opentrades.entry_price(strategy.opentrades - 1)": 100,
    }
    for word, worth in seen.items():
        last = running.run(HELD.format(word), BARS).open_trade
        assert last is not None
        assert (last.quantity, last.entries) == (2 + worth, 2)


def test_a_trade_carries_the_ids_of_its_orders():
    text = running.HEAD + LONG + "if bar_index == 2\n    strategy.close('L')"
    (trade,) = running.run(text, BARS).trades
    tags = script.compile(text).tags
    assert (tags[trade.entry_tag], tags[trade.exit_tag]) == ("L", "L")


@pytest.mark.parametrize(
    ("said", "sizing"),
    [
        ("", Sizing("quantity", 1.0)),
        (", default_qty_value = 5", Sizing("quantity", 5.0)),
        (", default_qty_type = strategy.cash, default_qty_value = 500", Sizing("cash", 500_00.0)),
        (
            ", default_qty_type = strategy.percent_of_equity, default_qty_value = 10",
            Sizing("percent_of_equity", 10.0),
        ),
    ],
)
def test_the_script_says_how_much_it_buys(said, sizing):
    assert script.compile(f"//@version=5\nstrategy('t'{said})").declared.sizing == sizing


@pytest.mark.parametrize(
    ("said", "fill_on"),
    [
        ("", None),
        (", process_orders_on_close = true", "same_close"),
        (", process_orders_on_close = false", "next_open"),
    ],
)
def test_the_script_says_where_it_would_fill(said, fill_on):
    assert script.compile(f"//@version=5\nstrategy('t'{said})").declared.fill_on == fill_on
