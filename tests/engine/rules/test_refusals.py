"""What a rules document may not say: each refusal points at the value that is wrong, and comes fast."""

from __future__ import annotations

import json
import re

import pytest

from engine import rules
from engine.errors import InvalidRules

OK = {"left": "CLOSE", "op": ">", "right": 1}


def pointer_of(document):
    with pytest.raises(InvalidRules) as refusal:
        rules.parse(document)
    assert str(refusal.value).isascii()
    assert len(str(refusal.value)) < 600
    return refusal.value.pointer


def nested(groups, inner=OK):
    return inner if groups == 0 else {"all": [nested(groups - 1, inner), OK]}


@pytest.mark.parametrize("document", [None, 1, True, "", "nope", "[", b"\xff", "{}x", {}, "{}", '"CLOSE"', "[1]"])
def test_what_is_no_document_is_refused(document):
    assert pointer_of(document) in ("", "/0")


@pytest.mark.parametrize(
    "document", [{"exit_long": OK}, {"enter_long": OK, "direction": "short"}, {"enter_long": None}]
)
def test_a_plan_that_never_enters_is_refused(document):
    assert pointer_of(document) == ""


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ({"enter_long": OK, "nmae": "x"}, "/nmae"),
        ({"enter_long": OK, "a/b~c": 1}, "/a~1b~0c"),
        ({"enter_long": OK, 7: 1}, ""),
        ({"enter_long": {**OK, "value": 1}}, "/enter_long/value"),
        ({"enter_long": {"all": [OK], "any": [OK]}}, "/enter_long/any"),
        ({"enter_long": {"all": []}}, "/enter_long/all"),
        ({"enter_long": {"all": None}}, "/enter_long"),
        ({"enter_long": {"all": {"0": OK}}}, "/enter_long/all"),
        ({"enter_long": {"any": [OK, {"not": {}}]}}, "/enter_long/any/1/not"),
        ({"enter_long": {"not": [OK]}}, "/enter_long/not"),
        ({"enter_long": [OK]}, "/enter_long"),
        ({"enter_long": {"op": ">", "right": 1}}, "/enter_long"),
        ({"enter_long": {"left": "CLOSE", "op": ">"}}, "/enter_long"),
        ({"enter_long": {"left": "CLOSE", "op": "BETWEEN", "right": 1}}, "/enter_long"),
        ({"enter_long": {**OK, "upper": 2}}, "/enter_long"),
        ({"enter_long": {**OK, "op": "=>"}}, "/enter_long/op"),
        ({"enter_long": {**OK, "op": [">"]}}, "/enter_long/op"),
        ({"enter_long": {"left": "CLOSE", "op": "RISING", "right": 0}}, "/enter_long/right"),
        ({"enter_long": {"left": "CLOSE", "op": "RISING", "right": 1.5}}, "/enter_long/right"),
        ({"enter_long": {"left": "CLOSE", "op": "RISING", "right": "CLOSE"}}, "/enter_long/right"),
        ({"enter_long": OK, "direction": "sideways"}, "/direction"),
        ({"enter_long": OK, "name": "x" * 121}, "/name"),
        ({"enter_long": OK, "name": "caf\u00e9"}, "/name"),
        ({"enter_long": OK, "name": "a\nb"}, "/name"),
        ({"enter_long": OK, "name": 7}, "/name"),
        ({"enter_long": OK, "inputs": [1]}, "/inputs"),
        ({"enter_long": OK, "inputs": {"Fast": 1}}, "/inputs/Fast"),
        ({"enter_long": OK, "inputs": {"fast": "9"}}, "/inputs/fast"),
        ({"enter_long": OK, "inputs": {f"n{i}": i for i in range(33)}}, "/inputs"),
        ({"enter_long": OK, "exits": {"stop_pct": 1}}, "/exits/stop_pct"),
        ({"enter_long": OK, "exits": {"stop_loss_pct": 0}}, "/exits/stop_loss_pct"),
        ({"enter_long": OK, "exits": {"target_pct": 1000.01}}, "/exits/target_pct"),
        ({"enter_long": OK, "exits": {"stop_loss_pct": 100.01}}, "/exits/stop_loss_pct"),
        ({"enter_long": OK, "exits": {"trailing_stop_pct": True}}, "/exits/trailing_stop_pct"),
        ({"enter_long": OK, "exits": {"stop_loss_pct": 1, "stop_loss_atr": 2}}, "/exits/stop_loss_atr"),
        ({"enter_long": OK, "exits": {"target_points": 1.005}}, "/exits/target_points"),
        ({"enter_long": OK, "exits": {"target_atr": 1000.5}}, "/exits/target_atr"),
        ({"enter_long": OK, "exits": {"stop_loss_pct": 1, "atr_period": 9}}, "/exits/atr_period"),
        ({"enter_long": OK, "exits": {"stop_loss_atr": 1, "atr_period": 501}}, "/exits/atr_period"),
        ({"enter_long": OK, "exits": {"max_bars": 1.5}}, "/exits/max_bars"),
        ({"enter_long": OK, "exits": {"square_off": "24:00"}}, "/exits/square_off"),
        ({"enter_long": OK, "exits": {"square_off": "15:60"}}, "/exits/square_off"),
        ({"enter_long": OK, "exits": {"square_off": 1260}}, "/exits/square_off"),
        ({"enter_long": OK, "exits": {"square_off": "00:00"}}, "/exits/square_off"),
        ({"enter_long": OK, "entries": {"kind": "iceberg"}}, "/entries/kind"),
        ({"enter_long": OK, "entries": {"offset_pct": 1}}, "/entries/offset_pct"),
        ({"enter_long": OK, "entries": {"kind": "limit", "offset_pct": -1}}, "/entries/offset_pct"),
        ({"enter_long": OK, "entries": {"kind": "limit", "valid_bars": 0}}, "/entries/valid_bars"),
        ({"enter_long": OK, "entries": {"max_entries": 0}}, "/entries/max_entries"),
        ({"enter_long": OK, "entries": {"first_time": "10:00", "last_time": "09:00"}}, "/entries/last_time"),
        ({"enter_long": OK, "sizing": {"kind": "risk_per_trade", "value": 101}}, "/sizing/value"),
        ({"enter_long": OK, "sizing": {"value": 1}}, "/sizing"),
        ({"enter_long": OK, "sizing": {"kind": "half"}}, "/sizing/kind"),
        ({"enter_long": OK, "sizing": {"kind": "quantity"}}, "/sizing"),
        ({"enter_long": OK, "sizing": {"kind": "all_in", "value": 5}}, "/sizing/value"),
        ({"enter_long": OK, "sizing": {"kind": "quantity", "value": 1.5}}, "/sizing/value"),
        ({"enter_long": OK, "sizing": {"kind": "quantity", "value": -1}}, "/sizing/value"),
        ({"enter_long": OK, "sizing": {"kind": "cash", "value": 10.005}}, "/sizing/value"),
        ({"enter_long": OK, "sizing": {"kind": "percent_of_equity", "value": 101}}, "/sizing/value"),
    ],
)
def test_the_pointer_names_the_offending_value(document, pointer):
    assert pointer_of(document) == pointer


BAD_TEXTS = re.split(
    r"\|",
    "FOO|close|SMA(0)|SMA(501)|SMA(2.5)|SMA(-3)|SMA(1,2)|SMA(,)|SMA(fast)|SMA(9|SMA(9))|SMA(SMA(9))|SMA(9).upper|"
    "SMA(9)[501]|SMA(9)[-1]|SMA(9)[1.5]|SMA(9)[1][1]|EMA(9)x|CLOSE()|CLOSE.value|CLOSE[1000]|MACD(26,12,9)|30|1+1|"
    "CLOSE@2h|CLOSE@|SMA(9)[1]@1h|SMA(9)@1H|PNL|POSITION|9:20|24:00|"
    "__import__('os')|SMA(9)\n|\u0405MA(9)|SMA(\uff19)|SMA(\u0669)|SMA(9)\x00|| ",
)
BAD_VALUES: tuple[object, ...] = (True, None, [], {}, float("nan"), float("inf"), -float("inf"), 10**400, "S" * 10_000)
BAD_OBJECTS = (
    {"number": None},
    {"number": True},
    {"number": 1, "price": "CLOSE"},
    {"price": "VWAP"},
    {"price": ["CLOSE"]},
    {"price": "CLOSE", "offset": -1},
    {"price": "CLOSE", "offset": 501},
    {"price": "CLOSE", "offset": 1.5},
    {"input": "fast"},
    {"indicator": "FOO"},
    {"indicator": "SMA", "params": [9]},
    {"indicator": "SMA", "params": {"length": 9}},
    {"indicator": "SMA", "params": {"timeperiod": True}},
    {"indicator": "SMA", "params": {"timeperiod": 501}},
    {"indicator": "SMA", "output": "upper"},
    {"indicator": "SMA", "timeframe": "5m"},
    {"price": "CLOSE", "timeframe": 60},
    {"number": 1, "timeframe": "1h"},
    {"indicator": "PNL"},
)


@pytest.mark.parametrize("operand", [*BAD_TEXTS, *BAD_VALUES, *BAD_OBJECTS], ids=lambda operand: ascii(operand)[:30])
def test_operands_outside_the_grammar_are_refused(operand):
    assert pointer_of({"enter_long": {"left": operand, "op": ">", "right": 1}}).startswith("/enter_long")


def test_the_pointer_reaches_into_parameters_and_offsets():
    deep = {"left": {"indicator": "SMA", "params": {"timeperiod": 501}}, "op": ">", "right": 1}
    assert pointer_of({"enter_long": deep}) == "/enter_long/left/params/timeperiod"
    deep = {"left": {"indicator": "SMA", "offset": "nine"}, "op": ">", "right": 1}
    assert pointer_of({"enter_long": deep}) == "/enter_long/left/offset"


def test_depth_is_limited_to_five_groups():
    rules.parse({"enter_long": nested(5)})
    assert pointer_of({"enter_long": nested(6)}) == "/enter_long" + "/all/0" * 5
    assert pointer_of({"enter_long": nested(5, {"not": OK})}) == "/enter_long" + "/all/0" * 5


def test_conditions_are_limited_to_fifty():
    half = {"all": [OK] * 25}
    rules.parse({"enter_long": {"any": [half, half]}})
    assert pointer_of({"enter_long": {"any": [half, {"all": [OK] * 26}]}}) == "/enter_long/any/1/all/25"
    assert pointer_of({"enter_long": {"all": [OK] * 51}}) == "/enter_long/all"


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ('{"name": "a", "name": "b", "enter_long": {"left": 1, "op": ">", "right": 0}}', "/name"),
        ('{"enter_long": {"left": 1, "left": 2, "op": ">", "right": 0}}', "/enter_long/left"),
        ('{"inputs": {"x": 1, "x": 1}, "enter_long": {"left": 1, "op": ">", "right": 0}}', "/inputs/x"),
        ('{"enter_long": {"left": NaN, "op": ">", "right": 0}}', "/enter_long/left"),
        ('{"enter_long": {"left": 1, "op": ">", "right": -Infinity}}', "/enter_long/right"),
        ('{"enter_long": {"left": 1, "op": ">", "right": 1e999}}', "/enter_long/right"),
        ('{"enter_long": {"left": 1, "op": ">", "right": ' + "9" * 5000 + "}}", ""),
        ("[" * 60_000, ""),
        ('{"enter_long":' * 4_000, ""),
        (" " * 65_537, ""),
    ],
    ids=lambda value: value[:30],
)
def test_hostile_text_is_refused(text, pointer):
    assert pointer_of(text) == pointer


def test_huge_documents_are_refused_before_they_are_read():
    class Untouchable(list):
        def __iter__(self):
            raise AssertionError("the list was read")

    assert pointer_of({"enter_long": {"all": Untouchable([OK] * 51)}}) == "/enter_long/all"
    assert pointer_of({"rules": Untouchable([OK] * 51)}) == "/rules"
    endless: dict[str, object] = {}
    endless["not"] = endless
    assert pointer_of({"enter_long": endless}) == "/enter_long" + "/not" * 5
    assert pointer_of({"enter_long": OK, "x" * 1_000_000: 1}) == "/" + "x" * 40


def test_errors_are_said_in_words():
    with pytest.raises(InvalidRules) as refusal:
        rules.parse(json.dumps({"enter_long": {"left": "EMO(9)", "op": ">", "right": 1}}))
    assert str(refusal.value) == "/enter_long/left: There is no price or indicator 'EMO'"


@pytest.mark.parametrize("operand", ["PNL", "PNL[1]", {"indicator": "PNL"}])
def test_the_state_of_the_position_is_refused_with_what_to_use_instead(operand):
    with pytest.raises(InvalidRules, match=r"PNL depends on the position, .*: use exits, sizing or a script"):
        rules.parse({"enter_long": OK, "exit_long": {"left": operand, "op": "<", "right": -500}})
