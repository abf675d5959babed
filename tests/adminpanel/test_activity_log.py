"""The activity log through the API."""

from __future__ import annotations

from datetime import UTC, datetime

import time_machine
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
