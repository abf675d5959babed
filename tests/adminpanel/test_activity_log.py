"""The activity log through the API."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, connection
from rest_framework.test import APIClient

from apps.core import services as core_services
from apps.users.models import User
from tests.conftest import client_of

URL = "/api/v1/adminpanel/activity-log/"


def record(action: str, *, ip_address: str | None = None) -> None:
    core_services.record_activity(actor="boss@example.com", action=action, details={"key": "x"}, ip_address=ip_address)


def test_log_is_listed_newest_first(admin: User) -> None:
    with time_machine.travel(datetime(2026, 1, 5, 4, 45, tzinfo=UTC), tick=False):
        record("configuration.change", ip_address="192.0.2.7")
        record("permissions.change")
        page = client_of(admin).get(URL).json()

    assert page["count"] == 2
    assert [row["action"] for row in page["results"]] == ["permissions.change", "configuration.change"]
    assert page["results"][1] == {
        "id": page["results"][1]["id"],
        "admin_user": "boss@example.com",
        "action": "configuration.change",
        "details": {"key": "x"},
        "ip_address": "192.0.2.7",
        "created_at": "2026-01-05T10:15:00+05:30",
    }


def test_log_is_filtered_by_action_and_paged(admin_api: APIClient) -> None:
    for action in ("a", "b", "b"):
        record(action)

    assert admin_api.get(f"{URL}?action=b").json()["count"] == 2
    page = admin_api.get(f"{URL}?action=b&page_size=1&page=2").json()
    assert page["next"] is None
    assert page["previous"] == f"http://testserver{URL}?action=b&page_size=1&page=1"


@pytest.fixture
def _days(db: None) -> None:
    """Rows around two midnights in India, which are at 18:30 in UTC."""
    for at, actor in (
        ("04T18:29:59", "a@x.in"),
        ("04T18:30:00", "b@x.in"),
        ("05T18:29:59", "B@x.in"),
        ("05T18:30", "a@x.in"),
    ):
        with time_machine.travel(datetime.fromisoformat(f"2026-01-{at}+00:00"), tick=False):
            core_services.record_activity(actor=actor, action=f"on.{at[:2]}", details={"at": at}, ip_address=None)


@pytest.mark.usefixtures("_days")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["05T18:30", "05T18:29:59", "04T18:30:00", "04T18:29:59"]),
        ("start_date=2026-01-05&end_date=2026-01-05", ["05T18:29:59", "04T18:30:00"]),
        ("end_date=2026-01-04", ["04T18:29:59"]),
        ("start_date=2026-01-06", ["05T18:30"]),
        ("actor=b@x.in", ["05T18:29:59", "04T18:30:00"]),
        ("actor=a@x.in&action=on.04", ["04T18:29:59"]),
    ],
)
def test_log_is_filtered_by_actor_and_days_in_india(admin_api: APIClient, query: str, found: list[str]) -> None:
    assert [row["details"]["at"] for row in admin_api.get(f"{URL}?{query}").json()["results"]] == found


@pytest.mark.usefixtures("_days")
def test_log_is_a_file_whose_cells_are_no_formulas(admin_api: APIClient) -> None:
    with time_machine.travel(datetime(2026, 1, 7, 4, 45, tzinfo=UTC), tick=False):
        core_services.record_activity(actor="=cmd()", action="x", details={"b": 1, "a": "é"}, ip_address="192.0.2.7")
    client = admin_api.get(f"{URL}export_csv?start_date=2026-01-06")

    assert client["Content-Type"] == "text/csv; charset=utf-8"
    assert client["Content-Disposition"] == 'attachment; filename="activity.csv"'
    assert client.getvalue().decode().splitlines() == [
        "time,actor,action,ip_address,details",
        '2026-01-06T00:00:00+05:30,a@x.in,on.05,,"{""at"":""05T18:30""}"',
        '2026-01-07T10:15:00+05:30,\'=cmd(),x,192.0.2.7,"{""a"":""é"",""b"":1}"',
    ]


@pytest.mark.parametrize("query", ["start_date=2026-13-01", "end_date=yesterday", "page=0", "who=me"])
def test_filters_that_are_none_are_400(admin_api: APIClient, query: str) -> None:
    assert admin_api.get(f"{URL}?{query}").status_code == 400


@pytest.mark.parametrize(
    "change", ["UPDATE adminpanel_activitylog SET action = 'b'", "DELETE FROM adminpanel_activitylog"]
)
def test_the_database_refuses_to_change_a_row(db: None, change: str) -> None:
    record("a")

    with pytest.raises(IntegrityError, match="append-only"), connection.cursor() as cursor:
        cursor.execute(change)
