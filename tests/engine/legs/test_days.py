"""Hand-worked days of option rules, one rule of filling each. Bars of 5 minutes, lots of 10, rupees."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from engine.costs.schedule import DayRates, Schedule
from engine.legs import presets
from engine.legs.rule import LegRule, Level, ReEntry, WholeLevel
from tests.engine.legs import tables

STOP_30 = Level(30)
STRADDLE = presets.with_stops(presets.straddle("short"), stop=STOP_30)
SHORT_CALL = LegRule("short", "CE", stop=Level(20))

# Premiums 50 and 40 at 09:20. The call's stop is 65, the put's 52.
ONE_LEG_STOPPED = """
09:15 100 50          40
09:20 101 52/60/50/58 38
09:25 103 60/66/59/64 34/35/30/30
09:30 103 63          31
09:35 102 62          32
09:40 102 61          33
"""


def test_short_straddle_one_leg_stopped_the_other_left_at_the_exit_time() -> None:
    result = tables.run(tables.rule_of(*STRADDLE), tables.day_of(ONE_LEG_STOPPED))
    assert tables.lines(result) == [
        "short C1: bar 0 at 50, bar 2 at 65, stop",
        "short P2: bar 0 at 40, bar 4 at 32, square_off",
    ]
    # (50 - 65) x 10 = -150 and (40 - 32) x 10 = 80.
    assert [trade.pnl for trade in result.trades] == [-150_00, 80_00]
    (day,) = result.days
    assert (day.skipped, day.premium, day.pnl, day.trades) == (None, 900_00, -70_00, 2)
    assert [(leg.trades, leg.wins, leg.stops, leg.pnl) for leg in result.legs] == [
        (1, 0, 1, -150_00),
        (1, 1, 0, 80_00),
    ]


def test_equity_is_the_cash_and_what_is_owed_at_each_close() -> None:
    result = tables.run(tables.rule_of(*STRADDLE), tables.day_of(ONE_LEG_STOPPED))
    # Sold for 900; owed at the closes: 900, 960, then cash - 650 and the put at 30, 31, then all is closed.
    gained = ((result.equity - tables.CASH) / 100).tolist()
    assert gained == [0, -60, -50, -60, -70, -70]


def test_filling_at_opens_enters_and_leaves_one_bar_later() -> None:
    result = tables.run(tables.rule_of(*STRADDLE), tables.day_of(ONE_LEG_STOPPED), fill_on="next_open")
    # Entered at the opens of 09:20 (52, 38), live in that bar: stops 67.6 and 49.4 are never met.
    assert tables.lines(result) == [
        "short C1: bar 1 at 52, bar 5 at 61, square_off",
        "short P2: bar 1 at 38, bar 5 at 33, square_off",
    ]


def test_a_gap_through_the_stop_fills_at_the_open() -> None:
    table = """
    09:15 100 50
    09:20 100 55
    09:25 100 70/75/68/72
    09:30 100 71
    09:35 100 71
    """
    result = tables.run(tables.rule_of(SHORT_CALL), tables.day_of(table))
    assert tables.lines(result) == ["short C1: bar 0 at 50, bar 2 at 70, stop"]


@pytest.mark.parametrize(("mode", "price", "reason"), [("pessimistic", 60, "stop"), ("optimistic", 40, "target")])
def test_stop_before_target_in_one_bar_unless_optimistic(mode: str, price: int, reason: str) -> None:
    table = """
    09:15 100 50
    09:20 100 50/60/40/50
    09:25 100 50
    09:35 100 50
    """
    leg = LegRule("short", "CE", stop=Level(10, "points"), target=Level(20))
    result = tables.run(tables.rule_of(leg), tables.day_of(table), path_mode=mode)
    assert tables.lines(result) == [f"short C1: bar 0 at 50, bar 1 at {price}, {reason}"]
    assert result.trades[0].ambiguous


RE_ENTRY = """
09:15 100 50
09:20 100 55/61/55/58
09:25 100 57/58/49/52
09:30 100 52/54/51/53
09:35 100 53
09:40 100 50
"""


def test_re_entry_at_once_is_at_the_close_of_the_stops_bar_with_a_stop_of_its_own() -> None:
    leg = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(1, "once"))
    result = tables.run(tables.rule_of(leg), tables.day_of(RE_ENTRY))
    assert tables.lines(result) == [
        "short C1: bar 0 at 50, bar 1 at 60, stop",
        "short C1: bar 1 at 58, bar 4 at 53, square_off",
    ]
    assert [trade.entry for trade in result.trades] == [0, 1]


def test_re_entry_at_once_filling_at_opens_is_at_the_next_open() -> None:
    leg = LegRule("short", "CE", stop=Level(10), re_entry=ReEntry(1, "once"))
    result = tables.run(tables.rule_of(leg), tables.day_of(RE_ENTRY), fill_on="next_open")
    assert tables.lines(result) == [
        "short C1: bar 1 at 55, bar 1 at 60.5, stop",
        "short C1: bar 2 at 57, bar 5 at 50, square_off",
    ]


def test_re_entry_at_cost_waits_for_the_first_price() -> None:
    leg = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(1, "cost"))
    result = tables.run(tables.rule_of(leg), tables.day_of(RE_ENTRY))
    assert tables.lines(result) == [
        "short C1: bar 0 at 50, bar 1 at 60, stop",
        "short C1: bar 2 at 50, bar 4 at 53, square_off",
    ]


def test_re_entry_at_cost_opens_below_it_at_the_open() -> None:
    table = """
    09:15 100 50
    09:20 100 55/61/55/58
    09:25 100 45/47/44/46
    09:30 100 46
    09:35 100 46
    """
    leg = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(1, "cost"))
    result = tables.run(tables.rule_of(leg), tables.day_of(table))
    assert tables.lines(result)[1] == "short C1: bar 2 at 45, bar 4 at 46, square_off"


def test_re_entries_are_counted() -> None:
    table = "09:15 100 50\n" + "\n".join(f"09:{m} 100 50/61/50/50" for m in range(20, 45, 5))
    leg = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(2, "once"))
    result = tables.run(tables.rule_of(leg), tables.day_of(table))
    assert [(trade.entry, trade.exit_reason) for trade in result.trades] == [(0, "stop"), (1, "stop"), (2, "stop")]
    (leg_result,) = result.legs
    assert (leg_result.trades, leg_result.stops) == (3, 3)


def test_no_re_entry_at_the_exit_time() -> None:
    table = """
    09:15 100 50
    09:20 100 50
    09:35 100 55/61/55/58
    """
    leg = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(1, "once"))
    result = tables.run(tables.rule_of(leg), tables.day_of(table))
    assert tables.lines(result) == ["short C1: bar 0 at 50, bar 2 at 60, stop"]


def test_no_re_entry_after_a_target() -> None:
    leg = LegRule("short", "CE", stop=Level(50), target=Level(2), re_entry=ReEntry(1, "once"))
    result = tables.run(tables.rule_of(leg), tables.day_of(RE_ENTRY))
    assert tables.lines(result) == ["short C1: bar 0 at 50, bar 2 at 49, target"]


@pytest.mark.parametrize("again", ["once", "cost"])
def test_what_awaits_its_settlement_is_not_entered_again_after_the_exit_time(again: Any) -> None:
    table = """
    09:15 100 50
    09:20 100 50
    09:35 100 55/61/55/58
    09:40 100 50/58/49/50
    """
    leg = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(1, again))
    rule = tables.rule_of(leg, leave="09:25", settles=True)
    result = tables.run(rule, tables.day_of(table))
    assert tables.lines(result) == ["short C1: bar 0 at 50, bar 2 at 60, stop"]


WHOLE = """
09:15 100 50 40
09:20 100 52 43
09:25 100 55 45
09:30 100 50 40
09:40 100 50 40
"""


@pytest.mark.parametrize(
    ("stop", "fill_on", "bar", "price"),
    [
        (WholeLevel(100), "same_close", 2, 55),
        (WholeLevel(100.01), "same_close", 4, 50),
        # 5 % of 900 is 45; lost at 09:20: 50.
        (WholeLevel(5, "percent"), "same_close", 1, 52),
        # 95 were sold at opens of 09:20: 50 lost at the close of 09:25, left at the next open.
        (WholeLevel(50), "next_open", 3, 50),
    ],
)
def test_the_stop_of_the_whole_is_looked_at_at_closes(stop: WholeLevel, fill_on: str, bar: int, price: int) -> None:
    rule = tables.rule_of(*presets.straddle("short"), stop=stop, leave="09:45")
    result = tables.run(rule, tables.day_of(WHOLE), fill_on=fill_on)
    assert {(trade.exit_index, trade.exit_reason) for trade in result.trades} == {
        (bar, "square_off" if bar == 4 else "whole_stop")
    }
    assert result.trades[0].exit_price == price * 100


def test_the_target_of_the_whole_ends_the_day_for_legs_that_wait() -> None:
    table = """
    09:15 100 50          40
    09:20 100 61/62/60/61 20
    09:25 100 50/51/49/50 20
    09:35 100 50          20
    """
    call = LegRule("short", "CE", stop=Level(20), re_entry=ReEntry(1, "cost"))
    rule = tables.rule_of(call, LegRule("short", "PE"), target=WholeLevel(90))
    result = tables.run(rule, tables.day_of(table))
    # The call opens beyond its stop of 60: -110; the put has gained 200: 90 in all, at the close of 09:20.
    assert tables.lines(result) == [
        "short C1: bar 0 at 50, bar 1 at 61, stop",
        "short P2: bar 0 at 40, bar 1 at 20, whole_target",
    ]


@pytest.mark.parametrize(
    ("right", "side", "strike", "paid", "close", "pnl", "stt"),
    [
        ("C", "long", 24500, 120, 24650.35, "1972.75", "14.66"),
        ("P", "long", 24500, 90, 24650.35, "-5850.00", "0.00"),
        ("P", "short", 24500, 75, 24333.33, "-5958.55", "0.00"),
    ],
)
def test_settlement_at_intrinsic_value_with_stt_of_the_holder(
    right: str, side: Any, strike: int, paid: int, close: float, pnl: str, stt: str
) -> None:
    table = f"""
    09:15 24600 {paid}
    09:20 24600 {paid}
    09:40 {close} {paid}
    """
    day = tables.day_of(table, rights=right, strike=strike, lot=65)
    leg = LegRule(side, "CE" if right == "C" else "PE")
    rates = DayRates(valid_from=date(2000, 1, 1), exercise_stt_pct=Decimal("0.15"))
    costs = Schedule.checked(segment="options", rows=(rates,))
    (trade,) = tables.run(tables.rule_of(leg, settles=True), day, costs=costs).trades
    assert trade.exit_reason == "expiry"
    assert Decimal(round(trade.charges)) / 100 == Decimal(stt)
    assert Decimal(round(trade.pnl + trade.charges)) / 100 == Decimal(pnl)


def test_the_official_close_settles_before_the_last_bar() -> None:
    day = tables.day_of("09:15 100 5\n09:20 100 5\n09:40 104 5", rights="C", settlement=106)
    (trade,) = tables.run(tables.rule_of(LegRule("long", "CE"), settles=True), day).trades
    assert (trade.exit_price, trade.exit_index, trade.exit_reason) == (6_00, 2, "expiry")


def test_a_contract_that_does_not_expire_that_day_is_left_at_the_exit_time() -> None:
    day = tables.day_of("09:15 100 5\n09:35 104 6\n09:40 104 7", rights="C", expires_in=3)
    (trade,) = tables.run(tables.rule_of(LegRule("long", "CE"), settles=True), day).trades
    assert (trade.exit_price, trade.exit_reason) == (6_00, "square_off")


def test_charges_are_those_of_each_order_and_the_days_add_up() -> None:
    rates = DayRates(valid_from=date(2000, 1, 1), brokerage_flat=Decimal(20), stt_sell_pct=Decimal("0.1"))
    costs = Schedule.checked(segment="options", rows=(rates,))
    result = tables.run(tables.rule_of(*STRADDLE), tables.day_of(ONE_LEG_STOPPED), costs=costs)
    # Four orders of 20; STT of 0.1 % on sales of 500 and 400.
    assert [trade.charges for trade in result.trades] == [40_50, 40_40]
    assert (result.days[0].charges, result.days[0].pnl) == (80_90, -150_90)
    assert result.equity[-1] == tables.CASH - 150_90


def test_duties_of_a_day_are_rounded_together() -> None:
    rates = DayRates(valid_from=date(2000, 1, 1), stt_sell_pct=Decimal("0.1"))
    costs = Schedule.checked(segment="options", rows=(rates,), duty_rounding="nearest_rupee")
    result = tables.run(tables.rule_of(*STRADDLE), tables.day_of(ONE_LEG_STOPPED), costs=costs)
    # 0.50 and 0.40 of STT are 0.90, rounded to 1 and not to 1 + 0.
    assert result.charges == 1_00


def test_slippage_worsens_what_is_sold_and_bought() -> None:
    result = tables.run(tables.rule_of(*STRADDLE), tables.day_of(ONE_LEG_STOPPED), slippage_ticks=2)
    # Sold at 49.90 and 39.90; the stop is 64.87 and costs 64.97; bought back at 32.10.
    assert [(trade.entry_price, trade.exit_price) for trade in result.trades] == [
        (49_90, 64_97),
        (39_90, 32_10),
    ]


def test_a_contract_that_is_not_traded_at_the_exit_is_left_at_its_last_price() -> None:
    table = """
    09:15 100 50
    09:20 100 47
    09:25 100 -
    09:35 100 -
    """
    result = tables.run(tables.rule_of(SHORT_CALL), tables.day_of(table))
    assert tables.lines(result) == ["short C1: bar 0 at 50, bar 3 at 47, square_off"]
    assert result.equity.tolist() == [tables.CASH, *[tables.CASH + 30_00] * 3]
