"""Sweeps, walk-forwards, sensitivity and Monte Carlo of scripts: what rules that say the same give."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import constants, services
from apps.backtests.models import Sweep
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices
from tests.factories.sweeps import ABOVE_SCRIPT, WALK, make_completed_sweep, sweep_body

API = "/api/v1/backtest"
SCRIPT = {"strategy_custom_script": ABOVE_SCRIPT}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def rows(api: APIClient, sweep: Sweep) -> list[dict[str, Any]]:
    assert (sweep.status, sweep.error_message) == ("completed", None)
    found: list[dict[str, Any]] = api.get(f"{API}/sweeps/{sweep.sweep_id}/rows/").json()["results"]
    return found


def test_a_script_is_swept_as_the_rules_that_say_the_same(api: APIClient, owner: User) -> None:
    response = api.post(f"{API}/sweep", sweep_body(rules=None, **SCRIPT))
    assert (response.status_code, response.json()["combinations"]) == (202, 3)
    assert (response.json()["strategy"]["kind"], response.json()["strategy"]["name"]) == ("script", "Above")
    services.execute_sweeps()

    script = Sweep.objects.unscoped().get()
    rules = make_completed_sweep(owner)
    assert rows(api, script) == rows(api, rules)
    assert script.extra["best"] == rules.extra["best"]
    # The script's own input, not the rules' default.
    assert script.strategy["parameters"]["mood"] == "calm"


def test_a_value_out_of_an_inputs_bounds_is_not_tried(api: APIClient, owner: User) -> None:
    sweep = make_completed_sweep(owner, **SCRIPT, grid={"level": [89.5, 90.0], "lag": [1.0, 1.5]})

    assert [row["parameters"] for row in rows(api, sweep)] == [{"level": 90.0, "lag": 1.0}]
    assert sweep.extra["tried"] == 1


def test_a_bool_varies_as_one_and_zero_and_other_inputs_keep_the_values_given(api: APIClient, owner: User) -> None:
    sweep = make_completed_sweep(
        owner, **SCRIPT, grid={"trades": [0.0, 1.0]}, parameters={"level": 125.0, "mood": "wild"}
    )

    # Above 125 on the last two bars only: bought on the first of them, never sold.
    assert {row["parameters"]["trades"]: row["statistics"]["trades"] for row in rows(api, sweep)} == {0.0: 0, 1.0: 0}
    assert sweep.strategy["parameters"] == {"level": 125.0, "lag": 0, "trades": True, "mood": "wild"}
    low = make_completed_sweep(owner, **SCRIPT, grid={"trades": [0.0, 1.0]}, parameters={"level": 100})
    assert {row["parameters"]["trades"]: row["statistics"]["trades"] for row in rows(api, low)} == {0.0: 0, 1.0: 1}


@pytest.mark.parametrize(
    ("values", "code", "place"),
    [
        ({"grid": {"height": [1]}}, "VALIDATION_ERROR", "grid.height"),
        ({"grid": {"mood": [1]}}, "VALIDATION_ERROR", "grid.mood"),
        ({"parameters": {"height": 1}}, "INVALID_SCRIPT", "/parameters"),
        ({"strategy_custom_script": "x"}, "INVALID_SCRIPT", "/strategy_custom_script"),
        ({"settings": {"stop_loss_pct": 1}}, "VALIDATION_ERROR", "settings.stop_loss_pct"),
    ],
)
def test_what_makes_no_sweep_of_a_script_is_refused(
    api: APIClient, values: dict[str, Any], code: str, place: str
) -> None:
    response = api.post(f"{API}/sweep", sweep_body(**{"rules": None, **SCRIPT, **values}))

    details = response.json()["details"]
    assert (response.status_code, response.json()["code"]) == (400, code)
    assert place in (
        details["fields"] if code == "VALIDATION_ERROR" else [each["pointer"] for each in details["errors"]]
    )
    assert not Sweep.objects.unscoped().exists()


def test_a_script_that_never_ends_fails_its_sweep(api: APIClient, owner: User) -> None:
    endless = ABOVE_SCRIPT + "while lag > 0\n    x = lag\n"
    sweep = make_completed_sweep(owner, strategy_custom_script=endless, grid={"lag": [0.0, 1.0]})

    assert (sweep.status, sweep.extra["code"]) == ("failed", "SIMULATION_REFUSED")
    assert "Line 11" in (sweep.error_message or "")


def test_a_script_walks_forward_as_the_rules_that_say_the_same(api: APIClient, owner: User) -> None:
    grid = {"level": [94.0, 100.0, 109.0, 125.0]}
    walk = {**WALK, "metric": "trades"}
    script, rules = (make_completed_sweep(owner, walk=walk, grid=grid, **kind) for kind in (SCRIPT, {}))

    assert script.status == rules.status == "completed"
    assert script.extra == rules.extra
    # 99 110 120 95: only 100 buys and sells. 120 95 90 104: 94 does so too, and is the first of equals.
    assert [window["parameters"] for window in script.extra["windows"]] == [{"level": 100.0}, {"level": 94.0}]
    assert script.extra["windows"][1]["out_of_sample"]["trades"] == 1


def test_orders_before_a_window_are_not_placed_but_what_is_kept_is_warm(api: APIClient, owner: User) -> None:
    # Buys on its third bar and never again: that bar is learned from, so nothing is traded after it.
    third = ABOVE_SCRIPT.replace("if close > level and trades", "var int n = 0\nn += 1\nif n == 3")
    fifth = third.replace("n == 3", "n == 5")
    grid = {"level": [90.0]}
    walk = {**WALK, "metric": "total_return_pct"}
    before, within = (
        make_completed_sweep(owner, strategy_custom_script=text, walk=walk, grid=grid) for text in (third, fifth)
    )

    assert [window["out_of_sample"]["trades"] for window in before.extra["windows"]] == [0, 0]
    assert [window["out_of_sample"]["trades"] for window in within.extra["windows"]] == [1, 0]


def test_fills_of_a_script_vary_side_by_side(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner, **SCRIPT)

    variants = api.post(f"{API}/runs/{run.run_id}/sensitivity", {}).json()["variants"]
    assert [each["variant"] for each in variants] == ["pessimistic", "tv_path", "optimistic", "next_open"]
    assert run.settings["fill_on"] == "same_close"
    assert variants[0]["statistics"] == run.extra["statistics"]
    assert variants[3]["statistics"]["total_return_pct"] < variants[0]["statistics"]["total_return_pct"]


@pytest.mark.parametrize("strategy", [SCRIPT, {}], ids=["script", "rules"])
def test_a_sensitivity_that_takes_too_long_is_ended_and_no_thread_waits_for_it(
    api: APIClient, owner: User, monkeypatch: pytest.MonkeyPatch, strategy: dict[str, Any]
) -> None:
    run = make_completed_run(owner, **strategy)
    monkeypatch.setattr(constants, "SENSITIVITY_SECONDS", 0.0)

    refused = api.post(f"{API}/runs/{run.run_id}/sensitivity", {})

    assert (refused.status_code, refused.json()["code"]) == (422, "RUN_TIMED_OUT")


def test_trades_of_a_script_are_redrawn_and_its_run_compared(api: APIClient, owner: User) -> None:
    run, other = make_completed_run(owner, **SCRIPT), make_completed_run(owner)

    body = api.post(f"{API}/runs/{run.run_id}/monte-carlo", {"draws": 10, "seed": 3}).json()
    assert (body["trades"], body["draws"]) == (len(run.list_of_trades_json or []), 10)
    compared = api.get(f"{API}/runs/{run.run_id}/compare?with={other.run_id}")
    assert compared.status_code == 200
