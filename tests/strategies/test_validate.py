"""Validation over HTTP: rules and scripts, understood or refused with the place."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.strategies.models import RuleBasedStrategy
from tests.factories.strategies import ABOVE_100

VALIDATE = "/api/v1/strategies/validate"
BAD_RULES = {"enter_long": {"left": "CLOSE", "op": ">", "right": "SMA(0)"}}
SCRIPT = """//@version=6
strategy("Cross")
length = input.int(5, "Length", minval=2)
if ta.crossover(close, ta.sma(close, length))
    strategy.entry("L", strategy.long)
"""


def test_valid_rules_come_back_as_understood_and_nothing_is_kept(api: APIClient) -> None:
    response = api.post(
        VALIDATE,
        {
            "rules": {"enter_long": {"left": "SMA(p)", "op": ">", "right": 1}, "inputs": {"p": 3}},
            "parameters": {"p": 5},
        },
    )

    body = response.json()
    assert (response.status_code, body["valid"], body["errors"]) == (200, True, [])
    assert body["sentence"] == "Buy when SMA(5) is above 1; each time with all of the equity."
    assert (body["inputs"], body["warmup_bars"]) == ({"p": 5.0}, 4)
    assert body["rules"]["enter_long"]["left"] == {
        "indicator": "SMA",
        "params": {"timeperiod": 5},
        "output": "value",
        "offset": 0,
    }
    assert RuleBasedStrategy.objects.unscoped().count() == 0


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"rules": BAD_RULES}, "/enter_long/right"),
        ({"rules": {}}, ""),
        ({"rules": [1]}, "/0"),
        ({"rules": ABOVE_100, "parameters": {"p": 1}}, "/inputs/p"),
        ({"rules": {**ABOVE_100, "inputs": {"p": 1}}, "parameters": {"p": True}}, "/inputs/p"),
    ],
)
def test_rules_that_cannot_be_understood_are_answered_with_the_place(
    api: APIClient, body: dict[str, Any], pointer: str
) -> None:
    response = api.post(VALIDATE, body)

    answer = response.json()
    assert (response.status_code, answer["valid"], answer["rules"]) == (200, False, None)
    assert [problem["pointer"] for problem in answer["errors"]] == [pointer]


def test_longer_timeframes_are_counted_apart(api: APIClient) -> None:
    condition = {"left": "EMA(20)@1h", "op": "CROSS_ABOVE", "right": "EMA(50)@1h[2]"}

    body = api.post(VALIDATE, {"rules": {"enter_long": {"all": [condition, {"left": "RSI", "op": ">", "right": 5}]}}})

    answer = body.json()
    assert (answer["warmup_bars"], answer["warmup_timeframes"]) == (14, {"1h": 52})
    assert answer["sentence"].startswith("Buy when EMA(20) on 1h bars crosses above EMA(50)[2] on 1h bars and RSI(14) ")


def test_the_state_of_the_position_is_refused_with_a_reason(api: APIClient) -> None:
    body = api.post(VALIDATE, {"rules": {**ABOVE_100, "exit_long": {"left": "PNL", "op": "<", "right": -100}}}).json()

    assert body["errors"] == [
        {
            "pointer": "/exit_long/left",
            "message": "PNL depends on the position, and rules do not see it: use exits, sizing or a script",
            "line": None,
            "column": None,
            "code": None,
        }
    ]


def test_a_script_comes_back_with_its_inputs_as_form_fields(api: APIClient) -> None:
    body = api.post(VALIDATE, {"script": SCRIPT, "parameters": {"length": 9}}).json()

    assert (body["valid"], body["errors"], body["name"], body["rules"]) == (True, [], "Cross", None)
    assert body["inputs"] == {"length": 9}
    (field,) = body["form"]
    assert (field["name"], field["label"], field["type"], field["min"]) == ("length", "Length", "int", 2)
    # As a preview and a run say it.
    said = "The script Cross enters long, leaves only by reversing, with 1 share at a time; length = 9."
    assert body["sentence"] == said


@pytest.mark.parametrize(
    ("script", "place"),
    [
        ("", (1, 1)),
        ('//@version=6\nstrategy("x")\nplain = open("etc")\n', (3, 9)),
        ('//@version=6\nstrategy("x")\nif close > nothing\n    strategy.entry("L", strategy.long)\n', (3, 12)),
    ],
)
def test_a_script_that_is_refused_says_line_and_column(api: APIClient, script: str, place: tuple[int, int]) -> None:
    body = api.post(VALIDATE, {"script": script}).json()

    (problem,) = body["errors"]
    assert (body["valid"], problem["pointer"]) == (False, "/script")
    assert problem["code"].startswith("SCRIPT_")
    assert (problem["line"], problem["column"]) == place


@pytest.mark.parametrize("body", [{}, {"rules": ABOVE_100, "script": SCRIPT}, {"script": 7, "rules": {}}])
def test_neither_and_both_are_refused(api: APIClient, body: dict[str, Any]) -> None:
    response = api.post(VALIDATE, body)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
