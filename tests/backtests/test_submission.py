"""Posting a backtest: what is refused leaves nothing behind, what is accepted waits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.backtests.models import BacktestRun
from apps.core import clock, configuration
from apps.core.models import IdempotencyKey
from apps.stocks.models import Stock
from apps.users.models import RolePermission, User
from tests.factories.backtests import make_prices, make_row, request_body
from tests.factories.strategies import make_predefined, make_rule_based

URL = "/api/v1/backtest/run"


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_prices()


def count_runs() -> int:
    return BacktestRun.objects.unscoped().count()


def test_accepted_run_waits_with_its_place(api: APIClient, owner: User) -> None:
    response = api.post(URL, request_body())

    run = BacktestRun.objects.for_user(owner).get()
    body = response.json()
    assert response.status_code == 202
    assert (body["run_id"], body["status"], body["stage"], body["progress"]) == (run.run_id, "pending", "queued", 0.0)
    assert (body["queue_position"], body["eta_seconds"], body["statistics"]) == (1, None, None)
    assert body["strategy"]["sentence"] == (
        "Above 100: buy when CLOSE is above 100; sell when CLOSE is below 100; each time with all of the equity."
    )
    assert body["initial_wallet_amount"] == "100000.00"


def test_run_is_executed_once_it_is_committed(api: APIClient, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        run_id = api.post(URL, request_body()).json()["run_id"]

    body = api.get(f"/api/v1/backtest/runs/{run_id}/").json()
    assert (body["status"], body["final_wallet_amount"]) == ("completed", "107945.00")


@pytest.mark.parametrize(
    ("values", "status", "code", "field"),
    [
        ({"instrument_identifier": "NOWHERE"}, 404, "INSTRUMENT_NOT_FOUND", None),
        ({"instrument_type": "option"}, 404, "INSTRUMENT_NOT_FOUND", None),
        ({"start_date": "2025-01-01", "end_date": "2025-12-31"}, 422, "NO_BARS", None),
        ({"instrument_type": "bond"}, 400, "VALIDATION_ERROR", "instrument_type"),
        ({"start_date": "2025-01-01"}, 400, "VALIDATION_ERROR", "end_date"),
        ({"start_date": "1990-01-01"}, 400, "VALIDATION_ERROR", "end_date"),
        ({"start_date": "yesterday"}, 400, "VALIDATION_ERROR", "start_date"),
        ({"initial_wallet_amount": "999.99"}, 400, "VALIDATION_ERROR", "initial_wallet_amount"),
        ({"initial_wallet_amount": "1E+5"}, 400, "VALIDATION_ERROR", "initial_wallet_amount"),
        ({"rules": None}, 400, "VALIDATION_ERROR", "strategy"),
        ({"strategy_predefined": 1}, 400, "VALIDATION_ERROR", "strategy"),
        ({"colour": "blue"}, 400, "VALIDATION_ERROR", "colour"),
        ({"settings": {"fill_on": "yesterday"}}, 400, "VALIDATION_ERROR", "settings.fill_on"),
        ({"settings": {"colour": "blue"}}, 400, "VALIDATION_ERROR", "settings.colour"),
        ({"settings": {"stop_loss_pct": 100.5}}, 400, "VALIDATION_ERROR", "settings.stop_loss_pct"),
        ({"settings": {"stop_loss_pct": "2"}}, 400, "VALIDATION_ERROR", "settings.stop_loss_pct"),
        ({"settings": {"sizing": {"kind": "all"}}}, 400, "VALIDATION_ERROR", "settings.sizing.kind"),
        ({"parameters": {"fast": True}}, 400, "VALIDATION_ERROR", "parameters.fast"),
        ({"rules": {"enter_long": {"left": "CLOSE", "op": "ABOVE", "right": 1}}}, 400, "INVALID_RULES", None),
        ({"parameters": {"fast": 3}}, 400, "INVALID_RULES", None),
        ({"settings": {"direction": "short"}}, 400, "INVALID_RULES", None),
        ({"rules": None, "strategy_predefined": 999_999}, 404, "NOT_FOUND", None),
        ({"rules": None, "strategy_rule_based": 999_999}, 404, "NOT_FOUND", None),
    ],
)
def test_refusal_leaves_no_run(
    api: APIClient, values: dict[str, Any], status: int, code: str, field: str | None
) -> None:
    response = api.post(URL, request_body(**values))

    body = response.json()
    assert (response.status_code, body["code"]) == (status, code)
    assert field is None or field in body["details"]["fields"]
    assert count_runs() == 0


def test_bad_rules_are_named_by_their_place(api: APIClient) -> None:
    response = api.post(URL, request_body(rules={"enter_long": {"left": "CLOSE", "op": ">", "right": "SMA(0)"}}))

    (problem,) = response.json()["details"]["errors"]
    assert problem["pointer"] == "/enter_long/right"


@pytest.mark.parametrize("field", ["strategy_predefined", "strategy_rule_based"])
def test_unknown_strategy_is_said_in_a_sentence(api: APIClient, field: str) -> None:
    response = api.post(URL, request_body(rules=None, **{field: 999_999}))

    assert (response.status_code, response.json()["message"]) == (404, "There is no such strategy.")


@pytest.mark.parametrize("key", ["1_0", "\u0661", " 1 ", "1.0", 1.0, "9" * 19, True])
def test_strategy_is_named_by_a_plain_number_only(api: APIClient, key: object) -> None:
    """The framework read an Arabic 3 as 3 and ran another strategy than the one on the screen."""
    response = api.post(URL, request_body(rules=None, strategy_predefined=key))

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["strategy_predefined"])


def test_inactive_instrument_is_refused(api: APIClient) -> None:
    Stock.objects.filter(enum="HANDMADE").update(status="inactive")

    response = api.post(URL, request_body())

    assert (response.status_code, response.json()["code"], count_runs()) == (422, "INSTRUMENT_INACTIVE", 0)


def test_own_and_public_strategies_run_and_private_ones_of_others_are_missing(
    api: APIClient, owner: User, stranger: User
) -> None:
    own = make_rule_based(owner)
    public, private = make_rule_based(stranger, is_public=True), make_rule_based(stranger)

    statuses = [
        api.post(URL, request_body(rules=None, strategy_rule_based=strategy.pk)).status_code
        for strategy in (own, public, private)
    ]

    assert statuses == [202, 202, 404]


def test_unknown_parameter_of_a_predefined_strategy_is_refused(api: APIClient) -> None:
    strategy = make_predefined()
    body = request_body(rules=None, strategy_predefined=strategy.pk, parameters={"fast": 50, "slow": 10})

    response = api.post(URL, body)

    assert (response.status_code, response.json()["code"]) == (400, "INVALID_RULES")
    assert response.json()["details"]["errors"] == [{"pointer": "/inputs/fast", "message": "fast must be below slow"}]


def test_needs_the_permission(api: APIClient) -> None:
    RolePermission.objects.filter(permission__code="backtest.run").delete()

    response = api.post(URL, request_body())

    assert (response.status_code, response.json()["code"], count_runs()) == (403, "PERMISSION_DENIED", 0)


def test_needs_a_trial_or_subscription_in_force(api: APIClient, owner: User) -> None:
    User.objects.filter(pk=owner.pk).update(trial_end_date=clock.today() - timedelta(days=1))

    response = api.post(URL, request_body())

    assert (response.status_code, response.json()["code"], count_runs()) == (402, "SUBSCRIPTION_REQUIRED", 0)


def test_same_key_and_body_give_the_first_answer_again(api: APIClient) -> None:
    first = api.post(URL, request_body(), HTTP_IDEMPOTENCY_KEY="once")
    second = api.post(URL, request_body(), HTTP_IDEMPOTENCY_KEY="once")

    assert (first.status_code, second.status_code, count_runs()) == (202, 202, 1)
    assert first.json() == second.json()
    assert (first["Idempotent-Replayed"], second["Idempotent-Replayed"]) == ("false", "true")


def test_same_key_with_another_body_conflicts(api: APIClient) -> None:
    api.post(URL, request_body(), HTTP_IDEMPOTENCY_KEY="once")

    response = api.post(URL, request_body(start_date="2024-01-02"), HTTP_IDEMPOTENCY_KEY="once")

    assert (response.status_code, response.json()["code"], count_runs()) == (409, "IDEMPOTENCY_CONFLICT", 1)


def test_refused_post_leaves_its_key_free(api: APIClient) -> None:
    api.post(URL, request_body(instrument_identifier="NOWHERE"), HTTP_IDEMPOTENCY_KEY="once")

    assert IdempotencyKey.objects.count() == 0
    assert api.post(URL, request_body(), HTTP_IDEMPOTENCY_KEY="once").status_code == 202


def test_reject_answers_429_at_the_limit_and_keeps_no_row(api: APIClient, owner: User) -> None:
    configuration.override("backtest.on_limit", "reject")
    configuration.override("backtest.max_concurrent_per_user", "2")
    make_row(owner, status="running")
    make_row(owner)

    response = api.post(URL, request_body())

    assert (response.status_code, response.json()["code"], count_runs()) == (429, "CONCURRENCY_LIMIT", 2)
    assert response.json()["details"] == {"limit": 2, "pending": 1, "running": 1}
    assert response["Retry-After"] == "10"


def test_reject_counts_only_unfinished_runs_of_the_user(api: APIClient, owner: User, stranger: User) -> None:
    configuration.override("backtest.on_limit", "reject")
    configuration.override("backtest.max_concurrent_per_user", "1")
    make_row(owner, status="failed")
    make_row(stranger, status="running")

    assert api.post(URL, request_body()).status_code == 202


def test_queue_takes_runs_up_to_the_pending_limit(api: APIClient, owner: User) -> None:
    configuration.override("backtest.max_concurrent_per_user", "1")
    configuration.override("backtest.max_pending_per_user", "2")
    make_row(owner, status="running")
    make_row(owner)

    second, third = api.post(URL, request_body()), api.post(URL, request_body())

    assert (second.status_code, second.json()["queue_position"]) == (202, 2)
    assert (third.status_code, third.json()["code"], third["Retry-After"]) == (429, "QUEUE_FULL", "10")
    assert count_runs() == 3
