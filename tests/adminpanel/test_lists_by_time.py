"""Lists of what happened, over HTTP: newest first, or oldest first on request, and in no other order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core.models import ActivityLog
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.notifications import make_notification
from tests.factories.payments import make_records
from tests.factories.sweeps import make_sweep_row
from tests.factories.sync import open_sync

COUNT = 3


def _notifications(user: User) -> None:
    for _ in range(COUNT):
        make_notification(user)


def _sweeps(user: User) -> None:
    for _ in range(COUNT):
        make_sweep_row(user)


def _syncs(_user: User) -> None:
    for _ in range(COUNT):
        # Without an instrument it has ended already.
        open_sync()


def _activity(user: User) -> None:
    for number in range(COUNT):
        ActivityLog.objects.create(admin_user=user.email, action=f"thing.{number}", details={})


LISTS: dict[str, Callable[[User], Any]] = {
    "/api/v1/notifications/": _notifications,
    "/api/v1/payments/records/": lambda user: make_records(user, count=COUNT),
    "/api/v1/sync/logs/": _syncs,
    "/api/v1/adminpanel/activity-log/": _activity,
    "/api/v1/backtest/sweeps/": _sweeps,
}


@pytest.mark.parametrize("path", LISTS)
def test_newest_first_or_oldest_first(superadmin: User, path: str) -> None:
    api: APIClient = client_of(superadmin)
    LISTS[path](superadmin)

    def listed(**query: str) -> list[Any]:
        return [row.get("id") or row["sweep_id"] for row in api.get(path, query).json()["results"]]

    newest = listed()
    assert len(newest) == len(set(newest)) == COUNT
    assert newest == listed(ordering="-created_at")
    assert newest[::-1] == listed(ordering="created_at")
    assert newest[0] == listed(page="3", page_size="1", ordering="created_at")[0]
    assert api.get(path, {"ordering": "id"}).json()["code"] == "VALIDATION_ERROR"
