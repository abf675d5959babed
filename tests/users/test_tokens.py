"""Access tokens: what is believed, and what ends them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from rest_framework.test import APIClient
from rest_framework_simplejwt.settings import api_settings

from apps.users import services
from apps.users.enums import Role
from apps.users.models import User

PROFILE = "/api/v1/auth/profile"
NOW = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
KEY = settings.SIMPLE_JWT["SIGNING_KEY"]
KIND = api_settings.TOKEN_TYPE_CLAIM


def ask(token: str) -> tuple[int, str]:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    response = client.get(PROFILE)
    return response.status_code, response.json().get("code", "")


def claims_of(token: str) -> dict[str, Any]:
    return jwt.decode(token, options={"verify_signature": False})


@pytest.fixture
def claims(owner: User) -> dict[str, Any]:
    """What a true access token of the owner says."""
    return claims_of(services.issue_tokens(user=owner).access_token)


def test_access_token_carries_who_what_and_how_long(owner: User) -> None:
    with time_machine.travel(NOW, tick=False):
        pair = services.issue_tokens(user=owner)
    access, refresh = claims_of(pair.access_token), claims_of(pair.refresh_token)
    start = int(NOW.timestamp())

    assert set(access) == {KIND, "exp", "iat", "jti", "sub", "aud", "iss", "token_version", "sid"}
    assert (access["sub"], access[KIND], access["iss"], access["aud"]) == (
        str(owner.pk),
        "access",
        "papertrade",
        "papertrade-api",
    )
    assert (access["iat"], access["exp"], access["token_version"]) == (start, start + 86_400, 0)
    assert (refresh[KIND], refresh["exp"]) == ("refresh", start + 30 * 86_400)
    assert access["jti"] != refresh["jti"]


def test_a_token_that_was_believed_ends_with_its_time(owner: User) -> None:
    """24 hours, and the 30 seconds that clocks may differ."""
    with time_machine.travel(NOW, tick=False) as moment:
        token = services.issue_tokens(user=owner).access_token
        answers = [ask(token)]
        moment.shift(timedelta(hours=24, seconds=29))
        answers.append(ask(token))
        moment.shift(timedelta(seconds=1))
        answers.append(ask(token))
    assert answers == [(200, ""), (200, ""), (401, "INVALID_TOKEN")]


def test_hand_made_token_with_true_claims_is_believed(claims: dict[str, Any]) -> None:
    """The forgeries below differ from this one in one thing each."""
    assert ask(jwt.encode(claims, KEY, algorithm="HS256")) == (200, "")


MISSING = pytest.mark.parametrize("claim", ["exp", "jti", "sub", "aud", "iss", "token_version", "sid", KIND])


@MISSING
def test_token_without_a_claim_is_refused(claims: dict[str, Any], claim: str) -> None:
    del claims[claim]

    assert ask(jwt.encode(claims, KEY, algorithm="HS256")) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    ("claim", "value"),
    [
        ("sub", "999999999"),
        ("sub", "owner"),
        ("sub", "0"),
        ("aud", "another"),
        ("iss", "another"),
        ("token_version", 1),
        ("token_version", "0"),
        ("token_version", None),
        ("sid", 999_999_999),
        ("sid", "mine"),
        ("sid", None),
        (KIND, "refresh"),
        (KIND, ""),
        ("exp", 1),
        ("exp", "soon"),
        ("exp", 10**30),
        ("exp", 1e30),
        ("exp", 2**62),
        ("exp", float("inf")),
        ("iat", 4_000_000_000),
    ],
)
def test_token_with_a_false_claim_is_refused(claims: dict[str, Any], claim: str, value: object) -> None:
    assert ask(jwt.encode({**claims, claim: value}, KEY, algorithm="HS256")) == (401, "INVALID_TOKEN")


def test_token_signed_otherwise_is_refused(claims: dict[str, Any]) -> None:
    forged = {
        "none": jwt.encode(claims, "", algorithm="none"),
        "another key": jwt.encode(claims, KEY[::-1], algorithm="HS256"),
        "another algorithm": jwt.encode(claims, KEY, algorithm="HS512"),
    }

    assert {name: ask(token) for name, token in forged.items()} == dict.fromkeys(forged, (401, "INVALID_TOKEN"))


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é.é.é", "a b", "." * 5000, "eyJhbGciOiJIUzI1NiJ9.bnVsbA.x"])
def test_what_is_no_token_is_refused(token: str) -> None:
    assert ask(token) == (401, "INVALID_TOKEN")


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Basic b3duZXI6eA==", "Token abc"])
def test_other_schemes_are_nobody(anonymous_api: APIClient, header: str) -> None:
    anonymous_api.credentials(HTTP_AUTHORIZATION=header)

    assert anonymous_api.get(PROFILE).json()["code"] == "NOT_AUTHENTICATED"


def test_refresh_token_is_no_access_token(owner: User) -> None:
    assert ask(services.issue_tokens(user=owner).refresh_token) == (401, "INVALID_TOKEN")


@pytest.mark.parametrize(
    ("age", "status"),
    [(timedelta(hours=24), 200), (timedelta(hours=24, seconds=29), 200), (timedelta(hours=24, seconds=31), 401)],
)
def test_token_ends_after_a_day_and_half_a_minute_of_leeway(owner: User, age: timedelta, status: int) -> None:
    with time_machine.travel(NOW, tick=False):
        token = services.issue_tokens(user=owner).access_token
    with time_machine.travel(NOW + age, tick=False):
        assert ask(token)[0] == status


@pytest.mark.parametrize(
    "change",
    [{"is_active": False}, {"token_version": 1}],
    ids=["disabled", "revoked"],
)
def test_change_of_the_account_ends_its_tokens_at_once(owner: User, change: dict[str, Any]) -> None:
    token = services.issue_tokens(user=owner).access_token
    User.objects.filter(pk=owner.pk).update(**change)

    assert ask(token) == (401, "INVALID_TOKEN")


def test_deleted_account_is_refused(owner: User) -> None:
    token = services.issue_tokens(user=owner).access_token
    owner.delete()

    assert ask(token) == (401, "INVALID_TOKEN")


def test_role_is_read_from_the_account_not_from_the_token(superadmin: User, superadmin_api: APIClient) -> None:
    assert superadmin_api.get("/api/v1/adminpanel/activity-log/").status_code == 200

    User.objects.filter(pk=superadmin.pk).update(role=Role.USER)

    assert superadmin_api.get("/api/v1/adminpanel/activity-log/").status_code == 403
