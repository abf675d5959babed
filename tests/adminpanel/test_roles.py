"""Permissions and what roles have of them."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.core import errors
from apps.core.models import ActivityLog
from apps.users import services
from apps.users.constants import PERMISSIONS
from apps.users.enums import Role
from apps.users.models import RolePermission
from tests.factories.users import make_user
from tests.races import together

URL = "/api/v1/adminpanel/role-permissions/"
ALL = sorted(code for code, *_ in PERMISSIONS)
USER = ["backtest.run", "options.trade", "strategies.manage_own", "trading.trade"]


def codes_of(role: str) -> list[str]:
    return sorted(RolePermission.objects.filter(role=role).values_list("permission__code", flat=True))


def test_permissions_are_listed_by_code(admin_api: APIClient) -> None:
    page = admin_api.get("/api/v1/adminpanel/permissions/").json()

    assert page["count"] == len(ALL)
    assert [row["code"] for row in page["results"]] == ALL
    assert page["results"][1] == {
        "code": "backtest.run",
        "name": "Run backtests",
        "description": "",
        "category": "backtest",
    }


def test_roles_are_listed_with_what_they_may(
    admin_api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):  # account, configuration, its permission, grants, permissions
        page = admin_api.get(URL).json()

    assert page["count"] == 3
    assert [row["role"] for row in page["results"]] == ["user", "admin", "superadmin"]
    assert page["results"][0]["permissions"] == USER
    assert page["results"][2]["permissions"] == ALL


def test_change_sets_exactly_the_given_codes_at_once_and_is_written_down_once(
    superadmin_api: APIClient, api: APIClient
) -> None:
    body = {"role": "user", "permissions": ["backtest.run", "activity.view", "backtest.run"]}

    response = superadmin_api.patch(URL, body, REMOTE_ADDR="2001:db8::7")

    assert response.status_code == 200
    assert response.json() == {"role": "user", "permissions": ["activity.view", "backtest.run"]}
    assert codes_of("user") == ["activity.view", "backtest.run"]
    assert api.get("/api/v1/adminpanel/activity-log/").status_code == 200
    row = ActivityLog.objects.get()
    assert (row.admin_user, row.action, row.ip_address) == (
        "superadmin@example.com",
        "permissions.change",
        "2001:db8::7",
    )
    assert row.details == {"role": "user", "before": USER, "after": ["activity.view", "backtest.run"]}


def test_everything_may_be_taken_from_a_role(superadmin_api: APIClient) -> None:
    assert superadmin_api.patch(URL, {"role": "user", "permissions": []}).json()["permissions"] == []
    assert codes_of("user") == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "user", "permissions": ["backtest.run", "no.such"]}, "permissions"),
        ({"role": "admin", "permissions": ["permissions.manage"]}, "permissions"),
        ({"role": "superadmin", "permissions": []}, "role"),
        ({"role": "owner", "permissions": []}, "role"),
        ({"role": "user"}, "permissions"),
        ({"role": "user", "permissions": "backtest.run"}, "permissions"),
        ({"role": "user", "permissions": [], "extra": 1}, "extra"),
    ],
)
def test_refused_change_changes_nothing(superadmin_api: APIClient, body: dict[str, Any], field: str) -> None:
    response = superadmin_api.patch(URL, body)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]
    assert codes_of("user") == USER
    assert not ActivityLog.objects.exists()


@pytest.mark.parametrize("path", ["permissions/", "role-permissions/", "activity-log/", "system-config/"])
def test_users_and_nobody_see_nothing_of_it(api: APIClient, anonymous_api: APIClient, path: str) -> None:
    url = f"/api/v1/adminpanel/{path}"

    assert [client.get(url).status_code for client in (api, anonymous_api)] == [403, 401]


def test_administrators_look_and_do_not_change(admin_api: APIClient) -> None:
    assert admin_api.get(URL).status_code == 200
    assert admin_api.patch(URL, {"role": "owner"}).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_parallel_changes_are_written_down_as_a_chain() -> None:
    """What one change found before is what the one before it left."""
    make_user()
    wanted = [["backtest.run"], ["stocks.manage"], ["backtest.run", "stocks.manage"], []]

    together(
        8,
        lambda number: services.change_role_permissions(
            role=Role.USER, permissions=wanted[number % 4], actor="test", ip_address=None
        ),
    )

    rows = [row.details for row in ActivityLog.objects.order_by("id")]
    assert [row["before"] for row in rows] == [USER, *(row["after"] for row in rows[:-1])]
    assert codes_of("user") == rows[-1]["after"]


@pytest.mark.django_db
def test_refusal_names_the_codes() -> None:
    make_user()
    with pytest.raises(errors.ValidationFailed) as caught:
        services.change_role_permissions(role=Role.ADMIN, permissions=["b", "a"], actor="test", ip_address=None)
    assert caught.value.details == {
        "fields": {"permissions": [{"code": "invalid", "message": "No role can be given: a, b."}]}
    }
