"""One's own account: what is shown, what may be changed, and the password."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.core import services as core_services
from apps.users import services
from apps.users.constants import PERMISSIONS
from apps.users.enums import Role
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.users import PASSWORD, make_user
from tests.races import together

URL = "/api/v1/auth/profile"
PASSWORD_URL = "/api/v1/auth/password"
NEW = "another horse staple"


def test_profile_of_each_role_names_its_permissions(owner: User, admin: User, superadmin: User) -> None:
    shown = {user.role: client_of(user).get(URL).json() for user in (owner, admin, superadmin)}

    assert shown["user"]["permissions"] == ["backtest.run", "options.trade", "strategies.manage_own", "trading.trade"]
    assert shown["admin"]["permissions"] == [
        "activity.view",
        "backtest.run",
        "config.view",
        "dashboard.view",
        "market_rules.manage",
        "market_rules.view",
        "options.trade",
        "permissions.view",
        "sectors.manage",
        "stocks.manage",
        "strategies.manage_own",
        "sync.run",
        "sync.view",
        "trading.trade",
        "users.manage",
        "users.view",
    ]
    assert shown["superadmin"]["permissions"] == sorted(code for code, *_ in PERMISSIONS)
    assert shown["user"]["wallet_balance"] == "100000.00"


def test_profile_takes_a_fixed_number_of_queries(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(3):  # account, permissions, configuration
        api.get(URL)


@pytest.mark.parametrize(
    ("role", "spans", "is_entitled"),
    [
        (Role.USER, {}, False),
        (Role.USER, {"trial_start_date": date(2026, 1, 1), "trial_end_date": date(2026, 1, 5)}, True),
        (Role.USER, {"trial_start_date": date(2026, 1, 1), "trial_end_date": date(2026, 1, 4)}, False),
        (Role.USER, {"trial_start_date": date(2026, 1, 6), "trial_end_date": date(2026, 1, 9)}, False),
        (Role.USER, {"trial_start_date": date(2026, 1, 1)}, False),
        (Role.USER, {"subscription_start_date": date(2026, 1, 5), "subscription_end_date": date(2026, 1, 5)}, True),
        (Role.ADMIN, {}, True),
        (Role.SUPERADMIN, {}, True),
    ],
)
def test_entitlement_follows_trial_and_subscription_both_ends_included(
    db: None, role: Role, spans: dict[str, date], is_entitled: bool
) -> None:
    values: dict[str, Any] = {"trial_start_date": None, "trial_end_date": None, **spans}
    user = make_user(role=role, **values)
    with time_machine.travel("2026-01-05T23:59:59+05:30", tick=False):
        assert client_of(user).get(URL).json()["is_entitled"] is is_entitled


def test_switching_subscriptions_off_entitles_everybody(db: None) -> None:
    user = make_user(trial_start_date=None, trial_end_date=None)
    core_services.change_setting(key="subscription.enabled", value="false", actor="test", ip_address=None)

    assert client_of(user).get(URL).json()["is_entitled"] is True


@pytest.mark.parametrize("mobile", ["+919800000000", "9800000", None])
def test_mobile_may_be_changed(api: APIClient, owner: User, mobile: str | None) -> None:
    response = api.patch(URL, {"mobile": mobile})

    owner.refresh_from_db()
    assert (response.status_code, response.json()["mobile"], owner.mobile) == (200, mobile, mobile)


def test_empty_patch_changes_nothing(api: APIClient, owner: User) -> None:
    api.patch(URL, {"mobile": "+919800000000"})

    assert api.patch(URL, {}).json()["mobile"] == "+919800000000"


@pytest.mark.parametrize(
    "body",
    [{"role": "superadmin"}, {"wallet_balance": "5"}, {"email": "x@example.com"}, {"mobile": "abc"}, {"mobile": ""}],
)
def test_nothing_else_may_be_changed(api: APIClient, owner: User, body: dict[str, Any]) -> None:
    before = api.get(URL).json()

    assert api.patch(URL, body).status_code == 400
    assert api.get(URL).json() == before


def test_new_password_ends_every_token_and_gives_a_pair(owner: User, api: APIClient) -> None:
    elsewhere = client_of(owner)

    response = api.post(PASSWORD_URL, {"old_password": PASSWORD, "new_password": NEW})

    assert response.status_code == 200
    assert set(response.json()) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert [client.get(URL).status_code for client in (api, elsewhere)] == [401, 401]
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {response.json()['access_token']}")
    assert api.get(URL).status_code == 200
    logins = [api.post("/api/v1/auth/login", {"email": owner.email, "password": each}) for each in (PASSWORD, NEW)]
    assert [login.status_code for login in logins] == [401, 200]


@pytest.mark.parametrize(
    ("old", "new", "field", "code"),
    [
        ("wrong", NEW, "old_password", "wrong_password"),
        (PASSWORD, "short", "new_password", "password_too_short"),
        (PASSWORD, "owner@example.com", "new_password", "password_too_similar"),
    ],
)
def test_refused_password_changes_nothing(api: APIClient, old: str, new: str, field: str, code: str) -> None:
    response = api.post(PASSWORD_URL, {"old_password": old, "new_password": new})

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert code in [problem["code"] for problem in response.json()["details"]["fields"][field]]
    assert api.get(URL).status_code == 200


def test_guessing_the_old_password_locks(api: APIClient, owner: User) -> None:
    """A stolen access token is no way around the limit of guesses."""
    body = {"old_password": "wrong", "new_password": NEW}

    statuses = [api.post(PASSWORD_URL, body).status_code for _ in range(6)]

    assert statuses == [400] * 5 + [423]
    assert api.post("/api/v1/auth/login", {"email": owner.email, "password": PASSWORD}).status_code == 423


@pytest.mark.django_db(transaction=True)
def test_one_of_six_parallel_changes_of_a_password_wins() -> None:
    """Changes that were all asked with the same, by then revoked, token."""
    user = make_user()
    token = services.issue_tokens(user=user).access_token

    def change(number: int) -> int:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
        body = {"old_password": PASSWORD, "new_password": f"{NEW} {number}"}
        return client.post(PASSWORD_URL, body, format="json").status_code

    statuses = together(6, change)

    assert statuses.count(200) == 1
    assert set(statuses) <= {200, 400, 401}, "the losers find the token revoked or the password changed"
    user.refresh_from_db()
    assert user.token_version == 1
    assert user.check_password(f"{NEW} {statuses.index(200)}")
