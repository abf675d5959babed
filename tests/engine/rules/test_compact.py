"""The compact form of rules becomes the same plan as the full form says."""

from __future__ import annotations

import pytest

from engine import rules
from engine.errors import InvalidRules

ABOVE = {"left": "EMA(9)", "op": "CROSS_ABOVE", "right": "EMA(21)"}
BELOW = {"left": "EMA(9)", "op": "CROSS_BELOW", "right": "EMA(21)"}
HOT = {"left": "RSI(14)", "op": ">", "right": 70}


def rule(action, *conditions, **more):
    return {"name": action.lower(), "conditions": list(conditions), "action": action, **more}


def test_one_buy_rule_enters_long():
    assert rules.parse(rule("BUY", ABOVE, HOT, operator="AND")) == rules.parse(
        {"name": "buy", "enter_long": {"all": [ABOVE, HOT]}, "direction": "long"}
    )


def test_conditions_are_joined_by_and_unless_told_otherwise():
    assert rules.parse(rule("BUY", ABOVE, HOT)) == rules.parse(rule("BUY", ABOVE, HOT, operator="AND"))
    either = rules.parse(rule("BUY", ABOVE, HOT, operator="OR"))
    assert either == rules.parse({"name": "buy", "enter_long": {"any": [ABOVE, HOT]}})


LIST = [rule("BUY", ABOVE), rule("SELL", BELOW), rule("EXIT", HOT)]


@pytest.mark.parametrize("document", [LIST, {"rules": LIST}, {"rules": LIST, "direction": "long"}])
def test_a_list_of_rules_is_long_only_by_default(document):
    assert rules.parse(document) == rules.parse(
        {"name": "buy", "enter_long": ABOVE, "exit_long": {"any": [BELOW, HOT]}, "direction": "long"}
    )


def test_with_both_directions_selling_enters_short_and_buying_leaves_it():
    assert rules.parse({"rules": LIST, "name": "two ways", "direction": "both"}) == rules.parse(
        {
            "name": "two ways",
            "enter_long": ABOVE,
            "exit_long": {"any": [BELOW, HOT]},
            "enter_short": BELOW,
            "exit_short": {"any": [ABOVE, HOT]},
            "direction": "both",
        }
    )


def test_short_only_enters_on_sell_and_knows_no_long_side():
    assert rules.parse({"rules": LIST, "direction": "short"}) == rules.parse(
        {"name": "buy", "enter_short": BELOW, "exit_short": {"any": [ABOVE, HOT]}, "direction": "short"}
    )


def test_groups_nest_in_either_spelling():
    nested = rule("BUY", ABOVE, {"conditions": [HOT, BELOW], "operator": "OR"})
    assert rules.parse(nested) == rules.parse(rule("BUY", ABOVE, {"any": [HOT, BELOW]}))


def test_one_rule_may_bring_inputs_exits_and_sizing():
    document = rule("BUY", {"left": "RSI(length)", "op": "<", "right": "low"}, inputs={"length": 7, "low": 25})
    plan = rules.parse({**document, "exits": {"target_pct": 4}, "sizing": {"kind": "quantity", "value": 3}})
    full = {"name": "buy", "inputs": {"length": 7, "low": 25}, "enter_long": {"left": "RSI(7)", "op": "<", "right": 25}}
    assert plan == rules.parse({**full, "exits": {"target_pct": 4}, "sizing": {"kind": "quantity", "value": 3}})


@pytest.mark.parametrize(
    ("document", "pointer"),
    [
        ([], ""),
        ({"rules": []}, "/rules"),
        ([rule("HOLD", ABOVE)], "/0/action"),
        ({"rules": [rule("BUY", ABOVE), rule("SELL")]}, "/rules/1/conditions"),
        ([rule("BUY", ABOVE, operator="XOR")], "/0/operator"),
        ([rule("BUY", {"left": "EMA(9)", "op": ">", "right": "EMO(9)"})], "/0/conditions/0/right"),
        ([rule("BUY", ABOVE, exits={})], "/0/exits"),
        ([rule("BUY", ABOVE, priority=1)], "/0/priority"),
        ([{"conditions": [ABOVE]}], "/0"),
        (rule("SELL", ABOVE), ""),
        (rule("EXIT", ABOVE), ""),
        ({"conditions": None, "action": "BUY"}, ""),
        ([rule("BUY", ABOVE, name="\u0915")], "/0/name"),
        ([rule("BUY", *[HOT] * 30), rule("SELL", *[HOT] * 21)], "/1/conditions/20"),
    ],
)
def test_refusals_point_at_what_is_wrong(document, pointer):
    with pytest.raises(InvalidRules) as refusal:
        rules.parse(document)
    assert refusal.value.pointer == pointer
