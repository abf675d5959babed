"""Accounts made by the seed, and the Django admin's door."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.core import clock, errors
from apps.users import selectors, services
from apps.users.enums import Role
from apps.users.models import User
from tests.factories.users import PASSWORD, make_user
from tests.races import together

LOGIN = "/api/v1/auth/login"


@pytest.mark.django_db
@pytest.mark.parametrize(("role", "is_staff"), [(Role.USER, False), (Role.SUPERADMIN, True)])
def test_missing_account_is_made_with_a_generated_password_that_works(
    anonymous_api: APIClient, role: Role, is_staff: bool
) -> None:
    password = services.ensure_account(email="Demo@Example.com", role=role, password=None)

    assert password is not None
    assert len(password) == 20
    user = User.objects.get(email="demo@example.com")
    assert (user.role, user.is_staff, user.trial_start_date) == (role, is_staff, clock.today())
    assert anonymous_api.post(LOGIN, {"email": "demo@example.com", "password": password}).status_code == 200


@pytest.mark.django_db
def test_the_operators_account_outlives_its_trial() -> None:
    services.ensure_account(email="demo@example.com", role=Role.USER, password=None)

    user = User.objects.get()
    assert selectors.is_entitled(user=user, on=clock.today() + timedelta(days=3652))
    assert not selectors.is_entitled(user=user, on=clock.today() + timedelta(days=3653))


@pytest.mark.django_db
def test_generated_passwords_differ() -> None:
    made = {services.ensure_account(email=f"{n}@example.com", role=Role.USER, password=None) for n in range(5)}

    assert len(made) == 5


@pytest.mark.django_db
def test_given_password_is_set_and_an_existing_account_is_left_alone() -> None:
    assert services.ensure_account(email="demo@example.com", role=Role.USER, password=PASSWORD) == PASSWORD
    assert services.ensure_account(email="DEMO@example.com", role=Role.ADMIN, password="another one entirely") is None

    user = User.objects.get()
    assert user.role == Role.USER
    assert user.check_password(PASSWORD)


@pytest.mark.django_db
def test_weak_password_for_a_seeded_account_is_refused() -> None:
    with pytest.raises(errors.ValidationFailed):
        services.ensure_account(email="demo@example.com", role=Role.SUPERADMIN, password="admin")
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_four_first_starts_at_once_make_one_account() -> None:
    made = together(4, lambda _: services.ensure_account(email="demo@example.com", role=Role.USER, password=None))

    assert sorted(password is None for password in made) == [False, True, True, True]
    assert User.objects.count() == 1


@pytest.fixture
def _account_backend(settings: Settings) -> None:
    settings.AUTHENTICATION_BACKENDS = ["apps.users.services.django_admin.AccountBackend"]


def admin_login(email: str, password: str) -> bool:
    client = Client()
    client.post("/django-admin/login/", {"username": email, "password": password})
    return client.get("/django-admin/users/user/").status_code == 200


@pytest.mark.usefixtures("_account_backend")
def test_django_admin_lets_in_superadmins_and_shows_accounts(db: None) -> None:
    make_user(email="boss@example.com", role=Role.SUPERADMIN, is_staff=True)
    make_user(email="staff@example.com", role=Role.ADMIN, is_staff=True)

    assert admin_login("Boss@example.com", PASSWORD)
    assert not admin_login("staff@example.com", PASSWORD)
    assert not admin_login("boss@example.com", "wrong")


@pytest.mark.usefixtures("_account_backend")
def test_django_admin_shares_the_lockout(db: None) -> None:
    make_user(email="boss@example.com", role=Role.SUPERADMIN, is_staff=True)
    for _ in range(5):
        admin_login("boss@example.com", "wrong")

    assert not admin_login("boss@example.com", PASSWORD)
    body = {"email": "boss@example.com", "password": PASSWORD}
    assert APIClient().post(LOGIN, body, format="json").status_code == 423


@pytest.mark.usefixtures("_account_backend")
@pytest.mark.parametrize(
    "table",
    [
        "users/user",
        "users/loginguard",
        "users/permission",
        "users/rolepermission",
        "notifications/notification",
        "core/systemconfig",
        "core/activitylog",
    ],
)
def test_django_admin_shows_tables_and_changes_nothing(db: None, table: str) -> None:
    make_user(email="boss@example.com", role=Role.SUPERADMIN, is_staff=True)
    client = Client()
    client.post("/django-admin/login/", {"username": "boss@example.com", "password": PASSWORD})

    assert client.get(f"/django-admin/{table}/").status_code == 200
    assert client.get(f"/django-admin/{table}/add/").status_code == 403


@pytest.mark.django_db
def test_production_hash_is_argon2id_with_the_figures_of_the_specification(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["apps.users.services.hashing.AccountHasher"]
    user = make_user()

    assert user.password.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert user.check_password(PASSWORD)
    assert not user.check_password(PASSWORD + " ")
