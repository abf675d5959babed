"""Personal API keys: shown once, kept as a hash, limited to their scopes, never for the account, dead at once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.core import clock
from apps.core.models import ActivityLog
from apps.users import services
from apps.users.enums import Role
from apps.users.models import ApiKey, RolePermission, User
from tests.conftest import client_of
from tests.contracts.routes import found_views
from tests.factories.users import PASSWORD, make_api_key, make_user

URL = "/api/v1/auth/api-keys/"
RUNS = "/api/v1/backtest/runs/"
RUN = "/api/v1/backtest/run"


def with_key(key: str, *, header: str = "bearer") -> APIClient:
    client = APIClient()
    client.default_format = "json"
    client.credentials(**({"HTTP_X_API_KEY": key} if header == "x" else {"HTTP_AUTHORIZATION": f"Bearer {key}"}))
    return client


def test_key_is_shown_once_and_kept_as_a_hash(owner: User, api: APIClient) -> None:
    until = "2099-01-01T00:00:00+05:30"
    response = api.post(URL, {"name": "nightly", "scopes": ["trading.trade", "backtest.run"], "expires_at": until})

    assert response.status_code == 201
    key, shown = response.json()["key"], response.json()["api_key"]
    assert re.fullmatch(r"pt_[0-9a-f]{8}_[A-Za-z0-9_-]{43}", key)
    assert {name: shown[name] for name in ("name", "prefix", "scopes", "expires_at", "last_used_at")} == {
        "name": "nightly",
        "prefix": key[:11],
        "scopes": ["backtest.run", "trading.trade"],
        "expires_at": until,
        "last_used_at": None,
    }
    assert key[12:] not in str(list(ApiKey.objects.for_user(owner).values_list()))
    assert api.get(URL).json()["results"] == [shown]
    row = ActivityLog.objects.get()
    assert (row.action, row.details["prefix"]) == ("account.api_key_made", key[:11])
    assert key[12:] not in str(row.details)


@pytest.mark.parametrize("header", ["bearer", "x"])
def test_key_reads_what_its_owner_may_by_either_header(owner: User, header: str) -> None:
    key = make_api_key(owner).key

    assert with_key(key, header=header).get(RUNS).status_code == 200
    assert (
        with_key(key[:-1] + ("A" if key[-1] != "A" else "B"), header=header).get(RUNS).json()["code"] == "INVALID_TOKEN"
    )


def test_a_token_wins_over_a_key(owner: User, stranger: User) -> None:
    client = client_of(owner)
    token = f"Bearer {services.issue_tokens(user=owner).access_token}"
    client.credentials(HTTP_AUTHORIZATION=token, HTTP_X_API_KEY=make_api_key(stranger).key)

    assert client.get("/api/v1/auth/profile").json()["email"] == owner.email


def test_reading_key_does_nothing_and_a_scope_opens_what_it_names(owner: User) -> None:
    reading, running = make_api_key(owner).key, make_api_key(owner, scopes=["backtest.run"]).key

    refused = with_key(reading).post(RUN, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "API_KEY_NOT_ALLOWED")
    assert refused.json()["details"] == {"permission": "backtest.run"}
    assert with_key(running).post(RUN, {}).status_code == 400
    assert with_key(running).post("/api/v1/trading/orders/", {}).status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/payments/wallet/refill", 403),
        ("/api/v1/payments/checkout", 403),
        ("/api/v1/notifications/mark-all-read", 403),
        ("/api/v1/strategies/validate", 400),
        ("/api/v1/options/payoff", 400),
    ],
)
def test_what_needs_no_permission_is_for_people_unless_it_only_computes(owner: User, path: str, status: int) -> None:
    every = make_api_key(owner, scopes=["backtest.run", "options.trade", "strategies.manage_own", "trading.trade"]).key

    assert with_key(every).post(path, {}).status_code == status


def test_no_key_reaches_the_account_itself(superadmin: User) -> None:
    client = with_key(make_api_key(superadmin, scopes=["backtest.run"]).key)
    paths = {path: view for path, view in found_views().items() if path.startswith("api/v1/auth/")}
    tried = []
    for path, view in paths.items():
        for method in ("get", "post", "patch", "delete"):
            if hasattr(view, method) and view.authentication_classes:
                place = path.replace("<int:session_id>", "1").replace("<int:key_id>", "1")
                response = client.generic(method.upper(), f"/{place}", "{}", "application/json")
                tried.append((method, path, response.status_code))

    assert [each for each in tried if each[2] != 403] == []
    assert len(tried) == 14


def test_administrators_key_needs_the_scope_for_administrators_reads(admin: User) -> None:
    path = "/api/v1/adminpanel/activity-log/"

    assert with_key(make_api_key(admin).key).get(path).status_code == 403
    assert with_key(make_api_key(admin, scopes=["activity.view"]).key).get(path).status_code == 200


def test_scopes_are_some_of_the_owners_permissions(api: APIClient, owner: User) -> None:
    response = api.post(URL, {"name": "x", "scopes": ["sync.run", "backtest.run", "nothing"]})

    assert response.json()["details"]["fields"]["scopes"] == [
        {"code": "invalid", "message": "You do not have: nothing, sync.run."}
    ]
    assert not ApiKey.objects.for_user(owner).exists()


def test_a_scope_that_the_role_loses_is_worth_nothing(owner: User) -> None:
    key = make_api_key(owner, scopes=["backtest.run"]).key
    RolePermission.objects.filter(role=Role.USER, permission__code="backtest.run").delete()

    assert with_key(key).post(RUN, {}).json()["code"] == "PERMISSION_DENIED"


def test_key_ends_at_its_expiry(owner: User, api: APIClient) -> None:
    end = clock.now() + timedelta(days=1)
    key = make_api_key(owner, expires_at=end).key
    for moment, status in ((end - timedelta(seconds=1), 200), (end, 401)):
        with time_machine.travel(moment, tick=False):
            assert with_key(key).get(RUNS).status_code == status
    body = {"name": "x", "expires_at": "2020-01-01T00:00:00+05:30"}
    assert list(api.post(URL, body).json()["details"]["fields"]) == ["expires_at"]


def test_revoked_key_is_refused_at_once_and_is_missing_to_strangers(owner: User, stranger_api: APIClient) -> None:
    new = make_api_key(owner)
    place = f"{URL}{new.row.pk}/"
    assert stranger_api.delete(place).status_code == 404
    assert with_key(new.key).get(RUNS).status_code == 200

    assert [client_of(owner).delete(place).status_code for _ in range(2)] == [204, 404]
    assert with_key(new.key).get(RUNS).json()["code"] == "INVALID_TOKEN"


@pytest.mark.parametrize("end", ["password", "disabled", "disabled and enabled"])
def test_what_ends_tokens_ends_keys(owner: User, superadmin: User, end: str) -> None:
    client = with_key(make_api_key(owner).key)
    change: dict[str, Any] = {"user_id": owner.pk, "actor": superadmin, "ip_address": None}
    if end == "password":
        services.change_password(user=owner, old_password=PASSWORD, new_password="another horse staple")
    else:
        services.change_status(**change, is_active=False)
    if end == "disabled and enabled":
        services.change_status(**change, is_active=True)

    assert client.get(RUNS).status_code == 401


def test_owner_disabled_by_any_way_is_refused(owner: User) -> None:
    client = with_key(make_api_key(owner).key)
    User.objects.filter(pk=owner.pk).update(is_active=False)

    assert client.get(RUNS).status_code == 401


def test_last_use_is_written_once_in_five_minutes_and_costs_no_query_between(
    owner: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    start = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
    client = with_key(make_api_key(owner).key)
    seen = []
    for after, queries in ((0, 3), (300, 2), (301, 3)):
        with time_machine.travel(start + timedelta(seconds=after), tick=False), django_assert_num_queries(queries):
            client.get(RUNS)
        used = ApiKey.objects.for_user(owner).get().last_used_at
        seen.append(used and (used - start).total_seconds())
    assert seen == [0.0, 0.0, 301.0]


def test_an_account_has_twenty_keys_at_most(owner: User, api: APIClient) -> None:
    keys = [make_api_key(owner) for _ in range(20)]
    assert api.post(URL, {"name": "x"}).json()["code"] == "TOO_MANY_API_KEYS"
    services.revoke_api_key(key_id=keys[0].row.pk, user=owner)

    assert api.post(URL, {"name": "x"}).status_code == 201


def test_keys_of_a_disabled_subscription_obey_it(db: None) -> None:
    user = make_user(trial_start_date=None, trial_end_date=None)
    key = make_api_key(user, scopes=["backtest.run"]).key

    assert with_key(key).post(RUN, {}).status_code == 402
