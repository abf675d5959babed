"""Refreshing: once a token, exactly one of many, and a replay ends the family. Signing out ends everything."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.users import services
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.users import make_user
from tests.races import together

URL = "/api/v1/auth/refresh"
PROFILE = "/api/v1/auth/profile"


def refresh(token: str) -> tuple[int, dict[str, Any]]:
    response = APIClient().post(URL, {"refresh_token": token}, format="json")
    return response.status_code, response.json()


def is_signed_in(access_token: str) -> bool:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {access_token}")
    return client.get(PROFILE).status_code == 200


def test_refresh_gives_a_new_pair_that_works(owner: User) -> None:
    old = services.issue_tokens(user=owner)

    status, pair = refresh(old.refresh_token)

    assert status == 200
    assert set(pair) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 86_400)
    assert is_signed_in(pair["access_token"])
    assert refresh(pair["refresh_token"])[0] == 200
    assert is_signed_in(old.access_token), "an exchange ends the refresh token, not the access token beside it"


def test_replay_revokes_the_whole_family(owner: User) -> None:
    old = services.issue_tokens(user=owner)
    _, new = refresh(old.refresh_token)

    status, body = refresh(old.refresh_token)

    assert (status, body["code"]) == (401, "INVALID_TOKEN")
    assert not is_signed_in(old.access_token)
    assert not is_signed_in(new["access_token"])
    assert refresh(new["refresh_token"])[0] == 401


def test_replay_of_a_dead_family_leaves_the_next_sign_in_alone(owner: User) -> None:
    """Otherwise whoever holds one old token could sign the user out for ever."""
    old = services.issue_tokens(user=owner)
    refresh(old.refresh_token)
    refresh(old.refresh_token)
    owner.refresh_from_db()
    fresh = services.issue_tokens(user=owner)

    assert refresh(old.refresh_token)[0] == 401
    assert is_signed_in(fresh.access_token)


def test_access_token_is_no_refresh_token(owner: User) -> None:
    pair = services.issue_tokens(user=owner)

    assert refresh(pair.access_token)[1]["code"] == "INVALID_TOKEN"
    assert is_signed_in(pair.access_token)


def test_disabled_account_cannot_refresh(owner: User) -> None:
    pair = services.issue_tokens(user=owner)
    User.objects.update(is_active=False)

    assert refresh(pair.refresh_token)[1]["code"] == "INVALID_TOKEN"


@pytest.mark.django_db
@pytest.mark.parametrize("body", [{}, {"refresh_token": ""}, {"refresh_token": 5, "x": 1}, {"refresh_token": None}])
def test_bad_body_is_400(anonymous_api: APIClient, body: dict[str, object]) -> None:
    assert anonymous_api.post(URL, body).status_code == 400


def test_tokens_are_not_kept_in_the_database(owner: User) -> None:
    refresh(services.issue_tokens(user=owner).refresh_token)

    assert list(OutstandingToken.objects.values_list("token", flat=True)) == [""]


@pytest.mark.django_db(transaction=True)
def test_one_of_twelve_parallel_refreshes_wins() -> None:
    user = make_user()
    token = services.issue_tokens(user=user).refresh_token

    answers = together(12, lambda _: refresh(token))

    assert sorted(status for status, _ in answers) == [200] + [401] * 11
    assert BlacklistedToken.objects.count() == 1
    user.refresh_from_db()
    assert user.token_version == 1, "eleven replays revoke the family once"


@pytest.mark.parametrize("with_refresh_token", [True, False])
def test_logout_ends_every_token_of_the_account_at_once(owner: User, stranger: User, with_refresh_token: bool) -> None:
    here, there = services.issue_tokens(user=owner), services.issue_tokens(user=owner)
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {here.access_token}")
    body = {"refresh_token": here.refresh_token} if with_refresh_token else {}

    response = client.post("/api/v1/auth/logout", body, format="json")

    assert (response.status_code, response.content) == (204, b"")
    assert not is_signed_in(here.access_token)
    assert not is_signed_in(there.access_token)
    assert [refresh(pair.refresh_token)[0] for pair in (here, there)] == [401, 401]
    assert client_of(stranger).get(PROFILE).status_code == 200


def test_logout_refuses_unknown_fields(api: APIClient) -> None:
    assert api.post("/api/v1/auth/logout", {"everywhere": True}).status_code == 400
    assert api.get(PROFILE).status_code == 200
