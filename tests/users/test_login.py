"""Signing in with a password: the answer, and bodies that are none."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.users.models import LoginGuard, User
from tests.factories.users import PASSWORD

URL = "/api/v1/auth/login"


def test_login_gives_a_pair_and_the_profile(anonymous_api: APIClient, owner: User) -> None:
    response = anonymous_api.post(URL, {"email": "OWNER@example.com", "password": PASSWORD})

    assert response.status_code == 200
    session = response.json()
    assert (session["token_type"], session["expires_in"]) == ("Bearer", 86_400)
    anonymous_api.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access_token']}")
    assert anonymous_api.get("/api/v1/auth/profile").json() == session["user"]


def test_password_is_not_trimmed(anonymous_api: APIClient, owner: User) -> None:
    response = anonymous_api.post(URL, {"email": "owner@example.com", "password": f"{PASSWORD} "})

    assert (response.status_code, response.json()["code"]) == (401, "INVALID_CREDENTIALS")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"email", "password"}),
        ({"email": "owner@example.com"}, {"password"}),
        ({"email": "owner@example.com", "password": ""}, {"password"}),
        ({"email": "owner@example.com", "password": None}, {"password"}),
        ({"email": "owner@example.com", "password": ["a"]}, {"password"}),
        ({"email": {"$ne": ""}, "password": PASSWORD}, {"email"}),
        ({"email": "owner", "password": PASSWORD}, {"email"}),
        ({"email": "owner@example.com", "password": PASSWORD, "remember": True}, {"remember"}),
    ],
)
def test_bad_body_is_400_and_no_guess(anonymous_api: APIClient, body: dict[str, Any], fields: set[str]) -> None:
    response = anonymous_api.post(URL, body)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert set(response.json()["details"]["fields"]) == fields
    assert not LoginGuard.objects.exists()


def test_credentials_in_the_header_are_not_looked_at(anonymous_api: APIClient, owner: User) -> None:
    anonymous_api.credentials(HTTP_AUTHORIZATION="Bearer nonsense")

    assert anonymous_api.post(URL, {"email": "owner@example.com", "password": PASSWORD}).status_code == 200
