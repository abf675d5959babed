"""The endpoints of notifications: scope, filters, paging, marking as read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.notifications.enums import NotificationType
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.notifications import make_notification

URL = "/api/v1/notifications/"
NOW = datetime(2026, 1, 5, 4, 45, tzinfo=UTC)


def titles(api: APIClient, query: str = "") -> list[str]:
    return [row["title"] for row in api.get(URL + query).json()["results"]]


def test_list_shows_own_notifications_newest_first(api: APIClient, owner: User, stranger: User) -> None:
    with time_machine.travel(NOW, tick=False):
        first = make_notification(owner, title="First", type=NotificationType.SUCCESS, extra={"run_id": "r1"})
        make_notification(owner, title="Second")
        make_notification(stranger, title="Not mine")

    page = api.get(URL).json()

    assert (page["count"], page["next"], page["previous"]) == (2, None, None)
    assert [row["title"] for row in page["results"]] == ["Second", "First"]
    assert page["results"][1] == {
        "id": first.pk,
        "title": "First",
        "message": "It made 12.40 %.",
        "notification_type": "success",
        "is_read": False,
        "read_at": None,
        "extra": {"run_id": "r1"},
        "created_at": "2026-01-05T10:15:00+05:30",
    }


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Failed", "Read", "Done"]),
        ("?is_read=true", ["Read"]),
        ("?is_read=false", ["Failed", "Done"]),
        ("?notification_type=error", ["Failed"]),
        ("?notification_type=info&is_read=false", []),
        ("?page_size=2", ["Failed", "Read"]),
        ("?page_size=2&page=2", ["Done"]),
        ("?page=9", []),
    ],
)
def test_list_is_filtered_and_paged(api: APIClient, owner: User, query: str, expected: list[str]) -> None:
    make_notification(owner, title="Done", type=NotificationType.SUCCESS)
    read = make_notification(owner, title="Read", type=NotificationType.INFO)
    make_notification(owner, title="Failed", type=NotificationType.ERROR)
    api.patch(f"{URL}{read.pk}/mark-read")

    assert titles(api, query) == expected


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("?is_read=perhaps", "is_read"),
        ("?notification_type=loud", "notification_type"),
        ("?page=0", "page"),
        ("?page=1_0", "page"),
        ("?page=٣", "page"),
        ("?page_size=201", "page_size"),
        ("?user_id=1", "user_id"),
        ("?page=%00", "page"),
    ],
)
def test_bad_query_is_400_by_field(api: APIClient, query: str, field: str) -> None:
    response = api.get(URL + query)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]


def test_mark_read_keeps_the_first_time(api: APIClient, owner: User) -> None:
    row = make_notification(owner)
    make_notification(owner)
    answers = []
    for after in (timedelta(0), timedelta(hours=1)):
        with time_machine.travel(NOW + after, tick=False):
            # A client of that time: the fixture's token is not valid yet.
            answers.append(client_of(owner).patch(f"{URL}{row.pk}/mark-read").json())

    assert [answer["is_read"] for answer in answers] == [True, True]
    assert [answer["read_at"] for answer in answers] == ["2026-01-05T10:15:00+05:30"] * 2
    assert api.get(f"{URL}unread-count").json() == {"unread_count": 1}


def test_stranger_gets_the_answer_of_a_missing_row(api: APIClient, stranger_api: APIClient, owner: User) -> None:
    row = make_notification(owner)

    theirs, missing = (stranger_api.patch(f"{URL}{pk}/mark-read") for pk in (row.pk, 10**18))

    assert (theirs.status_code, missing.status_code) == (404, 404)
    assert {**theirs.json(), "request_id": ""} == {**missing.json(), "request_id": ""}
    assert api.get(f"{URL}unread-count").json() == {"unread_count": 1}


def test_mark_all_read_takes_ones_own_unread_ones(
    api: APIClient, stranger_api: APIClient, owner: User, stranger: User
) -> None:
    for user in (owner, owner, stranger):
        make_notification(user)

    assert [api.post(f"{URL}mark-all-read").json() for _ in range(2)] == [{"marked": 2}, {"marked": 0}]
    assert api.get(f"{URL}unread-count").json() == {"unread_count": 0}
    assert stranger_api.get(f"{URL}unread-count").json() == {"unread_count": 1}


@pytest.mark.parametrize(("method", "path"), [("patch", "1/mark-read"), ("post", "mark-all-read")])
def test_unknown_fields_are_refused(api: APIClient, method: str, path: str) -> None:
    response = getattr(api, method)(URL + path, {"is_read": False})

    assert list(response.json()["details"]["fields"]) == ["is_read"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"), [("get", ""), ("patch", "1/mark-read"), ("post", "mark-all-read"), ("get", "unread-count")]
)
def test_anonymous_is_refused(anonymous_api: APIClient, method: str, path: str) -> None:
    response = getattr(anonymous_api, method)(URL + path)

    assert (response.status_code, response.json()["code"]) == (401, "NOT_AUTHENTICATED")
