"""Forgetting: what is old goes, what is needed stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from apps.users import services
from apps.users.enums import MailPurpose
from apps.users.models import LoginGuard, Mail, Session, User
from tests.races import together

NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def test_each_kind_goes_at_its_age_and_no_sooner(owner: User) -> None:
    for email, started, locked in (
        ("old", NOW - DAY - SECOND, None),
        ("old-lock", NOW - DAY - SECOND, NOW),
        ("locked", NOW - DAY - SECOND, NOW + SECOND),
        ("young", NOW - DAY, None),
    ):
        LoginGuard.objects.create(email=email, window_start=started, locked_until=locked)
    for age in (7 * DAY, 7 * DAY + SECOND):
        Mail.objects.create(email="x", purpose=MailPurpose.PASSWORD_RESET, created_at=NOW - age, next_try_at=NOW - age)
    for end in (NOW - 30 * DAY, NOW - 30 * DAY - SECOND):
        Session.objects.create(user=owner, token_version=0, last_used_at=end, expires_at=end)
    for number, end in enumerate((NOW, NOW - SECOND)):
        OutstandingToken.objects.create(user=owner, jti=str(number), token="", expires_at=end)

    with time_machine.travel(NOW, tick=False):
        counts = services.purge_stale()

    assert counts == {"guards": 2, "mails": 1, "sessions": 1, "tokens": 1}
    assert list(LoginGuard.objects.order_by("email").values_list("email", flat=True)) == ["locked", "young"]
    assert Mail.objects.get().created_at == NOW - 7 * DAY
    assert Session.objects.for_user(owner).get().expires_at == NOW - 30 * DAY
    assert OutstandingToken.objects.get().expires_at == NOW


@pytest.mark.django_db(transaction=True)
def test_a_guard_that_a_sign_in_is_about_to_read_stays() -> None:
    """The purge comes between the statement that makes sure of the row and the one that reads it."""
    LoginGuard.objects.create(email="asha@example.com", window_start=NOW - 2 * DAY)
    purged: list[int] = []

    def purge_before_reading(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith("SELECT") and "users_login_guard" in sql:
            purged.extend(each["guards"] for each in together(1, lambda _: services.purge_stale()))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(purge_before_reading):
        response = APIClient().post(
            "/api/v1/auth/login", {"email": "asha@example.com", "password": "wrong"}, format="json"
        )

    assert (response.status_code, purged) == (401, [0])
