"""GET /jobs: a user's backtests, sweeps and syncs that have not ended. What does not belong here: how they are run."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.sync.models import SyncLog
from apps.users.models import User
from tests.factories.backtests import make_row
from tests.factories.sweeps import make_sweep_row

MINUTE = timedelta(minutes=1)


def jobs(api: APIClient, **query: str) -> list[dict[str, Any]]:
    response = api.get("/api/v1/jobs", query)
    assert response.status_code == 200, response.content
    assert response.json()["count"] == len(response.json()["results"])
    return list(response.json()["results"])


def test_a_waiting_run_has_its_place_in_the_whole_queue_and_the_time_until_its_end(
    owner: User, stranger: User, api: APIClient
) -> None:
    """Last runs took 10 s on average, and nothing runs: the third in the queue ends after three of them."""
    for seconds in (8.0, 12.0):
        make_row(owner, status="completed", final_wallet_amount="1.00", time_taken=seconds)
    first = make_row(owner)
    make_row(stranger)
    third = make_row(owner)

    found = jobs(api, active="1")

    places = [(job["id"], job["queue_position"], job["eta_seconds"]) for job in found]
    assert places == [(third.run_id, 3, 30), (first.run_id, 1, 10)]
    created = found[1].pop("created_at")
    assert created.endswith("+05:30")
    assert found[1] == {
        "kind": "backtest",
        "id": first.run_id,
        "status": "pending",
        "stage": "queued",
        "progress": 0.0,
        "title": "Row on HANDMADE",
        "queue_position": 1,
        "eta_seconds": 10,
        "started_at": None,
        "link": f"/api/v1/backtest/runs/{first.run_id}/",
    }


def test_a_link_leads_to_the_job_and_says_the_same_of_it(owner: User, api: APIClient) -> None:
    make_row(owner, status="completed", final_wallet_amount="1.00", time_taken=7.0)
    make_row(owner)

    (job,) = jobs(api)
    shown = api.get(job["link"]).json()

    said = ("status", "stage", "progress", "queue_position", "eta_seconds", "created_at", "started_at")
    assert {name: job[name] for name in said} == {name: shown[name] for name in said}


@pytest.mark.parametrize(
    ("status", "values"),
    [("completed", {"final_wallet_amount": "1.00"}), ("failed", {"extra": {"code": "CANCELLED"}})],
)
def test_what_has_ended_is_not_listed(owner: User, api: APIClient, status: str, values: dict[str, Any]) -> None:
    make_row(owner, status=status, **values)
    make_sweep_row(owner)
    SyncLog.objects.create(sync_type="stock", mode="normal", triggered_by_user=owner, end_time=timezone.now())

    assert jobs(api) == []


def test_a_sweep_has_done_as_much_as_its_parts(owner: User, api: APIClient) -> None:
    """Three of four parts took a minute: the last takes twenty seconds."""
    sweep = make_sweep_row(owner, tried=3)
    sweep.parts, sweep.status, sweep.started_at = 4, "running", timezone.now() - MINUTE
    sweep.save()

    (job,) = jobs(api)

    assert (job["kind"], job["id"], job["stage"], job["progress"]) == ("sweep", sweep.sweep_id, "simulating", 0.75)
    assert job["eta_seconds"] in (20, 21)
    assert api.get(job["link"]).json()["progress"] == 0.75


def test_a_sync_is_a_job_of_who_started_it(owner: User, admin: User, admin_api: APIClient, api: APIClient) -> None:
    """Three of four instruments took a minute: the last takes twenty seconds."""
    log = SyncLog.objects.create(
        sync_type="stock",
        mode="normal",
        status="running",
        triggered_by_user=admin,
        start_time=timezone.now() - MINUTE,
        total_items=4,
        success_count=2,
        failed_count=1,
    )
    SyncLog.objects.create(sync_type="option", mode="normal", total_items=1)

    (job,) = jobs(admin_api)

    assert (job["kind"], job["id"], job["stage"], job["progress"]) == ("sync", str(log.pk), "fetching", 0.75)
    assert job["title"] == "What is missing: Stocks"
    assert job["eta_seconds"] in (20, 21)
    assert admin_api.get(job["link"]).json()["progress"] == 0.75
    assert jobs(api) == []


def test_all_kinds_are_listed_newest_first(owner: User, api: APIClient) -> None:
    make_row(owner)
    sweep = make_sweep_row(owner)
    sweep.status, sweep.kind = "pending", "walk_forward"
    sweep.save()
    SyncLog.objects.create(sync_type="sector", mode="hard", triggered_by_user=owner, total_items=1)

    found = jobs(api)

    assert [job["kind"] for job in found] == ["sync", "walk_forward", "backtest"]
    assert [job["stage"] for job in found] == ["queued"] * 3


def test_a_stranger_sees_none_of_them(owner: User, stranger_api: APIClient) -> None:
    make_row(owner)

    assert jobs(stranger_api) == []


def test_nothing_but_the_active_can_be_asked_for(api: APIClient) -> None:
    response = api.get("/api/v1/jobs", {"active": "0"})

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
