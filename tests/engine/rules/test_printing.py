"""A plan says itself back: as the canonical document and as one sentence."""

from __future__ import annotations

from typing import Any

import pytest

from engine import rules
from engine.rules import wording
from engine.types import Comparison, Sizing

DOCUMENT = {
    "name": "Dip",
    "inputs": {"fast": 9},
    "enter_long": {
        "any": [
            {
                "all": [
                    {"left": "EMA(fast)", "op": "CROSS_ABOVE", "right": "CLOSE[1]"},
                    {"left": "RSI", "op": "<", "right": 30},
                ]
            },
            {"not": {"left": "MACD.signal", "op": "BETWEEN", "right": -0.5, "upper": 1.25}},
        ]
    },
    "exit_long": {"left": "VWAP", "op": "FALLING", "right": 3},
    "enter_short": {"left": "CLOSE", "op": "RISING"},
    "exits": {"stop_loss_pct": 2, "trailing_stop_pct": 1.5},
    "sizing": {"kind": "cash", "value": 25000.5},
    "direction": "long",
}


def test_the_canonical_document_spells_everything_out():
    indicator = {"indicator": "EMA", "params": {"timeperiod": 9}, "output": "value", "offset": 0}
    rsi = {"indicator": "RSI", "params": {"timeperiod": 14}, "output": "value", "offset": 0}
    signal = {
        "indicator": "MACD",
        "params": {"fastperiod": 12, "slowperiod": 26, "signalperiod": 9},
        "output": "signal",
        "offset": 0,
    }
    vwap = {"indicator": "VWAP", "params": {}, "output": "value", "offset": 0}
    assert rules.to_json(rules.parse(DOCUMENT)) == {
        "name": "Dip",
        "inputs": {"fast": 9},
        "direction": "long",
        "exits": {"stop_loss_pct": 2, "trailing_stop_pct": 1.5},
        "sizing": {"kind": "cash", "value": 25000.5},
        "enter_long": {
            "any": [
                {
                    "all": [
                        {"left": indicator, "op": "CROSS_ABOVE", "right": {"price": "CLOSE", "offset": 1}},
                        {"left": rsi, "op": "<", "right": {"number": 30}},
                    ]
                },
                {"not": {"left": signal, "op": "BETWEEN", "right": {"number": -0.5}, "upper": {"number": 1.25}}},
            ]
        },
        "exit_long": {"left": vwap, "op": "FALLING", "right": {"number": 3}},
        "enter_short": {"left": {"price": "CLOSE", "offset": 0}, "op": "RISING", "right": {"number": 1}},
    }


def test_the_sentence_of_a_long_plan_leaves_the_short_side_out():
    assert rules.sentence(rules.parse(DOCUMENT)) == (
        "Dip: buy when (EMA(9) crosses above CLOSE[1] and RSI(14) is below 30) or not (MACD(12,26,9).signal is between "
        "-0.5 and 1.25); sell when VWAP falls for 3 bars; stop loss at 2 %; trailing stop at 1.5 %; each time with "
        "Rs 25000.5."
    )


def test_the_sentence_of_a_nameless_plan_on_both_sides():
    document = {**DOCUMENT, "direction": "both", "enter_long": DOCUMENT["exit_long"], "exits": None, "sizing": None}
    document |= {"name": None, "exit_short": {"left": "CLOSE", "op": ">=", "right": "HIGHEST(20)[1]"}}
    assert rules.sentence(rules.parse(document)) == (
        "Buy when VWAP falls for 3 bars; sell when VWAP falls for 3 bars; sell short when CLOSE rises for 1 bar; "
        "cover when CLOSE is at least HIGHEST(20)[1]; each time with all of the equity."
    )


@pytest.mark.parametrize(
    ("sizing", "words"),
    [
        ({"kind": "quantity", "value": 75}, "75 shares"),
        ({"kind": "percent_of_equity", "value": 12.5}, "12.5 % of the equity"),
    ],
)
def test_the_sentence_says_the_size(sizing, words):
    assert rules.sentence(rules.parse({**DOCUMENT, "sizing": sizing})).endswith(f"each time with {words}.")


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"exits": {"stop_loss_points": 5.25}}, "; stop loss at Rs 5.25; each time with all of the equity."),
        ({"exits": {"target_atr": 1.5}}, "; target at 1.5 x ATR(14); each time with all of the equity."),
        (
            {"exits": {"trailing_stop_atr": 3, "atr_period": 10}},
            "; trailing stop at 3 x ATR(10); each time with all of ",
        ),
        (
            {"exits": {"break_even_pct": 1, "max_bars": 10}},
            "; break even at 1 %; time stop after 10 bars; each time with",
        ),
        ({"exits": {"square_off": "15:15"}}, "; square off at 15:15; each time with all of the equity."),
        (
            {"entries": {"kind": "limit", "offset_pct": 0.5, "valid_bars": 3}},
            "all of the equity, by a limit order 0.5 % better than the close, good for 3 bars.",
        ),
        (
            {"entries": {"kind": "stop"}},
            "all of the equity, by a stop order 0 % worse than the close, good for 1 bar.",
        ),
        (
            {"entries": {"first_time": "09:20", "last_time": "14:30", "max_per_day": 2, "max_entries": 3}},
            "all of the equity, not before 09:20, not after 14:30, at most 2 a day, up to 3 times into one position.",
        ),
        (
            {"exits": {"stop_loss_pct": 2}, "sizing": {"kind": "risk_per_trade", "value": 1}},
            "; stop loss at 2 %; each time with 1 % of the equity at risk.",
        ),
    ],
)
def test_the_sentence_says_how_positions_are_entered_and_left(members, words):
    plan = rules.parse({"enter_long": {"left": "CLOSE", "op": ">", "right": 1}, **members})
    assert words in rules.sentence(plan)
    assert rules.parse(rules.to_json(plan)) == plan
    for name, given in members.items():
        assert rules.to_json(plan)[name] == given


@pytest.mark.parametrize(
    ("operand", "canonical", "words"),
    [
        ("RSI(7)@1h", {"indicator": "RSI", "params": {"timeperiod": 7}, "timeframe": "1h"}, "RSI(7) on 1h bars"),
        ("CLOSE@1d[1]", {"price": "CLOSE", "offset": 1, "timeframe": "1d"}, "CLOSE[1] on 1d bars"),
        ("MACD.signal@1w[2]", {"indicator": "MACD", "output": "signal"}, "MACD(12,26,9).signal[2] on 1w bars"),
    ],
)
def test_an_operand_of_a_longer_timeframe_says_so(operand, canonical, words):
    plan = rules.parse({"enter_long": {"left": operand, "op": ">", "right": 1}})
    assert isinstance(plan.enter_long, Comparison)
    written: Any = rules.to_json(plan)["enter_long"]
    assert canonical.items() <= written["left"].items()
    assert words in rules.sentence(plan)
    assert rules.parse(rules.to_json(plan)) == plan


def test_times_of_day_are_read_and_said_as_a_clock_shows_them():
    plan = rules.parse({"enter_long": {"left": "TIME", "op": "BETWEEN", "right": "09:20", "upper": "14:05"}})
    condition = plan.enter_long
    assert isinstance(condition, Comparison)
    assert condition.upper is not None
    assert (condition.right.value, condition.upper.value) == (920, 1405)
    assert rules.sentence(plan) == "Buy when TIME is between 09:20 and 14:05; each time with all of the equity."


@pytest.mark.parametrize(
    "sizing",
    [
        Sizing("all_in"),
        Sizing("quantity", 75.0),
        Sizing("quantity", 0.5),
        Sizing("cash", 25_000_55),
        Sizing("percent_of_equity", 12.5),
        Sizing("risk_per_trade", 1.0),
    ],
)
def test_a_sizing_is_read_back_as_it_was_written(sizing):
    assert wording.sizing_of(wording.sizing_to_json(sizing)) == sizing
