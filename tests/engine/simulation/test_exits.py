"""Levels in points and ranges, break-even, time stop, square-off, expiry. Hand-worked tables."""

from __future__ import annotations

import pytest

from engine.types import Exits, Expiry, Sizing
from tests.engine.simulation import candles

NEXT_OPEN = {"fill_on": "next_open"}

BOUGHT_AT_100 = """
open high low close signal
 100  100 100   100 buy
{}
"""


@pytest.mark.parametrize(
    ("exits", "bar", "fill"),
    [
        (Exits(stop_loss_points=3_00), "100 101 97 99 -", "at 97, stop"),
        (Exits(stop_loss_points=3_00), "96 101 95 99 -", "at 96, stop"),
        (Exits(target_points=4_00), "100 104 97 99 -", "at 104, target"),
        (Exits(trailing_stop_points=3_50), "100 101 96 99 -", "at 96.5, trailing"),
    ],
)
def test_levels_in_points(exits, bar, fill):
    assert candles.run(BOUGHT_AT_100.format(bar), exits=exits).fills == [f"long 10: bar 0 at 100, bar 1 {fill}"]


def test_a_trailing_stop_in_points_follows_the_highs():
    outcome = candles.run(
        BOUGHT_AT_100.format(" 100 110 98 109 -\n 108 109 104 105 -"), exits=Exits(trailing_stop_points=5_00)
    )
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 105, trailing"]


@pytest.mark.parametrize(
    ("exits", "side", "bar", "fill"),
    [
        (Exits(stop_loss_atr=2), "buy", "100 101 95 99 -", "at 95, stop"),
        (Exits(target_atr=2), "buy", "100 105 97 99 -", "at 105, target"),
        (Exits(trailing_stop_atr=1.2), "buy", "100 101 96 99 -", "at 97, trailing"),
        (Exits(stop_loss_atr=2), "short", "100 105 97 99 -", "at 105, stop"),
    ],
)
def test_levels_in_multiples_of_the_range_on_the_signals_bar(exits, side, bar, fill):
    # The range is 2.50 when the order is given; what it is later does not count.
    outcome = candles.run(BOUGHT_AT_100.replace("buy", side).format(bar), exits=exits, atr=[2.5, 50], direction="both")
    name = "long" if side == "buy" else "short"
    assert outcome.fills == [f"{name} 10: bar 0 at 100, bar 1 {fill}"]


def test_no_range_yet_no_entry():
    outcome = candles.run(BOUGHT_AT_100.format("100 101 95 99 -"), exits=Exits(stop_loss_atr=2), atr=[float("nan"), 1])
    assert (outcome.still_open, outcome.refused) == ([], ["bar 0 long: no_stop_distance"])


BREAK_EVEN = Exits(stop_loss_pct=10, break_even_pct=5)


def test_once_an_earlier_bar_was_far_enough_in_favour_the_stop_is_at_the_entry():
    outcome = candles.run(BOUGHT_AT_100.format(" 100 105 99 104 -\n 104 104 99 100 -"), exits=BREAK_EVEN)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 100, stop"]


def test_the_bar_that_goes_far_enough_is_itself_under_the_old_stop():
    outcome = candles.run(BOUGHT_AT_100.format(" 100 105 95 96 -\n 96 97 96 96 -"), exits=BREAK_EVEN)
    # Bar 1 fell to 95 before or after: the stop was at 90. Bar 2 opens below the entry.
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 96, stop"]


def test_not_far_enough_leaves_the_stop():
    outcome = candles.run(BOUGHT_AT_100.format(" 100 104.99 99 104 -\n 104 104 90 100 -"), exits=BREAK_EVEN)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 90, stop"]


def test_break_even_of_a_short():
    outcome = candles.run(
        BOUGHT_AT_100.replace("buy", "short").format(" 100 101 95 96 -\n 96 101 96 99 -"),
        exits=BREAK_EVEN,
        direction="short",
    )
    assert outcome.fills == ["short 10: bar 0 at 100, bar 2 at 100, stop"]


TIME = """
open high low close signal
 100  100 100   100 buy
 101  101 101   101 -
 102  102 102   102 -
 103  103 103   103 {}
 104  104 104   104 -
"""


def test_a_time_stop_at_the_close():
    outcome = candles.run(TIME.format("-"), exits=Exits(max_bars=2))
    assert outcome.fills == ["long 10: bar 0 at 100, bar 2 at 102, time"]
    assert outcome.trades[0].bars_held == 2


def test_a_time_stop_at_the_open():
    outcome = candles.run(TIME.format("-"), exits=Exits(max_bars=2), settings=NEXT_OPEN)
    # Entered at the open of bar 1.
    assert outcome.fills == ["long 9: bar 1 at 101, bar 3 at 103, time"]


def test_a_signal_on_the_bar_of_a_time_stop_gives_the_reason():
    assert candles.run(TIME.format("sell"), exits=Exits(max_bars=3)).fills == [
        "long 10: bar 0 at 100, bar 3 at 103, signal"
    ]


def test_after_a_time_stop_the_same_bar_may_enter_again():
    outcome = candles.run(TIME.format("buy"), exits=Exits(max_bars=3))
    assert outcome.fills == ["long 10: bar 0 at 100, bar 3 at 103, time"]


DAY = """
time    open high low close signal
0-15:05  100  100 100   100 buy
0-15:10  101  102 101   102 -
0-15:15  103  104 103   104 buy
0-15:20  105  106 105   106 buy
1-09:15  110  111 110   111 -
1-09:20  112  113 112   113 -
"""
OUT_AT_1515 = Exits(square_off=15 * 60 + 15)


def test_at_closes_the_day_ends_with_the_bar_that_ends_at_the_time():
    outcome = candles.run(DAY, exits=OUT_AT_1515)
    assert outcome.fills == ["long 10: bar 0 at 100, bar 1 at 102, square_off"]
    # From then on nothing is entered until the next session.
    assert outcome.refused == ["bar 2 long: outside_session", "bar 3 long: outside_session"]
    assert outcome.still_open == []


def test_at_opens_the_day_ends_with_the_open_of_the_bar_that_starts_at_the_time():
    outcome = candles.run(DAY, exits=OUT_AT_1515, settings=NEXT_OPEN)
    assert outcome.fills == ["long 9: bar 1 at 101, bar 2 at 103, square_off"]
    # The orders of bars 2 and 3 are due after it; yesterday's order does not wait for the morning.
    assert outcome.refused == ["bar 3 long: outside_session", "bar 4 long: outside_session"]


@pytest.mark.parametrize("settings", [{}, NEXT_OPEN])
def test_a_session_that_is_over_before_the_time_ends_with_its_last_close(settings):
    outcome = candles.run(
        """
        time    open high low close signal
        0-13:45  100  100 100   100 buy
        0-13:50  100  102 100   102 -
        1-09:15  110  111 110   111 -
        """,
        exits=OUT_AT_1515,
        settings=settings,
    )
    assert [fill.split(", ", 1)[1] for fill in outcome.fills] == ["bar 1 at 102, square_off"]


def test_a_missing_bar_at_the_time_moves_it_to_the_next():
    outcome = candles.run(
        """
        time    open high low close signal
        0-15:00  100  100 100   100 buy
        0-15:05  100  101 100   101 -
        0-15:20  105  106 105   106 -
        0-15:25  107  108 107   108 -
        """,
        exits=OUT_AT_1515,
        settings=NEXT_OPEN,
    )
    assert outcome.fills == ["long 10: bar 1 at 100, bar 2 at 105, square_off"]


OPTION = """
time    open high low close signal
0-15:20  120  120 120   120 buy
0-15:25  130  130 130   130 -
1-15:25  140  145 140   145 -
2-15:25  150  150 150   150 buy
"""


@pytest.mark.parametrize(
    ("settlement", "price", "pnl"),
    [
        # 65 of a 24,500 call bought at 120, the index at 24,650.35.
        (150_35, 150.35, 1972_75),
        (0, 0, -7800_00),
        (None, 145, 1625_00),
    ],
)
def test_a_contract_is_settled_after_its_last_close(settlement, price, pnl):
    outcome = candles.run(
        OPTION,
        rupees=8_000,
        sizing=Sizing("quantity", 65),
        settings={"units": "lots", "lot_size": 65, "expiry": Expiry(session=20_001, settlement=settlement)},
    )
    assert outcome.fills == [f"long 65: bar 0 at 120, bar 2 at {price:g}, expiry"]
    assert outcome.trades[0].pnl == pytest.approx(pnl, abs=1e-6)
    # Afterwards there is nothing to trade.
    assert outcome.refused == ["bar 3 long: outside_session"]


def test_a_contract_that_has_not_expired_yet_stays_open():
    outcome = candles.run(OPTION, settings={"expiry": Expiry(session=20_003)})
    assert outcome.fills == []
    assert len(outcome.still_open) == 1


def test_without_a_bar_on_the_day_the_last_one_before_settles():
    table = OPTION.replace("1-15:25", "1-15:00")
    outcome = candles.run(table.replace("2-", "5-"), settings={"expiry": Expiry(session=20_003)})
    assert outcome.fills == ["long 8: bar 0 at 120, bar 2 at 145, expiry"]
