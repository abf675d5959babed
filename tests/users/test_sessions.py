"""Sessions: what the list says of each, and what ending one, the others, or all does to live tokens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.core.models import ActivityLog
from apps.users import services
from apps.users.enums import SecurityEvent
from apps.users.models import Session, User
from tests.conftest import client_of
from tests.factories.users import PASSWORD, make_session

URL = "/api/v1/auth/sessions/"
PROFILE = "/api/v1/auth/profile"
START = datetime(2026, 1, 5, 4, 0, tzinfo=UTC)
HEARD: list[tuple[int, SecurityEvent, dict[str, object]]] = []


def listen(*, user_id: int, event: SecurityEvent, details: Mapping[str, object]) -> None:
    HEARD.append((user_id, event, dict(details)))


@pytest.fixture
def heard(settings: Settings) -> list[tuple[int, SecurityEvent, dict[str, object]]]:
    HEARD.clear()
    settings.SECURITY_EVENT_LISTENERS = ["tests.users.test_sessions.listen"]
    return HEARD


def login(user: User, *, agent: str = "Firefox", at: datetime = START, address: str = "203.0.113.7") -> dict[str, Any]:
    with time_machine.travel(at, tick=False):
        body = {"email": user.email, "password": PASSWORD}
        response = APIClient().post(
            "/api/v1/auth/login", body, format="json", headers={"user-agent": agent}, REMOTE_ADDR=address
        )
    assert response.status_code == 200
    session: dict[str, Any] = response.json()
    return session


def signed_in(session: dict[str, Any]) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {session['access_token']}")
    return client


def test_list_names_device_address_and_times_the_latest_used_first(owner: User, stranger: User) -> None:
    first = login(owner, agent="Firefox")
    login(owner, agent="curl/8", at=START + timedelta(minutes=1), address="2001:db8::1")
    login(stranger)

    with time_machine.travel(START + timedelta(minutes=2), tick=False):
        page = signed_in(first).get(URL).json()

    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    shown = [{name: row[name] for name in row if name != "id"} for row in page["results"]]
    assert shown == [
        {
            "created_at": "2026-01-05T09:31:00+05:30",
            "last_used_at": "2026-01-05T09:31:00+05:30",
            "expires_at": "2026-02-04T09:31:00+05:30",
            "ip_address": "2001:db8::1",
            "user_agent": "curl/8",
            "is_current": False,
        },
        {
            "created_at": "2026-01-05T09:30:00+05:30",
            "last_used_at": "2026-01-05T09:30:00+05:30",
            "expires_at": "2026-02-04T09:30:00+05:30",
            "ip_address": "203.0.113.7",
            "user_agent": "Firefox",
            "is_current": True,
        },
    ]


def test_user_agent_is_kept_short_and_in_one_line(owner: User) -> None:
    device = services.Device(user_agent="a\r\n\x00b" + "c" * 5000)
    services.issue_tokens(user=owner, device=device)

    assert Session.objects.for_user(owner).get().user_agent == "ab" + "c" * 198


@pytest.mark.parametrize(("age", "written"), [(timedelta(minutes=5), 0), (timedelta(minutes=5, seconds=1), 301)])
def test_time_of_last_use_is_written_once_in_five_minutes(owner: User, age: timedelta, written: int) -> None:
    session = login(owner)
    with time_machine.travel(START + age, tick=False):
        assert signed_in(session).get(PROFILE).status_code == 200

    assert Session.objects.for_user(owner).get().last_used_at == START + timedelta(seconds=written)


def test_refreshing_goes_on_with_the_same_session_from_where_it_is_now(owner: User) -> None:
    session = login(owner)
    with time_machine.travel(START + timedelta(days=3), tick=False):
        body = {"refresh_token": session["refresh_token"]}
        pair = APIClient().post(
            "/api/v1/auth/refresh", body, format="json", headers={"user-agent": "Firefox 2"}, REMOTE_ADDR="198.51.100.1"
        )
        rows = signed_in(pair.json()).get(URL).json()["results"]

    assert [(row["user_agent"], row["ip_address"], row["is_current"]) for row in rows] == [
        ("Firefox 2", "198.51.100.1", True)
    ]
    assert (rows[0]["last_used_at"], rows[0]["expires_at"]) == (
        "2026-01-08T09:30:00+05:30",
        "2026-02-07T09:30:00+05:30",
    )


def refresh_status(session: dict[str, Any]) -> int:
    body = {"refresh_token": session["refresh_token"]}
    return APIClient().post("/api/v1/auth/refresh", body, format="json").status_code


def test_ended_session_is_refused_at_once_with_both_tokens(owner: User) -> None:
    here, there = login(owner, at=datetime.now(UTC)), login(owner, at=datetime.now(UTC))
    client = signed_in(here)
    other = next(row["id"] for row in client.get(URL).json()["results"] if not row["is_current"])

    assert client.delete(f"{URL}{other}/").status_code == 204

    assert signed_in(there).get(PROFILE).json()["code"] == "INVALID_TOKEN"
    assert refresh_status(there) == 401
    assert client.get(URL).json()["count"] == 1
    assert client.delete(f"{URL}{other}/").status_code == 404, "it has ended already"
    assert refresh_status(here) == 200


def test_a_refused_refresh_of_an_ended_session_leaves_the_others_alone(owner: User) -> None:
    here, there = login(owner, at=datetime.now(UTC)), login(owner, at=datetime.now(UTC))
    row = Session.objects.for_user(owner).latest("pk")
    services.end_session(session_id=row.pk, user=owner)

    assert refresh_status(there) == 401
    assert signed_in(here).get(PROFILE).status_code == 200


def test_all_others_are_ended_and_the_present_one_stays(owner: User, stranger: User) -> None:
    here, there, third = (login(owner, at=datetime.now(UTC)) for _ in range(3))
    theirs = client_of(stranger)

    assert signed_in(here).delete(URL).status_code == 204

    assert [signed_in(each).get(PROFILE).status_code for each in (here, there, third)] == [200, 401, 401]
    assert theirs.get(PROFILE).status_code == 200


def test_present_session_may_end_itself(owner: User) -> None:
    client = signed_in(login(owner, at=datetime.now(UTC)))
    current = client.get(URL).json()["results"][0]["id"]

    assert client.delete(f"{URL}{current}/").status_code == 204
    assert client.get(URL).status_code == 401


def test_a_strangers_session_is_missing(owner: User, stranger_api: APIClient) -> None:
    session = make_session(owner)

    assert stranger_api.delete(f"{URL}{session.pk}/").status_code == 404
    assert Session.objects.for_user(owner).get().revoked_at is None


def test_token_of_one_user_with_the_session_of_another_is_refused(owner: User, stranger: User) -> None:
    claims = jwt.decode(services.issue_tokens(user=owner).access_token, options={"verify_signature": False})
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    mixed = jwt.encode({**claims, "sid": make_session(stranger).pk}, key, algorithm="HS256")

    assert signed_in({"access_token": jwt.encode(claims, key, algorithm="HS256")}).get(PROFILE).status_code == 200
    assert signed_in({"access_token": mixed}).get(PROFILE).status_code == 401


@pytest.mark.parametrize("end", ["logout", "password", "expiry"])
def test_what_ends_every_token_empties_the_list(owner: User, end: str) -> None:
    session = login(owner, at=START)
    days = 0
    with time_machine.travel(START, tick=False):
        if end == "logout":
            signed_in(session).post("/api/v1/auth/logout", {}, format="json")
        if end == "password":
            body = {"old_password": PASSWORD, "new_password": "another horse staple"}
            signed_in(session).post("/api/v1/auth/password", body, format="json")
    if end == "expiry":
        days = 31
    owner.refresh_from_db()
    with time_machine.travel(START + timedelta(days=days), tick=False):
        rows = client_of(owner).get(URL).json()["results"]

    fresh = {"password": 2}.get(end, 1)
    assert len(rows) == fresh, "the old session is gone; a changed password gave a new one"


def test_a_device_that_was_never_seen_is_announced_but_not_the_first(owner: User, heard: list[Any]) -> None:
    login(owner, agent="Firefox")
    login(owner, agent="Firefox", address="198.51.100.9")
    login(owner, agent="curl/8", address="198.51.100.9")

    details = {"user_agent": "curl/8", "ip_address": "198.51.100.9"}
    assert heard == [(owner.pk, SecurityEvent.NEW_DEVICE, details)]
    row = ActivityLog.objects.get()
    assert (row.admin_user, row.action, row.ip_address) == (owner.email, "account.new_device", "198.51.100.9")
    assert row.details == {"user_id": owner.pk, "user_agent": "curl/8"}


def test_a_changed_password_is_announced(owner: User, heard: list[Any]) -> None:
    body = {"old_password": PASSWORD, "new_password": "another horse staple"}
    assert client_of(owner).post("/api/v1/auth/password", body).status_code == 200

    assert heard == [(owner.pk, SecurityEvent.PASSWORD_CHANGED, {"ip_address": "127.0.0.1"})]
