"""Syncs over HTTP: who may start one, what it answers, how it shows what it is doing."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.core.configuration import override
from apps.core.models import ActivityLog
from apps.notifications.models import Notification
from apps.stocks.models import StockPriceDaily
from apps.sync.models import SyncLog
from apps.users.enums import Role
from apps.users.models import Permission, RolePermission, User
from tests.conftest import client_of
from tests.factories.sync import EVENING, SESSIONS, make_market, open_sync
from tests.factories.users import make_user

NORMAL, HARD, LOGS = "/api/v1/sync/trigger-normal", "/api/v1/sync/trigger-hard", "/api/v1/sync/logs/"
STOCK = {"sync_type": "stock"}
RANGE = {**STOCK, "start_date": "2025-12-01", "end_date": "2025-12-31"}


@pytest.fixture
def evening_api(db: None) -> Any:
    """An administrator's client on a Monday evening."""
    with time_machine.travel(EVENING, tick=False):
        yield client_of(make_user(email="admin@example.com", role=Role.ADMIN))


def test_a_sync_is_accepted_runs_and_can_be_followed(
    evening_api: APIClient, django_capture_on_commit_callbacks: Any
) -> None:
    make_market(stocks=["INFY", "NEWSTOCK", "TCS"])

    with django_capture_on_commit_callbacks() as rings:
        response = evening_api.post(NORMAL, STOCK)

    waiting = response.json()
    assert response.status_code == 202
    assert waiting | {"id": 0} == {
        "id": 0,
        "sync_type": "stock",
        "mode": "normal",
        "status": "pending",
        "stage": "queued",
        "progress": 0.0,
        "eta_seconds": None,
        "is_auto_sync": False,
        "triggered_by": "admin@example.com",
        "start_date": None,
        "end_date": None,
        "created_at": EVENING,
        "start_time": None,
        "end_time": None,
        "total_items": 3,
        "processed": 0,
        "success_count": 0,
        "failed_count": 0,
        "skipped_count": 0,
        "error_details": [],
        "extra": {},
    }

    with django_capture_on_commit_callbacks(execute=True):
        for ring in rings:
            ring()

    ended = evening_api.get(f"{LOGS}{waiting['id']}/").json()
    assert (ended["status"], ended["stage"], ended["progress"]) == ("completed", "done", 1.0)
    assert (ended["success_count"], ended["failed_count"], ended["skipped_count"], ended["processed"]) == (2, 1, 0, 3)
    assert ended["error_details"] == [
        {"instrument": "NEWSTOCK", "code": "SYMBOL_NOT_FOUND", "message": "Unknown symbol: NEWSTOCK"}
    ]
    assert ended["extra"]["daily_inserted"] == 2 * SESSIONS
    assert StockPriceDaily.objects.count() == 2 * SESSIONS
    notice = Notification.objects.unscoped().get()
    assert (notice.title, notice.extra) == ("Sync ended with failures", {"sync": waiting["id"]})


def test_it_moves_while_it_runs(evening_api: APIClient) -> None:
    from apps.sync import services

    make_market(stocks=["INFY", "TCS", "WIPRO", "ITC"])
    log = open_sync()

    services.execute_next()
    with time_machine.travel("2026-01-05T18:00:10+05:30", tick=False):
        shown = client_of(User.objects.get()).get(f"{LOGS}{log.pk}/").json()

    assert (shown["status"], shown["stage"], shown["processed"], shown["progress"]) == ("running", "fetching", 1, 0.25)
    # Ten seconds for one of four.
    assert shown["eta_seconds"] == 30


def test_a_second_sync_of_the_type_is_refused_and_one_of_another_is_not(evening_api: APIClient) -> None:
    make_market(sectors=["NIFTY50"])
    running = evening_api.post(NORMAL, STOCK).json()["id"]

    refused = evening_api.post(NORMAL, STOCK)

    assert (refused.status_code, refused.json()["code"]) == (409, "SYNC_RUNNING")
    assert refused.json()["details"] == {"sync_type": "stock", "sync": running}
    assert SyncLog.objects.count() == 1
    assert evening_api.post(NORMAL, {"sync_type": "sector"}).status_code == 202


def test_the_same_key_and_body_give_the_first_answer_again(evening_api: APIClient) -> None:
    make_market()
    first = evening_api.post(NORMAL, STOCK, HTTP_IDEMPOTENCY_KEY="k")
    again = evening_api.post(NORMAL, STOCK, HTTP_IDEMPOTENCY_KEY="k")
    other = evening_api.post(NORMAL, {"sync_type": "sector"}, HTTP_IDEMPOTENCY_KEY="k")

    assert again.json() == first.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert SyncLog.objects.count() == 1


def test_an_administrator_may_sync_hard_only_where_a_superadmin_allows_it(
    admin_api: APIClient, superadmin_api: APIClient
) -> None:
    refused = admin_api.post(HARD, RANGE)

    assert (refused.status_code, refused.json()["code"]) == (403, "FEATURE_DISABLED")
    assert refused.json()["details"] == {"setting": "admin.can_trigger_hard_sync"}
    assert not SyncLog.objects.exists()
    assert superadmin_api.post(HARD, RANGE).status_code == 202

    override("admin.can_trigger_hard_sync", "true")
    assert admin_api.post(HARD, {**RANGE, "sync_type": "sector"}).status_code == 202


def test_the_roles_of_the_configuration_may_start_a_sync(admin_api: APIClient, superadmin_api: APIClient) -> None:
    override("sync.allowed_roles", "superadmin")

    refused = admin_api.post(NORMAL, STOCK)

    assert (refused.status_code, refused.json()["code"]) == (403, "PERMISSION_DENIED")
    assert refused.json()["details"] == {"setting": "sync.allowed_roles", "allowed_roles": ["superadmin"]}
    override("sync.allowed_roles", "user")
    assert superadmin_api.post(NORMAL, STOCK).status_code == 202


def test_a_user_needs_the_permission_and_a_role_that_is_allowed(api: APIClient) -> None:
    RolePermission.objects.create(role=Role.USER, permission=Permission.objects.get(code="sync.run"))
    assert api.post(NORMAL, STOCK).status_code == 403

    override("sync.allowed_roles", "user,admin")

    assert api.post(NORMAL, STOCK).status_code == 202


def test_who_started_what_is_in_the_activity_log(superadmin_api: APIClient) -> None:
    make_market()

    log_id = superadmin_api.post(HARD, {**RANGE, "instruments": ["TCS"]}).json()["id"]

    row = ActivityLog.objects.get()
    assert (row.admin_user, row.action, row.ip_address) == ("superadmin@example.com", "sync.start", "127.0.0.1")
    assert row.details == {
        "sync": log_id,
        "sync_type": "stock",
        "mode": "hard",
        "instruments": ["TCS"],
        "start_date": "2025-12-01",
        "end_date": "2025-12-31",
    }


@pytest.mark.parametrize(
    ("url", "body", "field"),
    [
        (NORMAL, {}, "sync_type"),
        (NORMAL, {"sync_type": "future"}, "sync_type"),
        (NORMAL, {**STOCK, "instruments": "TCS"}, "instruments"),
        (NORMAL, {**STOCK, "instruments": ["tcs"]}, "instruments.0"),
        (NORMAL, RANGE, "end_date"),
        (HARD, STOCK, "end_date"),
        (HARD, {**RANGE, "start_date": "2026-01-01"}, "end_date"),
        (HARD, {**RANGE, "start_date": "yesterday"}, "start_date"),
    ],
)
def test_what_cannot_be_meant_is_refused(superadmin_api: APIClient, url: str, body: Any, field: str) -> None:
    response = superadmin_api.post(url, body)

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert field in response.json()["details"]["fields"]
    assert not SyncLog.objects.exists()


def test_an_instrument_of_another_type_is_not_found(admin_api: APIClient) -> None:
    make_market(sectors=["NIFTY50"])

    response = admin_api.post(NORMAL, {**STOCK, "instruments": ["TCS", "NIFTY50"]})

    assert (response.status_code, response.json()["code"]) == (404, "INSTRUMENT_NOT_FOUND")
    assert response.json()["details"] == {"instrument_type": "stock", "instrument_identifier": "NIFTY50"}
    assert not SyncLog.objects.exists()


def test_syncs_are_listed_newest_first_and_by_what_they_are(admin_api: APIClient) -> None:
    ids = [open_sync(sync_type).pk for sync_type in ("stock", "sector", "stock")]

    assert [row["id"] for row in admin_api.get(LOGS).json()["results"]] == ids[::-1]
    assert [row["id"] for row in admin_api.get(f"{LOGS}?sync_type=sector").json()["results"]] == [ids[1]]
    assert admin_api.get(f"{LOGS}?status=failed").json()["count"] == 0
    assert admin_api.get(f"{LOGS}?status=lost").status_code == 400
    assert admin_api.get(f"{LOGS}999999/").json()["code"] == "NOT_FOUND"
