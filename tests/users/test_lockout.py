"""Lockout: five judged guesses within fifteen minutes, then ten minutes of 423, for every e-mail alike."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from apps.users.models import LoginGuard, User
from tests.factories.users import PASSWORD, make_user
from tests.races import together
from tests.users.hashers import CountingHasher

URL = "/api/v1/auth/login"
START = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
EMAILS = pytest.mark.parametrize("email", ["asha@example.com", "nobody@example.com"], ids=["known", "unknown"])

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asha(db: None) -> None:
    make_user(email="asha@example.com")


def login(email: str, password: str, *, after: timedelta = timedelta(0)) -> Any:
    with time_machine.travel(START + after, tick=False):
        return APIClient().post(URL, {"email": email, "password": password}, format="json")


def outcomes(email: str, count: int) -> list[tuple[int, str]]:
    return [
        (response.status_code, response.json()["code"]) for response in (login(email, "wrong") for _ in range(count))
    ]


@EMAILS
def test_the_sixth_guess_meets_the_lock(email: str) -> None:
    assert outcomes(email, 7) == [(401, "INVALID_CREDENTIALS")] * 5 + [(423, "ACCOUNT_LOCKED")] * 2


@EMAILS
def test_known_and_unknown_are_told_apart_by_nothing(email: str, judged: type[CountingHasher]) -> None:
    """The same body, the same number of hashes and the same number of queries, so the same time."""
    judged.judged = 0
    with CaptureQueriesContext(connection) as queries:
        response = login(email, "wrong")

    assert {**response.json(), "request_id": ""} == {
        "status": "error",
        "code": "INVALID_CREDENTIALS",
        "message": "E-mail or password is wrong.",
        "details": {},
        "request_id": "",
    }
    assert (judged.judged, len(queries)) == (1, 7)


def test_locked_refuses_the_right_password_unjudged_and_says_for_how_long(judged: type[CountingHasher]) -> None:
    outcomes("asha@example.com", 5)
    judged.judged = 0

    response = login("asha@example.com", PASSWORD, after=timedelta(seconds=1))

    assert (response.status_code, response["Retry-After"], judged.judged) == (423, "599", 0)
    assert response.json()["details"] == {"locked_until": "2026-01-05T09:40:00+05:30"}


def test_lock_lasts_ten_minutes_and_is_not_extended_by_guesses_during_it() -> None:
    outcomes("asha@example.com", 5)

    last = login("asha@example.com", "wrong", after=timedelta(minutes=9, seconds=59))
    assert (last.status_code, last["Retry-After"]) == (423, "1")
    assert login("asha@example.com", PASSWORD, after=timedelta(minutes=10)).status_code == 200


def test_after_the_lock_counting_begins_anew() -> None:
    outcomes("asha@example.com", 5)
    after = timedelta(minutes=10)

    statuses = [login("asha@example.com", "wrong", after=after).status_code for _ in range(6)]

    assert statuses == [401] * 5 + [423]


@pytest.mark.parametrize(
    ("after", "fifth", "sixth"),
    [
        (timedelta(minutes=14, seconds=59), 401, 423),  # the fifth guess within the window of the first locks
        (timedelta(minutes=15), 401, 401),  # a window later it is the first of a new one
    ],
)
def test_window_of_fifteen_minutes_begins_with_the_first_wrong_guess(after: timedelta, fifth: int, sixth: int) -> None:
    outcomes("asha@example.com", 4)

    assert [login("asha@example.com", "wrong", after=after).status_code for _ in range(2)] == [fifth, sixth]


def test_window_does_not_begin_with_a_right_guess() -> None:
    login("asha@example.com", PASSWORD)
    for _ in range(4):
        login("asha@example.com", "wrong", after=timedelta(minutes=10))

    statuses = [login("asha@example.com", "wrong", after=timedelta(minutes=20)).status_code for _ in range(2)]

    assert statuses == [401, 423]


def test_success_forgets_the_failures() -> None:
    outcomes("asha@example.com", 4)
    assert login("asha@example.com", PASSWORD).status_code == 200

    assert outcomes("asha@example.com", 6) == [(401, "INVALID_CREDENTIALS")] * 5 + [(423, "ACCOUNT_LOCKED")]


def test_spellings_of_an_email_share_the_count() -> None:
    spellings = ["asha@example.com", "ASHA@EXAMPLE.COM", " asha@example.com", "Asha@Example.com", "aSHA@example.com"]

    assert [login(email, "wrong").status_code for email in spellings] == [401] * 5
    assert login("asha@example.com", PASSWORD).status_code == 423
    assert LoginGuard.objects.count() == 1


def test_columns_of_the_account_keep_step_with_the_guard() -> None:
    def columns() -> tuple[int, datetime | None]:
        user = User.objects.get(email="asha@example.com")
        return user.failed_login_attempts, user.locked_until

    seen = []
    for _ in range(6):
        login("asha@example.com", "wrong")
        seen.append(columns())
    login("asha@example.com", PASSWORD, after=timedelta(minutes=10))

    until = START + timedelta(minutes=10)
    assert seen == [(1, None), (2, None), (3, None), (4, None), (5, until), (5, until)]
    assert columns() == (0, None)


def test_disabled_account_is_refused_like_a_wrong_password() -> None:
    User.objects.update(is_active=False)

    response = login("asha@example.com", PASSWORD)

    assert (response.status_code, response.json()["code"]) == (401, "INVALID_CREDENTIALS")


@EMAILS
@pytest.mark.django_db(transaction=True)
def test_forty_parallel_wrong_guesses_are_judged_five_times(email: str, judged: type[CountingHasher]) -> None:
    judged.judged = 0

    statuses = together(
        40,
        lambda number: (
            APIClient()
            .post(URL, {"email": email.upper() if number % 2 else email, "password": "wrong"}, format="json")
            .status_code
        ),
    )

    assert judged.judged == 5
    assert sorted(statuses) == [401] * 5 + [423] * 35


@pytest.mark.django_db(transaction=True)
def test_twelve_parallel_right_passwords_all_pass() -> None:
    """Judging one at a time holds no free guesses back: a busy user is not locked out by their own success."""
    body = {"email": "asha@example.com", "password": PASSWORD}

    statuses = together(12, lambda _: APIClient().post(URL, body, format="json").status_code)

    assert statuses == [200] * 12
