"""Fixtures that every test may use: roles, their clients, the real sample files.

What does not belong here: data of one app, anything made from the files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker
from rest_framework.test import APIClient

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.users import services as users_services
from apps.users.enums import Role
from apps.users.models import User
from tests.factories.users import make_user

ROOT = Path(__file__).resolve().parent.parent
DEADLOCKS = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' database, in which nothing may have locked itself in, whoever noticed (fault 16)."""
    with django_db_blocker.unblock():
        before = _deadlocks()
    yield
    with django_db_blocker.unblock():
        assert _deadlocks() == before, "sessions have waited for each other: the log of PostgreSQL says which"


def _deadlocks() -> int:
    with connection.cursor() as cursor:
        cursor.execute(DEADLOCKS)
        return int(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def _fresh_configuration() -> Iterator[None]:
    """No test sees the configuration that another one cached."""
    configuration.forget()
    yield
    configuration.forget()


@pytest.fixture(autouse=True)
def _fresh_rulebook() -> Iterator[None]:
    """No test sees the rulebook that another one added to."""
    market_selectors.forget_rules()
    yield
    market_selectors.forget_rules()


@pytest.fixture
def owner(db: None) -> User:
    """The user whose rows a test is about."""
    return make_user(email="owner@example.com")


@pytest.fixture
def stranger(db: None) -> User:
    """Another user, who must not see the owner's rows."""
    return make_user(email="stranger@example.com")


@pytest.fixture
def admin(db: None) -> User:
    """An administrator."""
    return make_user(email="admin@example.com", role=Role.ADMIN)


@pytest.fixture
def superadmin(db: None) -> User:
    """The superadministrator."""
    return make_user(email="superadmin@example.com", role=Role.SUPERADMIN)


def client_of(user: User | None) -> APIClient:
    """An API client that sends JSON and, for a user, a real access token."""
    client = APIClient()
    client.default_format = "json"
    if user is not None:
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {users_services.issue_tokens(user=user).access_token}")
    return client


@pytest.fixture
def anonymous_api() -> APIClient:
    """Nobody's client."""
    return client_of(None)


@pytest.fixture
def api(owner: User) -> APIClient:
    """The owner's client."""
    return client_of(owner)


@pytest.fixture
def stranger_api(stranger: User) -> APIClient:
    """The stranger's client."""
    return client_of(stranger)


@pytest.fixture
def admin_api(admin: User) -> APIClient:
    """The administrator's client."""
    return client_of(admin)


@pytest.fixture
def superadmin_api(superadmin: User) -> APIClient:
    """The superadministrator's client."""
    return client_of(superadmin)


@pytest.fixture(scope="session")
def nse_data() -> Path:
    """The folder of NSE sample files: ``NSE_DATA``, or beside the checkout; a visible skip where it is missing."""
    folder = Path(os.environ.get("NSE_DATA") or ROOT.parent / "shared" / "data" / "nse")
    if not folder.is_dir():
        pytest.skip("the NSE sample files are not beside the checkout (set NSE_DATA)")
    return folder
