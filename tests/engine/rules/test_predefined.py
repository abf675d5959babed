"""The strategies that ship: what holds for each, what they say. On which bars: test_predefined_signals."""

from __future__ import annotations

import json

import pytest

from engine import rules, runner
from engine.errors import InvalidRules, InvalidSettings
from engine.rules import predefined
from engine.types import Exits, Settings, Sizing
from tests.engine.indicators.samples import bars_of, sessions

every_strategy = pytest.mark.parametrize("strategy", predefined.CATALOGUE, ids=lambda strategy: strategy.code)


def test_the_catalogue():
    assert [strategy.code for strategy in predefined.CATALOGUE] == [
        "sma_crossover",
        "ema_crossover",
        "macd",
        "triple_ema",
        "supertrend",
        "adx_trend",
        "bollinger_breakout",
        "keltner_breakout",
        "donchian",
        "gap",
        "rsi_reversal",
        "rsi_trend",
        "bollinger_reversion",
        "opening_range_breakout",
        "vwap_reversion",
        "short_straddle",
        "premium_breakout",
        "buy_and_hold",
        "dollar_cost_averaging",
    ]


@every_strategy
def test_each_is_a_rules_document_with_the_defaults_of_its_parameters(strategy):
    listed = json.loads(json.dumps(strategy.to_json()))
    meant = rules.parse(listed["rules"], inputs={})
    assert meant == predefined.build(strategy.code, direction=meant.direction)
    assert len(strategy.description) > 40
    assert listed["rules"]["inputs"] == {p["name"]: p["default"] for p in listed["parameters"]}
    assert predefined.find(strategy.code) is strategy


ONE_SIDED = {
    "short_straddle": {"enter_short"},
    "premium_breakout": {"enter_long"},
    "buy_and_hold": {"enter_long"},
    "dollar_cost_averaging": {"enter_long"},
}
# A walk in small steps gaps little.
TUNED = {"gap": {"up": 0.1, "down": -0.1}}
SLOTS = {"enter_long", "exit_long", "enter_short", "exit_short"}
DAYS = sessions(50)


@every_strategy
def test_each_says_on_an_ordinary_walk_all_that_it_is_meant_to(strategy):
    signals = rules.evaluate(predefined.build(strategy.code, TUNED.get(strategy.code), direction="both"), DAYS)
    said = {slot for slot in SLOTS if getattr(signals, slot).any()}
    assert said == ONE_SIDED.get(strategy.code, SLOTS)


@every_strategy
def test_each_runs_and_trades_in_its_usual_direction(strategy):
    plan = predefined.build(strategy.code, TUNED.get(strategy.code))
    result = runner.run(plan=plan, bars=DAYS, settings=Settings(initial_cash=10_000_000))
    assert result.trades or result.open_trade
    side = "short" if strategy.code == "short_straddle" else "long"
    assert {trade.side for trade in result.trades} <= {side}


@pytest.mark.parametrize("code", ["opening_range_breakout", "vwap_reversion", "short_straddle", "premium_breakout"])
def test_those_of_one_session_end_each_day_flat_and_need_bars_shorter_than_a_day(code):
    settings = Settings(initial_cash=10_000_000)
    plan = predefined.build(code)
    trades = runner.run(plan=plan, bars=DAYS, settings=settings).trades
    assert all(DAYS.session[trade.entry_index] == DAYS.session[trade.exit_index] for trade in trades)
    assert "square_off" in {trade.exit_reason for trade in trades}
    with pytest.raises(InvalidSettings, match="A time of day needs bars shorter than a day"):
        runner.run(plan=plan, bars=bars_of([100, 101, 102]), settings=settings)


@every_strategy
def test_every_bound_of_every_parameter_is_kept(strategy):
    for parameter in strategy.parameters:
        for value in (parameter.minimum - 1, parameter.maximum + 1):
            with pytest.raises(InvalidRules) as refusal:
                predefined.build(strategy.code, {parameter.name: value})
            assert refusal.value.pointer == f"/inputs/{parameter.name}"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (
            "triple_ema",
            (
                "Triple EMA: buy when EMA(5) is above EMA(13) and EMA(13) is above EMA(34) and (EMA(5) crosses above "
                "EMA(13) or EMA(13) crosses above EMA(34)); sell when EMA(5) crosses below EMA(13)"
            ),
        ),
        (
            "donchian",
            (
                "Donchian breakout (turtle): buy when CLOSE is above DONCHIAN(20).upper[1]; "
                "sell when CLOSE is below DONCHIAN(10).lower[1]"
            ),
        ),
        (
            "sma_crossover",
            "SMA crossover: buy when SMA(20) crosses above SMA(50); sell when SMA(20) crosses below SMA(50)",
        ),
        (
            "ema_crossover",
            "EMA crossover: buy when EMA(9) crosses above EMA(21); sell when EMA(9) crosses below EMA(21)",
        ),
        (
            "macd",
            (
                "MACD: buy when MACD(12,26,9).macd crosses above MACD(12,26,9).signal; "
                "sell when MACD(12,26,9).macd crosses below MACD(12,26,9).signal"
            ),
        ),
        ("rsi_reversal", "RSI reversal: buy when RSI(14) crosses above 30; sell when RSI(14) crosses below 70"),
        (
            "bollinger_reversion",
            (
                "Bollinger reversion: buy when CLOSE crosses below BBANDS(20,2).lower; "
                "sell when CLOSE crosses above BBANDS(20,2).middle"
            ),
        ),
        (
            "bollinger_breakout",
            (
                "Bollinger breakout: buy when CLOSE crosses above BBANDS(20,2).upper; "
                "sell when CLOSE crosses below BBANDS(20,2).middle"
            ),
        ),
    ],
)
def test_what_each_says_on_the_long_side(code, sentence):
    assert rules.sentence(predefined.build(code)) == f"{sentence}; each time with all of the equity."


def test_exits_and_sizing_are_carried_over_and_checked():
    exits, sizing = Exits(stop_loss_pct=2.0, target_pct=5.5), Sizing(kind="cash", value=5_000_000.0)
    plan = predefined.build("macd", {"fast": 5}, direction="short", exits=exits, sizing=sizing)
    assert (plan.exits, plan.sizing, plan.direction) == (exits, sizing, "short")
    assert dict(plan.inputs) == {"fast": 5.0, "slow": 26.0, "signal": 9.0}
    with pytest.raises(InvalidRules) as refusal:
        predefined.build("macd", exits=Exits(stop_loss_pct=-1.0))
    assert refusal.value.pointer == "/exits/stop_loss_pct"


@pytest.mark.parametrize(
    ("code", "params", "pointer"),
    [
        ("nope", {}, "/code"),
        ("sma_crossover", {"fast": 50, "slow": 50}, "/inputs/fast"),
        ("ema_crossover", {"fast": 30}, "/inputs/fast"),
        ("macd", {"slow": 12}, "/inputs/fast"),
        ("rsi_reversal", {"oversold": 70}, "/inputs/oversold"),
        ("triple_ema", {"medium": 34}, "/inputs/medium"),
        ("opening_range_breakout", {"last_entry": 1520}, "/inputs/last_entry"),
        ("short_straddle", {"square_off": 1275}, "/exits/square_off"),
        ("sma_crossover", {"fast": 2.5}, "/inputs/fast"),
        ("sma_crossover", {"fast": True}, "/inputs/fast"),
        ("sma_crossover", {"quick": 5}, "/inputs/quick"),
    ],
)
def test_what_makes_no_sense_is_refused(code, params, pointer):
    with pytest.raises(InvalidRules) as refusal:
        predefined.build(code, params)
    assert refusal.value.pointer == pointer


def test_the_refusal_of_a_crossover_says_what_to_change():
    with pytest.raises(InvalidRules, match="fast must be below slow"):
        predefined.build("sma_crossover", {"fast": 60})
    assert predefined.find("nope") is None
