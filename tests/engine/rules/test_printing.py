"""A plan says itself back: as the canonical document and as one sentence."""

from __future__ import annotations

import pytest

from engine import rules

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
