"""What a rules document may say, and what it becomes."""

from __future__ import annotations

import json

import pytest

from engine import rules
from engine.errors import InvalidRules
from engine.types import Comparison, Entries, Exits, Group, Operand, Plan, Sizing

CLOSE = Operand(kind="price", name="CLOSE")


def number(value):
    return Operand(kind="number", value=value)


def operand(written, **inputs):
    plan = rules.parse({"inputs": inputs, "enter_long": {"left": written, "op": ">", "right": 0}})
    assert isinstance(plan.enter_long, Comparison)
    return plan.enter_long.left


MACD = (("fastperiod", 12.0), ("slowperiod", 26.0), ("signalperiod", 9.0))


@pytest.mark.parametrize(
    ("text", "spelled_out", "expected"),
    [
        ("CLOSE", {"price": "CLOSE"}, CLOSE),
        ("VOLUME[3]", {"price": "VOLUME", "offset": 3}, Operand(kind="price", name="VOLUME", offset=3)),
        (
            "EMA(9)[1]",
            {"indicator": "EMA", "params": {"timeperiod": 9}, "output": "value", "offset": 1},
            Operand(kind="indicator", name="EMA", params=(("timeperiod", 9.0),), output="value", offset=1),
        ),
        (
            " MACD( 12 , 26,9 ).signal ",
            {"indicator": "MACD", "params": {"signalperiod": 9, "fastperiod": 12}, "output": "signal"},
            Operand(kind="indicator", name="MACD", params=MACD, output="signal"),
        ),
        ("MACD", {"indicator": "MACD"}, Operand(kind="indicator", name="MACD", params=MACD, output="macd")),
        (
            "BBANDS(10,1.5).lower",
            {"indicator": "BBANDS", "params": {"timeperiod": 10, "nbdev": 1.5}, "output": "lower"},
            Operand(kind="indicator", name="BBANDS", params=(("timeperiod", 10.0), ("nbdev", 1.5)), output="lower"),
        ),
        ("VWAP", {"indicator": "VWAP", "params": {}}, Operand(kind="indicator", name="VWAP", output="value")),
        (30, {"number": 30.0}, number(30.0)),
    ],
)
def test_text_and_object_operands_mean_the_same(text, spelled_out, expected):
    assert operand(text) == operand(spelled_out) == expected


@pytest.mark.parametrize(
    "written",
    [
        "SMA(fast)",
        {"indicator": "SMA", "params": {"timeperiod": {"input": "fast"}}},
        {"indicator": "SMA", "params": {"timeperiod": "fast"}},
    ],
)
def test_an_input_stands_for_a_parameter(written):
    assert operand(written, fast=12) == operand("SMA(12)")


@pytest.mark.parametrize("written", ["level", {"input": "level"}, {"number": {"input": "level"}}])
def test_an_input_stands_for_a_number(written):
    assert operand(written, level=30.5) == number(30.5)


def test_an_input_stands_for_exits_sizing_offset_and_bars():
    document = {
        "inputs": {"two": 2},
        "enter_long": {"left": {"price": "CLOSE", "offset": {"input": "two"}}, "op": "RISING", "right": "two"},
        "exits": {"stop_loss_pct": {"input": "two"}},
        "sizing": {"kind": "quantity", "value": "two"},
    }
    plan = rules.parse(document)
    assert plan.enter_long == Comparison(
        left=Operand(kind="price", name="CLOSE", offset=2), operator="RISING", right=number(2.0)
    )
    assert (plan.exits, plan.sizing) == (Exits(stop_loss_pct=2.0), Sizing(kind="quantity", value=2.0))


def test_inputs_can_be_replaced_by_name():
    document = {
        "inputs": {"slow": 50, "fast": 20},
        "enter_long": {"left": "SMA(fast)", "op": ">", "right": "SMA(slow)"},
    }
    plan = rules.parse(document, inputs={"fast": 5})
    assert plan.inputs == (("fast", 5.0), ("slow", 50.0))
    assert plan.enter_long == Comparison(left=operand("SMA(5)"), operator=">", right=operand("SMA(50)"))


@pytest.mark.parametrize(
    ("inputs", "pointer"),
    [({"x": 1}, "/inputs/x"), ({"fast": True}, "/inputs/fast"), ({"fast": float("nan")}, "/inputs/fast")],
)
def test_replacements_are_checked(inputs, pointer):
    with pytest.raises(InvalidRules) as refusal:
        rules.parse({"inputs": {"fast": 3}, "enter_long": {"left": 1, "op": ">", "right": 0}}, inputs=inputs)
    assert refusal.value.pointer == pointer


def test_a_whole_document():
    document = {
        "name": "All of it",
        "enter_long": {
            "all": [
                {"left": "CLOSE", "op": "BETWEEN", "right": 10, "upper": 20},
                {"not": {"any": [{"left": "CLOSE", "op": "RISING"}, {"left": 1, "op": "==", "right": 2}]}},
            ]
        },
        "exit_long": None,
        "exits": {"stop_loss_pct": 2, "target_pct": 4.5, "trailing_stop_pct": None},
        "sizing": {"kind": "cash", "value": 12345.67},
    }
    expected = Plan(
        name="All of it",
        enter_long=Group(
            "all",
            (
                Comparison(CLOSE, "BETWEEN", number(10.0), number(20.0)),
                Group(
                    "not",
                    (
                        Group(
                            "any",
                            (
                                Comparison(CLOSE, "RISING", number(1.0)),
                                Comparison(number(1.0), "==", number(2.0)),
                            ),
                        ),
                    ),
                ),
            ),
        ),
        exits=Exits(stop_loss_pct=2.0, target_pct=4.5),
        sizing=Sizing(kind="cash", value=1_234_567.0),
    )
    assert rules.parse(document) == rules.parse(json.dumps(document)) == rules.parse(json.dumps(document).encode())
    assert rules.parse(document) == expected


@pytest.mark.parametrize(
    ("slots", "direction"),
    [(("enter_long",), "long"), (("enter_short",), "short"), (("enter_long", "enter_short"), "both")],
)
def test_the_direction_follows_from_the_entries_where_it_is_not_given(slots, direction):
    condition = {"left": "CLOSE", "op": ">", "right": 1}
    assert rules.parse(dict.fromkeys(slots, condition)).direction == direction


def test_a_group_of_one_is_that_one():
    condition = {"left": "CLOSE", "op": ">", "right": 1}
    assert rules.parse({"enter_long": {"all": [{"any": [condition]}]}}) == rules.parse({"enter_long": condition})


@pytest.mark.parametrize("rupees", [0.01, 0.07, 1.15, 41_895_662_757.63, 999_999_999_999.99])
def test_every_amount_of_whole_paise_is_taken_to_the_paisa(rupees):
    document = {"enter_long": {"left": 1, "op": ">", "right": 0}, "sizing": {"kind": "cash", "value": rupees}}
    plan = rules.parse(document)
    assert plan.sizing.value == int(f"{rupees:.2f}".replace(".", ""))
    assert rules.to_json(plan)["sizing"] == {"kind": "cash", "value": rupees}


def test_exits_and_entries_are_rupees_and_clocks_outside_and_paise_and_minutes_inside():
    plan = rules.parse(
        {
            "enter_long": {"left": 1, "op": ">", "right": 0},
            "inputs": {"stop": 12.35, "leave": 1515},
            "exits": {"stop_loss_points": "stop", "target_atr": 2, "atr_period": 10, "square_off": "leave"},
            "entries": {"first_time": "09:20", "last_time": {"input": "leave"}, "max_per_day": 2},
        }
    )
    assert plan.exits == Exits(stop_loss_points=1235, target_atr=2.0, atr_period=10, square_off=915)
    assert plan.entries == Entries(first_minute=560, last_minute=915, max_per_day=2)
