"""Sweeps, walk-forwards, sensitivity and Monte Carlo over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import Sweep, SweepPart
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices, make_row, request_body, request_run
from tests.factories.strategies import make_predefined
from tests.factories.sweeps import GRID, WALK, make_completed_sweep, request_sweep, sweep_body

API = "/api/v1/backtest"
MISSING = f"{API}/sweeps/00000000-0000-4000-8000-000000000000/"


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def url(sweep: Sweep, tail: str = "") -> str:
    return f"{API}/sweeps/{sweep.sweep_id}/{tail}"


def run_alone(user: User, level: float) -> dict[str, Any]:
    """The statistics of the single run of a level."""
    rules = {"enter_long": {"left": "CLOSE", "op": ">", "right": level}}
    rules["exit_long"] = {"left": "CLOSE", "op": "<", "right": level}
    return dict(make_completed_run(user, rules=rules).extra["statistics"])


def test_a_sweep_is_accepted_and_waits(api: APIClient) -> None:
    response = api.post(f"{API}/sweep", sweep_body())

    body = response.json()
    assert response.status_code == 202, body
    assert (body["kind"], body["status"], body["progress"], body["combinations"]) == ("sweep", "pending", 0.0, 3)
    assert (body["grid"], body["walk"], body["best_rows"], body["verdict"]) == (GRID, None, [], None)
    assert body["strategy"]["name"] == "Above"


def test_the_rows_of_a_sweep_are_those_of_single_runs(api: APIClient, owner: User) -> None:
    sweep = make_completed_sweep(owner)

    body = api.get(url(sweep, "rows/?metric=total_return_pct")).json()

    assert (sweep.status, sweep.error_message) == ("completed", None)
    assert [row["parameters"] for row in body["results"]] == [{"level": 94.0}, {"level": 100.0}, {"level": 125.0}]
    for row in body["results"]:
        alone = run_alone(owner, row["parameters"]["level"])
        assert row["statistics"] == {key: alone[key] for key in row["statistics"]}


def test_a_completed_sweep_says_how_many_were_tried_and_what_the_best_is_worth(api: APIClient, owner: User) -> None:
    sweep = make_completed_sweep(owner)

    body = api.get(url(sweep)).json()

    verdict = body["verdict"]
    assert (body["status"], body["progress"], verdict["tried"], verdict["bars"]) == ("completed", 1.0, 3, 8)
    best = max(body["best_rows"], key=lambda row: row["statistics"]["sharpe"] or -9)
    assert (verdict["best"]["number"], body["best_rows"][0]) == (best["number"], best)
    assert verdict["best"]["statistics"] == run_alone(owner, best["parameters"]["level"])
    assert 0 < verdict["deflated_sharpe"] < verdict["best"]["statistics"]["probabilistic_sharpe"]
    assert api.get(f"{url(sweep)}?metric=max_drawdown_pct").json()["best_rows"][0]["parameters"] == {"level": 125.0}


def test_the_end_of_a_sweep_is_notified_once(api: APIClient, owner: User) -> None:
    make_completed_sweep(owner)
    services.execute_sweeps()

    (notice,) = api.get("/api/v1/notifications/").json()["results"]
    assert notice["title"] == "Sweep completed"
    assert notice["message"] == "Above on HANDMADE: 3 of 3 combinations were tried."


def test_a_predefined_strategy_leaves_out_what_makes_no_strategy(api: APIClient, owner: User) -> None:
    sweep = make_completed_sweep(
        owner, strategy_predefined=make_predefined().pk, grid={"fast": [1.0, 2.0], "slow": [2.0, 3.0]}
    )

    rows = api.get(url(sweep, "rows/")).json()["results"]
    assert sorted((row["parameters"]["fast"], row["parameters"]["slow"]) for row in rows) == [(1, 2), (1, 3), (2, 3)]
    heat = api.get(url(sweep, "heatmap?x=fast&y=slow&metric=trades")).json()
    assert (heat["x_values"], heat["y_values"]) == ([1.0, 2.0], [2.0, 3.0])
    assert heat["values"][0][1] is None
    assert heat["values"][0][0] == next(row["statistics"]["trades"] for row in rows if row["number"] == 0)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("x=level&y=level", {"y": "A heatmap needs two different inputs."}),
        ("x=level&y=other", {"y": "The sweep varies level, not other."}),
        ("x=other&y=level", {"x": "The sweep varies level, not other."}),
        ("x=level", {"y": "Name an input of the sweep."}),
        ("", {"x": "Name an input of the sweep."}),
        ("x=&y=level", {"x": "Name an input of the sweep."}),
        ("x=level&y=lag&metric=luck", {"metric": '"luck" is not a valid choice.'}),
    ],
)
def test_a_heatmap_of_what_was_not_varied_is_refused_at_its_field(
    api: APIClient, owner: User, query: str, said: dict[str, str]
) -> None:
    sweep = make_completed_sweep(owner)

    response = api.get(url(sweep, f"heatmap?{query}"))

    assert response.status_code == 400
    fields = response.json()["details"]["fields"]
    assert {name: problem["message"] for name, (problem,) in fields.items()} == said


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"grid": {}}, "grid"),
        ({"grid": {"level": []}}, "grid.level"),
        ({"grid": {"level": [1, 1]}}, "grid"),
        ({"grid": {"height": [1]}}, "grid.height"),
        ({"grid": {"level": list(range(150)), "lag": list(range(150))}}, "grid"),
        ({"grid": None}, "grid"),
        ({"walk": {"train_sessions": 5, "test_sessions": 2}}, "walk"),
    ],
)
def test_what_makes_no_sweep_is_refused(api: APIClient, values: dict[str, Any], field: str) -> None:
    response = api.post(f"{API}/sweep", sweep_body(**values))

    assert response.status_code == 400
    fields = response.json()["details"]["fields"]
    assert any(name == field or name.startswith(f"{field}.") for name in fields), fields
    assert not Sweep.objects.unscoped().exists()


def test_a_walk_forward_says_what_each_window_chose(api: APIClient, owner: User) -> None:
    response = api.post(f"{API}/walk-forward", sweep_body(walk=WALK))
    assert (response.status_code, response.json()["kind"]) == (202, "walk_forward")
    services.execute_sweeps()

    body = api.get(f"{API}/sweeps/{response.json()['sweep_id']}/").json()
    walked = body["walked"]
    assert (body["status"], body["verdict"], walked["tried"]) == ("completed", None, 6)
    # 99 110 120 95 and 120 95 90 104: every level that buys loses, so 125, which does not, is chosen both times.
    first, second = walked["windows"]
    assert (first["train_from"], first["train_to"], first["test_from"], first["test_to"]) == (
        "2024-01-01",
        "2024-01-04",
        "2024-01-05",
        "2024-01-06",
    )
    assert first["parameters"] == second["parameters"] == {"level": 125.0}
    assert (first["in_sample"]["total_return_pct"], second["in_sample"]["trades"]) == (0.0, 0.0)
    # 90 104 is below it; 130 130 is bought, and left at the end of the window for what it cost.
    assert (first["out_of_sample"]["trades"], second["out_of_sample"]["trades"]) == (0, 1)
    assert walked["equity"]["time"] == ["2024-01-05", "2024-01-06", "2024-01-07", "2024-01-08"]
    assert walked["equity"]["equity"] == [100000.0, 100000.0, 100000.0, 100000.0]


@pytest.mark.parametrize(
    ("walk", "reason"),
    [
        ({"train_sessions": 100}, "There are 8 sessions: too few to learn from 100 and trade after"),
        ({"train_sessions": 8}, "There are 8 sessions: too few to learn from 8 and trade after"),
    ],
)
def test_windows_that_do_not_fit_the_prices_are_refused_when_posted(
    api: APIClient, walk: dict[str, Any], reason: str
) -> None:
    response = api.post(f"{API}/walk-forward", sweep_body(walk={**WALK, **walk}))

    assert (response.status_code, response.json()["code"]) == (422, "SIMULATION_REFUSED")
    assert response.json()["message"] == f"The simulation refuses to run: {reason}."
    assert not Sweep.objects.unscoped().exists()


def test_the_list_shows_the_own_sweeps(api: APIClient, owner: User, stranger: User) -> None:
    sweep = make_completed_sweep(owner)
    request_sweep(owner, walk=WALK)
    request_sweep(stranger)

    assert api.get(f"{API}/sweeps/").json()["count"] == 2
    (only,) = api.get(f"{API}/sweeps/?status=completed&kind=sweep").json()["results"]
    assert (only["sweep_id"], only["progress"], only["strategy_name"]) == (sweep.sweep_id, 1.0, "Above")


@pytest.mark.parametrize("tail", ["", "rows/", "heatmap?x=level&y=lag"])
def test_a_strangers_sweep_is_as_if_it_were_not_there(api: APIClient, stranger: User, tail: str) -> None:
    theirs = request_sweep(stranger)

    hidden, missing = api.get(url(theirs, tail)), api.get(f"{MISSING}{tail}")
    assert (hidden.status_code, hidden.json()["code"]) == (404, "NOT_FOUND")
    assert hidden.json()["message"] == missing.json()["message"]
    assert api.post(url(theirs, "cancel"), {}).status_code == 404


def test_a_cancelled_sweep_ends_at_once_and_cannot_be_cancelled_twice(api: APIClient, owner: User) -> None:
    sweep = request_sweep(owner)

    body = api.post(url(sweep, "cancel"), {}).json()
    assert (body["status"], body["error_code"]) == ("failed", "CANCELLED")
    services.execute_sweeps()
    assert SweepPart.objects.get().status == "pending"
    again = api.post(url(sweep, "cancel"), {})
    assert (again.status_code, again.json()["code"]) == (409, "SWEEP_ALREADY_FINISHED")


def test_only_so_many_sweeps_of_a_user_may_be_unfinished(api: APIClient, owner: User) -> None:
    for _ in range(3):
        request_sweep(owner)

    response = api.post(f"{API}/sweep", sweep_body())
    assert (response.status_code, response.json()["code"]) == (429, "SWEEP_LIMIT")
    services.execute_sweeps()
    assert api.post(f"{API}/sweep", sweep_body()).status_code == 202


def test_the_same_key_starts_one_sweep(api: APIClient) -> None:
    first, second = (api.post(f"{API}/sweep", sweep_body(), headers={"Idempotency-Key": "one-sweep"}) for _ in range(2))

    assert first.json() == second.json()
    assert (second.headers["Idempotent-Replayed"], Sweep.objects.unscoped().count()) == ("true", 1)


def test_fills_vary_side_by_side(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)

    variants = api.post(f"{API}/runs/{run.run_id}/sensitivity", {}).json()["variants"]
    assert [each["variant"] for each in variants] == ["pessimistic", "tv_path", "optimistic", "next_open"]
    assert variants[0]["statistics"] == run.extra["statistics"]
    # Bought at the next open, which is the next close: 120 instead of 110, left at 90 instead of 95.
    assert variants[3]["statistics"]["total_return_pct"] < variants[0]["statistics"]["total_return_pct"]


def test_trades_are_redrawn_from_a_seed(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)
    target = f"{API}/runs/{run.run_id}/monte-carlo"

    body = api.post(target, {"draws": 100, "seed": 3}).json()
    assert body == api.post(target, {"draws": 100, "seed": 3, "method": "bootstrap"}).json()
    # One closed trade: 909 shares from 110 to 95, however it is drawn.
    assert (body["trades"], body["loss_probability"]) == (1, 1.0)
    assert [each["percentile"] for each in body["percentiles"]] == [5, 25, 50, 75, 95]
    assert {each["final_wallet_amount"] for each in body["percentiles"]} == {"86365.00"}


@pytest.mark.parametrize("action", ["sensitivity", "monte-carlo"])
def test_what_a_run_is_worth_needs_its_result(api: APIClient, owner: User, stranger: User, action: str) -> None:
    waiting, theirs = make_row(owner), make_row(stranger)

    assert api.post(f"{API}/runs/{waiting.run_id}/{action}", {}).json()["code"] == "RUN_NOT_COMPLETED"
    assert api.post(f"{API}/runs/{theirs.run_id}/{action}", {}).status_code == 404


def test_a_run_without_trades_has_nothing_to_redraw(api: APIClient, owner: User) -> None:
    quiet = {"enter_long": {"left": "CLOSE", "op": ">", "right": 1000}}
    run = make_completed_run(owner, rules=quiet)

    response = api.post(f"{API}/runs/{run.run_id}/monte-carlo", {})
    assert (response.status_code, response.json()["code"]) == (422, "NOTHING_TO_REDRAW")


def test_single_runs_go_before_parts_of_sweeps(owner: User) -> None:
    sweep = request_sweep(owner)
    run = request_run(owner)
    services.execute_sweeps()

    sweep.refresh_from_db(from_queryset=Sweep.objects.unscoped())
    run.refresh_from_db(from_queryset=type(run).objects.unscoped())
    assert run.finished_at is not None
    assert sweep.started_at is not None
    assert run.finished_at < sweep.started_at


def test_the_body_of_a_run_is_the_body_of_a_sweep_with_a_grid(api: APIClient) -> None:
    rules = {**sweep_body()["rules"], "exits": {"stop_loss_pct": 3}}
    settings = {"stop_loss_pct": 5, "sizing": {"kind": "percent_of_equity", "value": 50}, "fill_on": "next_open"}

    body = api.post(f"{API}/sweep", {**request_body(rules=rules, settings=settings), "grid": GRID}).json()
    stored = Sweep.objects.unscoped().get()
    assert body["status"] == "pending", body
    assert stored.strategy["family"]["document"]["exits"] == {"stop_loss_pct": 5.0}
    assert stored.settings["fill_on"] == "next_open"
