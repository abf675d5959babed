"""The strategies that ship: what they say, and on which bars."""

from __future__ import annotations

import json

import numpy as np
import pytest

from engine import rules
from engine.errors import InvalidRules
from engine.rules import predefined
from engine.types import Exits, Sizing
from tests.engine.indicators.samples import bars_of, walk

every_strategy = pytest.mark.parametrize("strategy", predefined.CATALOGUE, ids=lambda strategy: strategy.code)


def on(column):
    return np.flatnonzero(column).tolist()


def test_the_catalogue():
    assert [strategy.code for strategy in predefined.CATALOGUE] == [
        "sma_crossover",
        "ema_crossover",
        "macd",
        "bollinger_breakout",
        "rsi_reversal",
        "bollinger_reversion",
    ]


@every_strategy
def test_each_is_a_rules_document_with_the_defaults_of_its_parameters(strategy):
    listed = json.loads(json.dumps(strategy.to_json()))
    assert rules.parse(listed["rules"], inputs={}) == predefined.build(strategy.code, direction="both")
    assert listed["rules"]["inputs"] == {p["name"]: p["default"] for p in listed["parameters"]}
    assert predefined.find(strategy.code) is strategy


@every_strategy
def test_each_trades_both_sides_on_an_ordinary_walk(strategy):
    signals = rules.evaluate(predefined.build(strategy.code, direction="both"), walk(2000))
    for column in (signals.enter_long, signals.exit_long, signals.enter_short, signals.exit_short):
        assert column.any()


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


def test_sma_crossover_by_hand():
    #            0  1  2   3   4   5   6   7
    closes = [10, 9, 8, 10, 12, 12, 8, 6]
    # SMA(2) from 1: 9.5 8.5 9 11 12 10 7; SMA(3) from 2: 9 9 10 34/3 32/3 26/3.
    signals = rules.evaluate(predefined.build("sma_crossover", {"fast": 2, "slow": 3}), bars_of(closes))
    assert on(signals.enter_long) == [4]  # bar 3 is a tie, which is not above yet
    assert on(signals.exit_long) == [6]
    assert signals.warmup_bars == 3
    assert on(signals.enter_short) == on(signals.exit_short) == []


def test_rsi_reversal_by_hand():
    # RSI(2) from 2, average gain and loss: (0, 1) 0; (0.5, 0.5) 50; (1.25, 0.25) 83.33; (0.625, 1.125) 35.71;
    # (0.3125, 1.5625) 16.67; (1.15625, 0.78125) 59.68.
    closes = [10, 9, 8, 9, 11, 9, 7, 9]
    plan = predefined.build("rsi_reversal", {"period": 2}, direction="both")
    signals = rules.evaluate(plan, bars_of(closes))
    assert on(signals.enter_long) == on(signals.exit_short) == [3, 7]
    assert on(signals.exit_long) == on(signals.enter_short) == [5]


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
