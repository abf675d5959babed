"""Signing up: a trial from today, one account an e-mail, no weak passwords."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.core import services as core_services
from apps.users.models import User
from tests.factories.users import PASSWORD, make_user
from tests.races import together

URL = "/api/v1/auth/signup"
# 01:30 on 6 January in India is still 5 January in UTC: the trial begins on the Indian day.
NIGHT = datetime(2026, 1, 5, 20, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_signup_gives_tokens_and_a_trial_of_seven_days_from_the_indian_day(anonymous_api: APIClient) -> None:
    make_user(email="first@example.com")  # seeds the permissions
    body = {"email": "  Asha@Example.COM ", "password": PASSWORD, "mobile": "+919800000000"}
    with time_machine.travel(NIGHT, tick=False):
        response = anonymous_api.post(URL, body)

    assert response.status_code == 201
    session = response.json()
    user = User.objects.get(email="asha@example.com")
    assert set(session) == {"access_token", "refresh_token", "token_type", "expires_in", "user"}
    assert (session["token_type"], session["expires_in"]) == ("Bearer", 86_400)
    assert session["user"] == {
        "id": user.pk,
        "email": "asha@example.com",
        "mobile": "+919800000000",
        "role": "user",
        "email_verified_at": None,
        "has_two_factor": False,
        "permissions": ["backtest.run", "options.trade", "strategies.manage_own", "trading.trade"],
        "is_entitled": True,
        "trial_start_date": "2026-01-06",
        "trial_end_date": "2026-01-13",
        "subscription_start_date": None,
        "subscription_end_date": None,
        "wallet_balance": "100000.00",
        "created_at": "2026-01-06T01:30:00+05:30",
    }


@pytest.mark.django_db
def test_tokens_of_signup_work(anonymous_api: APIClient) -> None:
    session = anonymous_api.post(URL, {"email": "asha@example.com", "password": PASSWORD}).json()
    anonymous_api.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access_token']}")

    assert anonymous_api.get("/api/v1/auth/profile").json()["email"] == "asha@example.com"


@pytest.mark.django_db
def test_length_of_the_trial_is_configuration(anonymous_api: APIClient) -> None:
    core_services.change_setting(key="subscription.trial_days", value="0", actor="test", ip_address=None)
    with time_machine.travel(NIGHT, tick=False):
        user = anonymous_api.post(URL, {"email": "asha@example.com", "password": PASSWORD}).json()["user"]

    assert (user["trial_start_date"], user["trial_end_date"]) == ("2026-01-06", "2026-01-06")
    assert user["is_entitled"] is True


@pytest.mark.django_db
@pytest.mark.parametrize("email", ["asha@example.com", "ASHA@EXAMPLE.COM", " Asha@example.com "])
def test_email_is_taken_in_any_case(anonymous_api: APIClient, email: str) -> None:
    make_user(email="asha@example.com")

    response = anonymous_api.post(URL, {"email": email, "password": PASSWORD})

    assert (response.status_code, response.json()["code"]) == (409, "EMAIL_TAKEN")
    assert User.objects.count() == 1


GOOD = {"email": "asha@example.com", "password": PASSWORD}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "field", "code"),
    [
        ({"password": PASSWORD}, "email", "required"),
        ({"email": "asha@example.com"}, "password", "required"),
        ({**GOOD, "email": "asha"}, "email", "invalid"),
        ({**GOOD, "email": "as\u212aa@example.com"}, "email", "invalid"),  # KELVIN SIGN, whose lower case is k
        ({**GOOD, "password": "short-one"}, "password", "password_too_short"),
        ({**GOOD, "password": "12345678901"}, "password", "password_entirely_numeric"),
        ({**GOOD, "password": "asha@example.com"}, "password", "password_too_similar"),
        ({**GOOD, "password": "x" * 129}, "password", "max_length"),
        ({**GOOD, "mobile": "98000"}, "mobile", "invalid"),
        ({**GOOD, "mobile": "٩٨٠٠٠٠٠٠٠٠"}, "mobile", "invalid"),
        ({**GOOD, "role": "superadmin"}, "role", "unknown_field"),
        ({**GOOD, "wallet_balance": "1"}, "wallet_balance", "unknown_field"),
    ],
)
def test_bad_bodies_are_refused_by_field(anonymous_api: APIClient, body: dict[str, str], field: str, code: str) -> None:
    response = anonymous_api.post(URL, body)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    fields = response.json()["details"]["fields"]
    assert list(fields) == [field]
    assert code in [problem["code"] for problem in fields[field]]
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_one_of_twenty_parallel_signups_wins() -> None:
    spellings = ["asha@example.com", "ASHA@example.com"]

    def sign_up(number: int) -> int:
        client = APIClient()
        body = {"email": spellings[number % 2], "password": PASSWORD}
        return client.post(URL, body, format="json").status_code

    statuses = together(20, sign_up)

    assert sorted(statuses) == [201] + [409] * 19
    assert list(User.objects.values_list("email", "trial_start_date").distinct()) == [
        ("asha@example.com", User.objects.get().trial_start_date)
    ]
    assert isinstance(User.objects.get().trial_end_date, date)
