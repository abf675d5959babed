"""Who may: anonymous 401, role 403, entitlement 402, each before any input is read."""

from __future__ import annotations

from datetime import date

import pytest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory

from apps.core.api.serializers import StrictSerializer
from apps.core.api.views import View
from apps.users import services
from apps.users.constants import PERMISSIONS
from apps.users.enums import Role
from apps.users.models import Permission, RolePermission, User
from tests.factories.users import make_user


class GuardedView(View):
    """A view that needs what a view can need, for POST."""

    required_permissions = {"POST": "backtest.run"}
    entitled_methods = frozenset({"POST"})

    def get(self, _request: Request) -> Response:
        return Response({"seen": True})

    def post(self, _request: Request) -> Response:
        return Response(self.body(StrictSerializer))


def ask(user: User | None, method: str, body: object = None) -> Response:
    request = APIRequestFactory().generic(method, "/", '{"x": 1}' if body else "{}", "application/json")
    if user is not None:
        request.META["HTTP_AUTHORIZATION"] = f"Bearer {services.issue_tokens(user=user).access_token}"
    return GuardedView.as_view()(request)


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_nobody_is_refused_every_method(method: str) -> None:
    response = ask(None, method)

    assert (response.status_code, response.data["code"]) == (401, "NOT_AUTHENTICATED")
    assert response["WWW-Authenticate"] == "Bearer"


def test_role_without_the_permission_is_refused_before_the_body_is_read(owner: User) -> None:
    RolePermission.objects.filter(role=Role.USER, permission__code="backtest.run").delete()

    response = ask(owner, "POST", body="wrong")

    assert (response.status_code, response.data["code"]) == (403, "PERMISSION_DENIED")
    assert response.data["details"] == {"permission": "backtest.run"}
    assert ask(owner, "GET").status_code == 200


def test_superadmin_needs_no_grant(superadmin: User) -> None:
    RolePermission.objects.all().delete()

    assert ask(superadmin, "POST").status_code == 200


def test_end_of_the_trial_is_402_before_the_body_is_read(db: None) -> None:
    user = make_user(trial_start_date=date(2020, 1, 1), trial_end_date=date(2020, 1, 8))

    response = ask(user, "POST", body="wrong")

    assert (response.status_code, response.data["code"]) == (402, "SUBSCRIPTION_REQUIRED")
    assert response.data["details"] == {"trial_end_date": date(2020, 1, 8), "subscription_end_date": None}
    assert ask(user, "GET").status_code == 200


def test_permission_is_asked_before_entitlement(db: None) -> None:
    user = make_user(trial_start_date=None, trial_end_date=None)
    RolePermission.objects.all().delete()

    assert ask(user, "POST").status_code == 403


def test_signed_in_allowed_and_entitled_passes_to_validation(owner: User) -> None:
    assert ask(owner, "POST").status_code == 200
    assert ask(owner, "POST", body="wrong").status_code == 400


@pytest.mark.django_db
def test_seeding_twice_keeps_what_an_administrator_took_away() -> None:
    first = services.seed_permissions()
    RolePermission.objects.filter(permission__code="backtest.run").delete()

    assert (first, services.seed_permissions()) == (len(PERMISSIONS), 0)
    assert not RolePermission.objects.filter(permission__code="backtest.run").exists()


@pytest.mark.django_db
def test_seeding_adds_what_a_new_version_brings() -> None:
    services.seed_permissions()
    Permission.objects.get(code="stocks.manage").delete()

    assert services.seed_permissions() == 1
    assert list(RolePermission.objects.filter(permission__code="stocks.manage").values_list("role", flat=True)) == [
        "admin"
    ]
