"""A strategy of longer bars, run on them and on five minutes: the same signals and prices, levels seen in order."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from engine import indicators, runner
from engine.types import Bars, Comparison, Exits, Operand, Plan, Result, Settings, Timeframe
from tests.reference import cases

SETTINGS = Settings(initial_cash=1_000_000_00)


def five_minutes() -> Bars:
    walk = cases.walk_bars()
    opens = [datetime.fromisoformat(f"{text}+05:30") for text in walk.date]
    return Bars.checked(
        time=np.array([int(each.timestamp()) for each in opens]),
        session=np.array([int(each.timestamp()) // 86_400 for each in opens]),
        open=np.array(walk.open),
        high=np.array(walk.high),
        low=np.array(walk.low),
        close=np.array(walk.close),
        volume=np.ones(len(opens)),
    )


def crossing(timeframe: Timeframe | None, exits: Exits | None = None) -> Plan:
    fast, slow = (
        Operand(kind="indicator", name="SMA", params=(("timeperiod", n),), output="value", timeframe=timeframe)
        for n in (2.0, 5.0)
    )
    return Plan(
        name="quarters",
        enter_long=Comparison(left=fast, operator="CROSS_ABOVE", right=slow),
        exit_long=Comparison(left=fast, operator="CROSS_BELOW", right=slow),
        exits=exits or Exits(),
    )


def fills(result: Result) -> list[tuple[float, float, float, str]]:
    return [(trade.quantity, trade.entry_price, trade.exit_price, trade.exit_reason) for trade in result.trades]


def test_the_signals_of_a_quarter_of_an_hour_are_the_same_on_five_minutes() -> None:
    bars = five_minutes()
    quarters = indicators.frame(bars, "15m").bars
    long = runner.run(plan=crossing(None), bars=quarters, settings=SETTINGS)
    fine = runner.run(plan=crossing("15m"), bars=bars, settings=SETTINGS)

    assert len(quarters) == len(bars) // 3
    assert len(long.trades) > 10
    assert fills(fine) == fills(long)


def test_of_two_levels_in_an_hour_the_five_minutes_say_which_came_first() -> None:
    # Entered at 100 on the close of 10:10. The hour from 10:15 reaches 104 at 10:20 and 97 at 10:40.
    closes = [100_00] * 12 + [100_00, 103_00, 100_00, 99_00, 98_00, 97_50] + [99_00] * 6
    highs = [close + 5 for close in closes]
    lows = [close - 5 for close in closes]
    highs[13], lows[17] = 104_00, 97_00
    begins = int(datetime.fromisoformat("2024-01-01T09:15+05:30").timestamp())
    bars = Bars.checked(
        time=begins + np.arange(24) * 300,
        session=np.full(24, 19_723),
        open=np.array(closes),
        high=np.array(highs),
        low=np.array(lows),
        close=np.array(closes),
        volume=np.ones(24),
    )
    exits = Exits(stop_loss_pct=3, target_pct=3)
    above = Comparison(
        left=Operand(kind="price", name="CLOSE", timeframe="1h"),
        operator=">=",
        right=Operand(kind="number", value=100.0),
    )
    hours = indicators.frame(bars, "1h").bars
    on_hours = Plan(
        name="hours",
        enter_long=Comparison(left=Operand(kind="price", name="CLOSE"), operator=">=", right=above.right),
        exits=exits,
    )
    long = runner.run(plan=on_hours, bars=hours, settings=SETTINGS).trades[0]
    fine = runner.run(plan=Plan(name="fine", enter_long=above, exits=exits), bars=bars, settings=SETTINGS).trades[0]

    assert (long.entry_price, long.exit_price, long.exit_reason, long.ambiguous) == (100_00, 97_00, "stop", True)
    assert (fine.entry_price, fine.exit_price, fine.exit_reason, fine.ambiguous) == (100_00, 103_00, "target", False)
