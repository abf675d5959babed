"""Strategies over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.strategies.models import PredefinedStrategy, RuleBasedStrategy
from apps.users.models import RolePermission, User
from engine.rules import predefined
from tests.factories.backtests import make_completed_run, make_prices
from tests.factories.strategies import ABOVE_100, make_predefined, make_rule_based

PREDEFINED = "/api/v1/strategies/predefined/"
RULE_BASED = "/api/v1/strategies/rule-based/"
CATALOGUE = "/api/v1/strategies/catalogue"
SENTENCE = "Above 100: buy when CLOSE is above 100; sell when CLOSE is below 100; each time with all of the equity."
BAD_RULES = {"enter_long": {"left": "CLOSE", "op": ">", "right": "SMA(0)"}}


def test_predefined_strategies_are_listed_by_name_with_their_parameters(api: APIClient) -> None:
    make_predefined()

    body = api.get(PREDEFINED).json()

    assert body["count"] == len(predefined.CATALOGUE)
    assert [row["name"] for row in body["results"]] == sorted(row["name"] for row in body["results"])
    (macd,) = [row for row in body["results"] if row["code"] == "macd"]
    assert macd["parameters"][0] == {
        "name": "fast",
        "label": "Fast period",
        "type": "integer",
        "default": 12,
        "min": 2,
        "max": 500,
    }


def test_predefined_strategies_can_be_searched(api: APIClient) -> None:
    make_predefined()

    assert [row["code"] for row in api.get(f"{PREDEFINED}?search=rsi rev").json()["results"]] == ["rsi_reversal"]


def test_predefined_strategy_shows_its_rules(api: APIClient) -> None:
    strategy = make_predefined()

    body = api.get(f"{PREDEFINED}{strategy.pk}/").json()

    assert body["rules"]["enter_long"] == {"left": "SMA(fast)", "op": "CROSS_ABOVE", "right": "SMA(slow)"}
    assert body["rules"]["inputs"] == {"fast": 20, "slow": 50}


def test_inactive_predefined_strategy_is_seen_by_administrators_only(api: APIClient, admin_api: APIClient) -> None:
    strategy = make_predefined()
    PredefinedStrategy.objects.filter(pk=strategy.pk).update(status="inactive")

    statuses = [client.get(f"{PREDEFINED}{strategy.pk}/").status_code for client in (api, admin_api)]

    assert statuses == [404, 200]


def test_created_strategy_says_what_was_understood(api: APIClient, owner: User) -> None:
    response = api.post(RULE_BASED, {"name": "Mine", "rules_json": ABOVE_100})

    body = response.json()
    strategy = RuleBasedStrategy.objects.for_user(owner).get()
    assert response.status_code == 201
    assert (body["id"], body["name"], body["sentence"]) == (strategy.pk, "Mine", SENTENCE)
    assert (body["is_public"], body["is_own"], body["rules_json"]) == (False, True, ABOVE_100)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "Bad", "rules_json": BAD_RULES}, "INVALID_RULES"),
        ({"name": "Bad", "rules_json": 7}, "INVALID_RULES"),
        ({"name": "Bad", "rules_json": None}, "VALIDATION_ERROR"),
        ({"name": "", "rules_json": ABOVE_100}, "VALIDATION_ERROR"),
        ({"name": "Bad", "rules_json": ABOVE_100, "user": 1}, "VALIDATION_ERROR"),
        ({"name": "Bad"}, "VALIDATION_ERROR"),
    ],
)
def test_refused_strategy_is_not_kept(api: APIClient, body: dict[str, Any], code: str) -> None:
    response = api.post(RULE_BASED, body)

    assert (response.status_code, response.json()["code"]) == (400, code)
    assert RuleBasedStrategy.objects.unscoped().count() == 0


def test_change_of_rules_is_understood_anew(api: APIClient, owner: User) -> None:
    strategy = make_rule_based(owner)

    body = api.patch(f"{RULE_BASED}{strategy.pk}/", {"rules_json": {**ABOVE_100, "direction": "long", "name": "New"}})

    assert body.json()["sentence"].startswith("New: ")


def test_refused_change_changes_nothing(api: APIClient, owner: User) -> None:
    strategy = make_rule_based(owner)

    response = api.patch(f"{RULE_BASED}{strategy.pk}/", {"name": "New", "rules_json": BAD_RULES})

    strategy.refresh_from_db()
    assert (response.status_code, strategy.name, strategy.rules_json) == (400, "Above 100", ABOVE_100)


def test_deleted_strategy_is_gone_and_its_row_stays(api: APIClient, owner: User) -> None:
    strategy = make_rule_based(owner)
    url = f"{RULE_BASED}{strategy.pk}/"

    assert api.delete(url).status_code == 204
    assert (api.get(url).status_code, api.delete(url).status_code) == (404, 404)
    assert api.get(RULE_BASED).json()["count"] == 0
    assert RuleBasedStrategy.objects.for_user(owner).get().is_active is False


def test_private_strategy_of_another_user_is_missing(api: APIClient, stranger_api: APIClient, owner: User) -> None:
    strategy = make_rule_based(owner)

    for method in ("get", "patch", "delete"):
        theirs = getattr(stranger_api, method)(f"{RULE_BASED}{strategy.pk}/")
        missing = getattr(api, method)(f"{RULE_BASED}999999999/")
        assert theirs.status_code == missing.status_code == 404
        assert {**theirs.json(), "request_id": ""} == {**missing.json(), "request_id": ""}


def test_public_strategy_is_read_by_others_and_changed_by_its_owner_only(stranger_api: APIClient, owner: User) -> None:
    strategy = make_rule_based(owner, is_public=True)
    url = f"{RULE_BASED}{strategy.pk}/"

    assert stranger_api.get(url).json()["is_own"] is False
    assert (stranger_api.patch(url, {"name": "Theirs"}).status_code, stranger_api.delete(url).status_code) == (404, 404)
    assert [row["id"] for row in stranger_api.get(f"{RULE_BASED}?scope=public").json()["results"]] == [strategy.pk]
    assert stranger_api.get(RULE_BASED).json()["count"] == 0


def test_public_list_leaves_out_the_own_and_the_private(api: APIClient, owner: User, stranger: User) -> None:
    make_rule_based(owner, is_public=True)
    make_rule_based(stranger)

    assert api.get(f"{RULE_BASED}?scope=public").json()["count"] == 0


def test_writing_needs_the_permission_and_reading_does_not(api: APIClient, owner: User) -> None:
    strategy = make_rule_based(owner)
    RolePermission.objects.filter(permission__code="strategies.manage_own").delete()
    url = f"{RULE_BASED}{strategy.pk}/"

    refused = [api.post(RULE_BASED, {}), api.patch(url, {}), api.delete(url)]

    assert [response.status_code for response in refused] == [403, 403, 403]
    assert api.get(url).status_code == 200


def test_catalogue_names_indicators_and_is_not_sent_twice(api: APIClient) -> None:
    first = api.get(CATALOGUE)
    second = api.get(CATALOGUE, HTTP_IF_NONE_MATCH=first["ETag"])
    other = api.get(CATALOGUE, HTTP_IF_NONE_MATCH='"another"')

    assert {"SMA", "EMA", "RSI", "MACD", "BBANDS"} <= {entry["name"] for entry in first.json()["indicators"]}
    assert first.json()["timeframes"] == ["15m", "30m", "1h", "1d", "1w"]
    assert {"stop_loss_atr", "max_bars", "square_off"} <= {entry["name"] for entry in first.json()["exits"]}
    assert {"max_entries", "first_time"} <= {entry["name"] for entry in first.json()["entries"]}
    assert (first.status_code, second.status_code, other.status_code) == (200, 304, 200)
    assert second.content == b""


def test_catalogue_says_what_each_statistic_of_a_result_is(api: APIClient, owner: User) -> None:
    make_prices()
    run = make_completed_run(owner)
    listed = {entry["name"]: entry for entry in api.get(CATALOGUE).json()["statistics"]}

    assert set(listed) == set(run.extra["statistics"])
    assert listed["win_rate_pct"] == {
        "name": "win_rate_pct",
        "label": "Win rate",
        "unit": "percent",
        "formula": "trades with a profit above 0 / closed trades x 100",
        "source": listed["win_rate_pct"]["source"],
    }
    assert {entry["unit"] for entry in listed.values()} == {"percent", "ratio", "rupees", "days", "bars", "count"}
    assert (listed["charges"]["unit"], listed["expectancy"]["unit"]) == ("rupees", "rupees")
    assert all(entry["source"] for entry in listed.values())
