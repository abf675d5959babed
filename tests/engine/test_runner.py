"""A whole run: a plan's conditions become fills and statistics, from the same columns every time."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest

from engine import runner
from engine.errors import InvalidSettings
from engine.metrics import registry
from engine.simulation import kernel
from engine.types import Bars, Comparison, Exits, Operand, Plan, Rejection, Result, Settings, Sizing, Trade

CLOSE = Operand(kind="price", name="CLOSE")


def close(operator: str, rupees: int) -> Comparison:
    return Comparison(left=CLOSE, operator=operator, right=Operand(kind="number", value=float(rupees)))


def daily(*closes: int) -> Bars:
    """Daily bars of closes in rupees, each opening at the close before it."""
    ends = np.array(closes, dtype=np.int64) * 100
    opens = np.concatenate((ends[:1], ends[:-1]))
    days = np.arange(20_000, 20_000 + len(ends))
    return Bars.checked(
        time=days * 86_400,
        session=days,
        open=opens,
        high=np.maximum(opens, ends),
        low=np.minimum(opens, ends),
        close=ends,
        volume=np.ones_like(ends),
    )


PLAN = Plan(name="above 100", enter_long=close(">=", 100), exit_long=close("<", 100))
BARS = daily(90, 100, 120, 96, 99, 100, 110)
SETTINGS = Settings(initial_cash=1_000_00)


def test_a_run_from_conditions_to_statistics():
    result = runner.run(plan=PLAN, bars=BARS, settings=SETTINGS)
    # Ten at 100, left at 96; 960 buys nine at 100, open at 110.
    assert result.trades == (Trade("long", 10, 1, 100_00.0, 3, 96_00.0, -40_00.0, "signal", 2, 4_00.0, 20_00.0, False),)
    assert result.open_trade == Trade("long", 9, 5, 100_00.0, 6, 110_00.0, 90_00.0, "end", 1, 0.0, 10_00.0, False)
    assert result.equity.tolist() == [1_000_00, 1_000_00, 1_200_00, 960_00, 960_00, 960_00, 1_050_00]
    assert result.rejections == ()
    assert result.statistics["total_return_pct"] == 5.0
    assert result.statistics["max_drawdown_pct"] == 20.0
    assert result.statistics["exposure_pct"] == pytest.approx(300 / 7)
    assert result.statistics["best_trade_pct"] == -4.0
    assert result.statistics["buy_and_hold_return_pct"] == pytest.approx(200 / 9)


def test_the_open_trade_is_in_neither_the_win_rate_nor_the_closed_trades():
    statistics = runner.run(plan=PLAN, bars=BARS, settings=SETTINGS).statistics
    assert (statistics["trades"], statistics["win_rate_pct"], statistics["expectancy"]) == (1, 0.0, -40_00.0)


def test_no_trade_at_all():
    result = runner.run(plan=replace(PLAN, enter_long=close(">", 1_000)), bars=BARS, settings=SETTINGS)
    assert (result.trades, result.open_trade, result.rejections) == ((), None, ())
    assert set(result.equity.tolist()) == {1_000_00}


def test_what_could_not_be_afforded_is_in_the_result():
    result = runner.run(plan=replace(PLAN, sizing=Sizing("quantity", 10.0)), bars=BARS, settings=SETTINGS)
    # After the loss 960 do not pay for ten at 100, nor at 110.
    assert result.rejections == (Rejection(5, "long", "insufficient_cash"), Rejection(6, "long", "insufficient_cash"))


def test_settings_that_make_no_sense_are_refused():
    with pytest.raises(InvalidSettings, match="stop_loss_pct"):
        runner.run(plan=replace(PLAN, exits=Exits(stop_loss_pct=150.0)), bars=BARS, settings=SETTINGS)


def test_a_run_needs_bars():
    average = Operand(kind="indicator", name="SMA", params=(("timeperiod", 3.0),), output="value")
    plan = Plan(name="above its mean", enter_long=Comparison(left=CLOSE, operator=">", right=average))
    with pytest.raises(InvalidSettings, match="no bars"):
        runner.run(plan=plan, bars=daily(), settings=SETTINGS)


def test_the_bars_before_the_first_possible_signal_are_told():
    average = Operand(kind="indicator", name="SMA", params=(("timeperiod", 3.0),), output="value")
    plan = Plan(name="above its mean", enter_long=Comparison(left=CLOSE, operator=">", right=average))
    assert runner.run(plan=plan, bars=BARS, settings=SETTINGS).warmup_bars == 2


def a_long_run() -> Result:
    """Five years of a seeded walk under stops, targets and reversals."""
    closes = 500 + np.cumsum(np.random.default_rng(7).integers(-6, 7, 1_250))
    plan = Plan(
        name="both ways",
        enter_long=Comparison(left=CLOSE, operator="RISING", right=Operand(kind="number", value=2.0)),
        enter_short=Comparison(left=CLOSE, operator="FALLING", right=Operand(kind="number", value=2.0)),
        direction="both",
        exits=Exits(stop_loss_pct=2.0, target_pct=3.0, trailing_stop_pct=2.5),
    )
    return runner.run(plan=plan, bars=daily(*np.maximum(closes, 100)), settings=SETTINGS)


def test_the_same_run_twice_is_the_same_bit_for_bit():
    first, second = a_long_run(), a_long_run()
    assert {trade.exit_reason for trade in first.trades} >= {"stop", "target", "trailing", "reverse"}
    assert first.equity.tobytes() == second.equity.tobytes()
    assert repr((first.trades, first.open_trade, first.statistics)) == repr(
        (second.trades, second.open_trade, second.statistics)
    )


def test_every_statistic_of_a_long_run_is_a_plain_finite_number():
    statistics = a_long_run().statistics
    assert list(statistics) == [statistic.key for statistic in registry.STATISTICS]
    assert all(type(value) in {int, float} for value in statistics.values())
    assert all(math.isfinite(value) for value in statistics.values() if value is not None)


def test_a_warmed_process_compiles_nothing_more():
    runner.warm()
    compiled = list(cast(Any, kernel.simulate).signatures)
    a_long_run()
    assert cast(Any, kernel.simulate).signatures == compiled


def test_a_stop_in_multiples_of_the_average_true_range():
    # The ranges of the first three bars are 0, 10 and 20; their mean of 10 is the ATR(3) of the bar that enters.
    exits = Exits(stop_loss_atr=2.5, atr_period=3)
    result = runner.run(plan=replace(PLAN, enter_long=close(">=", 110), exits=exits), bars=BARS, settings=SETTINGS)
    (trade,) = result.trades
    assert (trade.entry_index, trade.exit_reason, trade.exit_price) == (2, "signal", 96_00.0)
    assert result.open_trade is not None
    tighter = replace(PLAN, enter_long=close(">=", 110), exits=replace(exits, stop_loss_atr=2.0))
    assert runner.run(plan=tighter, bars=BARS, settings=SETTINGS).trades[0][5:8] == (100_00.0, -160_00.0, "stop")


def test_the_trades_of_a_result_are_a_sequence():
    trades = runner.run(plan=PLAN, bars=BARS, settings=SETTINGS).trades
    assert (len(trades), trades[0], list(trades[:1]), bool(trades)) == (1, *trades, [trades[-1]], True)
    assert trades == tuple(trades)
    assert hash(trades) == hash(tuple(trades))
    assert repr(trades) == repr(tuple(trades))


def test_alpha_and_beta_are_against_a_given_benchmark():
    against = runner.run(plan=PLAN, bars=BARS, settings=SETTINGS, benchmark=BARS.close[::-1]).statistics
    own = runner.run(plan=PLAN, bars=BARS, settings=SETTINGS).statistics
    assert against["beta"] != own["beta"]
    assert runner.run(plan=PLAN, bars=BARS, settings=SETTINGS, benchmark=BARS.close).statistics == own


@pytest.mark.parametrize("prices", [[1], [1, 2, 3, 0, 5, 6, 7]])
def test_a_benchmark_that_does_not_fit_the_bars(prices):
    with pytest.raises(InvalidSettings, match="benchmark"):
        runner.run(plan=PLAN, bars=BARS, settings=SETTINGS, benchmark=np.array(prices, np.int32))
