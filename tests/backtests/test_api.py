"""Reading, cancelling, exporting and comparing backtests over HTTP."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests import services
from apps.backtests.models import BacktestRun
from apps.users.models import User
from tests.factories.backtests import make_completed_run, make_prices, make_row, request_run

RUNS = "/api/v1/backtest/runs/"
MISSING = f"{RUNS}00000000-0000-4000-8000-000000000000/"


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def url(run: BacktestRun, tail: str = "") -> str:
    return f"{RUNS}{run.run_id}/{tail}"


def rows_of(response: Any) -> list[dict[str, str]]:
    """The lines of a streamed CSV file by column."""
    return list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode())))


def test_detail_of_a_completed_run(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)

    body = api.get(url(run)).json()

    assert (body["status"], body["stage"], body["progress"]) == ("completed", "done", 1.0)
    assert (body["final_wallet_amount"], body["total_pnl"], body["pnl_percentage"]) == ("107945.00", "7945.00", "7.95")
    assert (body["number_of_trades"], body["error_code"], body["error_message"]) == (1, None, None)
    assert body["statistics"]["trades"] == 1
    assert body["assumptions"]["fill_on"] == "same_close"
    assert body["open_trade"]["quantity"] == 830
    assert body["rejected_orders"] == []
    assert body["open_trades"] == [body["open_trade"]]
    assert body["open_trade"]["instrument"] is None
    assert (body["queue_position"], body["eta_seconds"]) == (None, None)


def test_detail_of_a_failed_run_says_why(api: APIClient, owner: User) -> None:
    run = make_row(owner, status="failed", error_message="No prices.", extra={"code": "NO_BARS"})

    body = api.get(url(run)).json()

    assert (body["status"], body["error_code"], body["error_message"]) == ("failed", "NO_BARS", "No prices.")
    assert (body["statistics"], body["assumptions"], body["open_trade"]) == (None, None, None)


def test_waiting_run_shows_its_place_and_when_it_may_end(api: APIClient, owner: User, stranger: User) -> None:
    make_row(owner, status="completed", final_wallet_amount=Decimal(1), time_taken=4.2)
    make_row(stranger)
    run = request_run(owner)

    body = api.get(url(run)).json()

    assert (body["queue_position"], body["eta_seconds"]) == (2, 9)


def test_list_is_newest_first_and_light(api: APIClient, owner: User, stranger: User) -> None:
    first, second = make_completed_run(owner), request_run(owner)
    make_row(stranger)

    body = api.get(RUNS).json()

    assert [row["run_id"] for row in body["results"]] == [second.run_id, first.run_id]
    assert body["results"][1]["strategy_name"] == "Above 100"
    assert not {"statistics", "strategy", "list_of_trades_json", "equity_curve_json"} & body["results"][1].keys()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("status=failed", [1]),
        ("instrument_identifier=OTHER", [2]),
        ("instrument_type=sector", [2]),
        ("ordering=created_at", [0, 1, 2]),
        ("ordering=-pnl_percentage&status=completed", [2, 0]),
    ],
)
def test_list_filters_and_orders(api: APIClient, owner: User, query: str, expected: list[int]) -> None:
    done: dict[str, Any] = {"status": "completed", "final_wallet_amount": Decimal(1)}
    rows = [
        make_row(owner, pnl_percentage=Decimal("1.00"), **done),
        make_row(owner, status="failed"),
        make_row(
            owner,
            pnl_percentage=Decimal("2.00"),
            instrument_type="sector",
            instrument_identifier="OTHER",
            **done,
        ),
    ]

    body = api.get(f"{RUNS}?{query}").json()

    assert [row["run_id"] for row in body["results"]] == [rows[index].run_id for index in expected]


@pytest.mark.parametrize("query", ["ordering=user", "ordering=-extra", "status=lost", "colour=blue"])
def test_list_takes_no_other_order_or_filter(api: APIClient, query: str) -> None:
    assert api.get(f"{RUNS}?{query}").status_code == 400


def test_detail_costs_three_queries_then_two_and_six_while_it_waits(
    api: APIClient, owner: User, django_assert_num_queries: Any
) -> None:
    completed, waiting = make_completed_run(owner), request_run(owner)

    # Who asks, the version of the run, and the run itself where that version has not been drawn yet.
    with django_assert_num_queries(3):
        first = api.get(url(completed)).content
    with django_assert_num_queries(2):
        second = api.get(url(completed)).content
    assert second == first
    api.get(url(waiting))
    with django_assert_num_queries(6):  # who asks, no version, the run, its place, runs like it, who runs
        api.get(url(waiting))


def test_trades_are_paged_in_their_order(api: APIClient, owner: User, django_assert_num_queries: Any) -> None:
    rules = {"enter_long": {"left": "CLOSE", "op": ">", "right": 100}, "exits": {"target_pct": 1}}
    run = make_completed_run(owner, rules=rules)

    with django_assert_num_queries(4):
        body = api.get(url(run, "trades/?page_size=1")).json()

    assert (body["count"], len(body["results"])) == (2, 1)
    trade = body["results"][0]
    assert (trade["buy_date"], trade["buy_price"], trade["sell_date"], trade["sell_price"]) == (
        "2024-01-02",
        "110.00",
        "2024-01-03",
        "120.00",
    )
    assert (trade["pnl"], trade["exit_reason"], trade["bars_held"]) == ("9090.00", "target", 1)


@pytest.mark.parametrize("tail", ["", "trades/", "equity", "export_csv", "compare?with=x"])
def test_stranger_gets_the_answer_of_a_missing_run(
    api: APIClient, stranger_api: APIClient, owner: User, tail: str
) -> None:
    run = make_completed_run(owner)

    theirs, missing = stranger_api.get(url(run, tail)), api.get(f"{MISSING}{tail}")

    assert theirs.status_code == missing.status_code == 404
    assert {**theirs.json(), "request_id": ""} == {**missing.json(), "request_id": ""}


@pytest.mark.parametrize("tail", ["equity", "export_csv"])
def test_run_without_a_result_conflicts(api: APIClient, owner: User, tail: str) -> None:
    response = api.get(url(make_row(owner), tail))

    assert (response.status_code, response.json()["code"]) == (409, "RUN_NOT_COMPLETED")


def test_export_is_a_csv_file_of_the_trades(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)

    response = api.get(url(run, "export_csv"))

    (row,) = rows_of(response)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="backtest-{run.run_id}.csv"'
    assert (row["instrument"], row["strategy"], row["entry_date"], row["quantity"], row["pnl"]) == (
        "HANDMADE",
        "Above 100",
        "2024-01-02",
        "909",
        "-13635.0",
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_name_that_looks_like_a_formula_is_text_in_the_export(api: APIClient, owner: User, start: str) -> None:
    name = f'{start}HYPERLINK("http://example.com")'
    run = make_completed_run(owner)
    BacktestRun.objects.for_user(owner).filter(pk=run.pk).update(strategy={**run.strategy, "name": name})

    response = api.get(url(run, "export_csv"))

    (row,) = rows_of(response)
    assert (row["strategy"], row["pnl"]) == (f"'{name}", "-13635.0")


@pytest.mark.parametrize("accept", ["text/csv", "text/csv; charset=utf-8", "*/*", "application/json"])
def test_export_is_given_to_a_client_that_accepts_only_csv(api: APIClient, owner: User, accept: str) -> None:
    """Generated clients send the media type that the schema names; the API's one renderer is JSON's."""
    response = api.get(url(make_completed_run(owner), "export_csv"), headers={"accept": accept})
    refused = api.get(f"{MISSING}export_csv", headers={"accept": accept})

    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert (refused.status_code, refused["Content-Type"], refused.json()["code"]) == (
        404,
        "application/json",
        "NOT_FOUND",
    )


def test_compare_shows_what_each_differs_from_the_first(
    api: APIClient, owner: User, django_assert_num_queries: Any
) -> None:
    run = make_completed_run(owner)
    half = make_completed_run(owner, settings={"sizing": {"kind": "percent_of_equity", "value": 50.0}})

    with django_assert_num_queries(2):
        body = api.get(url(run, f"compare?with={half.run_id}")).json()

    assert [row["run_id"] for row in body["runs"]] == [run.run_id, half.run_id]
    (trades,) = [row for row in body["statistics"] if row["statistic"] == "trades"]
    assert (trades["values"], trades["differences"]) == ([1.0, 1.0], [0.0, 0.0])
    # Half: 454 shares of 110 lose 6810, 448 of 104 (half of 93190 is 46595) gain 11648.
    (total,) = [row for row in body["statistics"] if row["statistic"] == "total_return_pct"]
    assert total["values"] == [pytest.approx(7.945), pytest.approx(4.838)]
    assert total["differences"] == [0.0, pytest.approx(4.838 - 7.945)]


def test_compare_needs_completed_runs_of_the_user(api: APIClient, owner: User, stranger: User) -> None:
    run, waiting, foreign = make_completed_run(owner), make_row(owner), make_completed_run(stranger)

    answers = [
        api.get(url(run, tail)).status_code
        for tail in (f"compare?with={waiting.run_id}", f"compare?with={foreign.run_id}", "compare", "compare?with=x")
    ]

    assert answers == [409, 404, 400, 404]


def test_waiting_run_is_cancelled_at_once(api: APIClient, owner: User) -> None:
    run = request_run(owner)

    body = api.post(url(run, "cancel")).json()
    services.execute_pending()

    assert (body["status"], body["error_code"], body["error_message"]) == (
        "failed",
        "CANCELLED",
        "You cancelled this backtest.",
    )
    assert api.get(url(run)).json()["status"] == "failed"


def test_running_run_is_asked_to_stop_and_asking_again_changes_nothing(api: APIClient, owner: User) -> None:
    run = make_row(owner, status="running", stage="loading")

    first, second = api.post(url(run, "cancel")), api.post(url(run, "cancel"))

    assert (first.status_code, second.status_code) == (200, 200)
    assert (second.json()["status"], second.json()["cancel_requested"]) == ("running", True)


def test_cancel_with_an_unknown_field_is_refused_and_cancels_nothing(api: APIClient, owner: User) -> None:
    run = make_row(owner, status="pending")

    response = api.post(url(run, "cancel"), {"force": True}, format="json")

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["force"])
    assert BacktestRun.objects.for_user(owner).get(pk=run.pk).status == "pending"


def test_ended_run_cannot_be_cancelled(api: APIClient, owner: User) -> None:
    run = make_completed_run(owner)

    response = api.post(url(run, "cancel"))

    assert (response.status_code, response.json()["code"]) == (409, "RUN_ALREADY_FINISHED")
    assert api.get(url(run)).json()["status"] == "completed"


def test_stranger_cancels_nothing(stranger_api: APIClient, owner: User) -> None:
    run = request_run(owner)

    assert stranger_api.post(url(run, "cancel")).status_code == 404
    assert BacktestRun.objects.for_user(owner).get().cancel_requested is False
