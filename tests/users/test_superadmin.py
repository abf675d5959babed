"""Making a superadministrator at the console: a new account, one that is there, and what is refused."""

from __future__ import annotations

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.core.models import ActivityLog
from apps.users.enums import Role
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.users import PASSWORD, make_user

NEW = "another horse staple"


def create(*arguments: str) -> str:
    out = StringIO()
    call_command("create_superadmin", *arguments, stdout=out)
    return out.getvalue()


def status_of(password: str, email: str = "boss@example.com") -> int:
    return APIClient().post("/api/v1/auth/login", {"email": email, "password": password}, format="json").status_code


@pytest.mark.django_db
def test_generated_password_is_printed_and_works_and_everything_is_allowed() -> None:
    said = re.fullmatch(
        r"boss@example\.com is a superadministrator, password (\S{20}) \(shown only now\)\.\n",
        create("--email", " Boss@example.com"),
    )

    assert said is not None
    assert status_of(said[1]) == 200
    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_active) == (Role.SUPERADMIN, True, True)
    assert "permissions.manage" in client_of(user).get("/api/v1/auth/profile").json()["permissions"]
    row = ActivityLog.objects.get()
    assert (row.admin_user, row.action) == ("console", "account.superadmin")
    assert row.details == {"email": "boss@example.com", "before": None}


@pytest.mark.django_db
def test_password_of_the_environment_is_taken_and_not_printed(settings: Settings) -> None:
    settings.SUPERADMIN_PASSWORD = NEW

    assert create("--email", "boss@example.com") == "boss@example.com is a superadministrator.\n"
    assert status_of(NEW) == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        ([], NEW, "Give --email: nobody can be asked here."),
        (["--email", "boss"], NEW, "This is no e-mail address."),
        (["--email", "boss@example.com"], "short", "This password is too short."),
        (["--email", "taken@example.com"], NEW, "Use --reset to make it a superadministrator."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_made(
    settings: Settings, arguments: list[str], password: str, said: str
) -> None:
    settings.SUPERADMIN_PASSWORD = password
    make_user(email="taken@example.com")

    with pytest.raises(CommandError, match=re.escape(said)):
        create(*arguments)
    assert [user.role for user in User.objects.all()] == [Role.USER]
    assert not ActivityLog.objects.exists()


def test_reset_is_the_way_back_in(db: None, settings: Settings) -> None:
    user = make_user(email="boss@example.com", is_active=False, has_two_factor=True)
    for _ in range(5):
        status_of("wrong")
    client = client_of(user)
    settings.SUPERADMIN_PASSWORD = NEW

    create("--email", "boss@example.com", "--reset")

    assert [status_of(NEW), status_of(PASSWORD)] == [200, 401]
    assert client.get("/api/v1/auth/profile").status_code == 401
    user.refresh_from_db()
    assert (user.role, user.is_staff, user.is_active, user.has_two_factor) == (Role.SUPERADMIN, True, True, False)
    before = {"role": "user", "is_active": False}
    assert ActivityLog.objects.get().details == {"email": "boss@example.com", "before": before}
