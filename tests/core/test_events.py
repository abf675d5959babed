"""The door through which events leave: after the commit, without waiting for anybody; and what the apps tell."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings as django_settings
from django.db import transaction

from apps.core import events
from apps.core.events import EventKind, outbox
from apps.notifications import services as notifications_services
from apps.sync import services as sync_services
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.backtests import make_prices, request_run
from tests.factories.sweeps import make_completed_sweep
from tests.factories.sync import make_market, open_sync
from tests.factories.trading import make_real_stock, place

Told = Callable[[User], list[tuple[str, Any]]]


@pytest.fixture
def told(settings: Any) -> Told:
    """What has been told to a user, oldest first."""
    settings.EVENT_KEYS = f"test:{uuid4().hex}"

    def read(user: User) -> list[tuple[str, Any]]:
        rows: Any = redis.Redis.from_url(django_settings.REDIS_URL).xrange(outbox.stream_key(user.pk))
        return [(fields[b"kind"].decode(), json.loads(fields[b"data"])) for _, fields in rows]

    return read


@pytest.mark.django_db(transaction=True)
def test_nothing_is_told_of_what_was_rolled_back(owner: User, told: Told) -> None:
    with transaction.atomic():
        events.publish(user_id=owner.pk, kind=EventKind.JOB, payload={"number": 1})
        assert told(owner) == []
        transaction.set_rollback(True)
    with transaction.atomic():
        events.publish(user_id=owner.pk, kind=EventKind.JOB, payload={"number": 2})

    assert told(owner) == [("job", {"number": 2})]


@pytest.mark.django_db(transaction=True)
def test_the_stream_of_a_user_is_short_and_goes_by_itself(owner: User, told: Told) -> None:
    for number in range(outbox.KEPT_EVENTS + 5):
        events.publish(user_id=owner.pk, kind=EventKind.JOB, payload={"number": number})

    assert [data["number"] for _, data in told(owner)] == list(range(5, outbox.KEPT_EVENTS + 5))
    seconds: Any = redis.Redis.from_url(django_settings.REDIS_URL).ttl(outbox.stream_key(owner.pk))
    assert outbox.KEPT_SECONDS - 60 < seconds <= outbox.KEPT_SECONDS


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_nothing_fails_and_it_is_asked_once(owner: User, settings: Any, caplog: Any) -> None:
    """A port where nobody listens: the first event finds that out, the next ones do not try."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        settings.REDIS_URL = f"redis://127.0.0.1:{taken.getsockname()[1]}/0"
        for number in range(3):
            events.publish(user_id=owner.pk, kind=EventKind.JOB, payload={"number": number})

    assert [record.getMessage() for record in caplog.records].count("events_off") <= 1
    assert len([record for record in caplog.records if "events_off" in str(record.msg)]) == 1


@pytest.mark.django_db(transaction=True)
def test_a_ticket_that_the_broker_cannot_keep_is_not_given(owner: User, settings: Any) -> None:
    settings.REDIS_URL = "unix:///nowhere/valkey.sock"

    response = client_of(owner).post("/api/v1/events/ticket", {})

    assert (response.status_code, response.json()["code"]) == (503, "UNAVAILABLE")
    assert response["Retry-After"] == "1"


def test_the_web_process_says_where_events_are(owner: User, settings: Any) -> None:
    settings.EVENTS_URL = "http://127.0.0.1:8100/api/v1/events"

    response = client_of(owner).get("/api/v1/events")

    assert (response.status_code, response.json()["code"]) == (404, "EVENTS_ELSEWHERE")
    assert response.json()["details"] == {"url": "http://127.0.0.1:8100/api/v1/events"}


@pytest.mark.django_db(transaction=True)
def test_a_run_is_told_from_its_start_to_its_end(owner: User, told: Told) -> None:
    make_prices()
    run = request_run(owner)
    # Tasks run at once in tests.
    steps = [data for kind, data in told(owner) if kind == "job"]

    assert {(step["kind"], step["id"]) for step in steps} == {("backtest", run.run_id)}
    assert [(step["status"], step["stage"], step["progress"]) for step in steps] == [
        ("running", "loading", 0.0),
        ("running", "simulating", 0.3),
        ("completed", "done", 1.0),
    ]
    assert [data["title"] for kind, data in told(owner) if kind == "notification"] == ["Backtest completed"]


@pytest.mark.django_db(transaction=True)
def test_a_sweep_is_told_by_its_parts(owner: User, told: Told) -> None:
    make_prices()
    sweep = make_completed_sweep(owner)

    steps = [data for kind, data in told(owner) if kind == "job" and data["kind"] == "sweep"]

    assert {step["id"] for step in steps} == {sweep.sweep_id}
    assert [(step["status"], step["progress"]) for step in steps] == [("running", 1.0), ("completed", 1.0)]


@pytest.mark.django_db(transaction=True)
def test_a_sync_is_told_by_its_instruments_to_who_started_it(admin: User, told: Told) -> None:
    make_market(stocks=("INFY", "TCS"))
    log = open_sync()
    log.triggered_by_user = admin
    log.save()
    sync_services.execute_all(log_id=log.pk)

    steps = [data for kind, data in told(admin) if kind == "job"]

    assert {(step["kind"], step["id"]) for step in steps} == {("sync", str(log.pk))}
    assert [(step["status"], step["progress"]) for step in steps] == [("running", 0.5), ("completed", 1.0)]


@pytest.mark.django_db(transaction=True)
def test_a_notification_is_told(owner: User, told: Told) -> None:
    notifications_services.notify(user_id=owner.pk, title="Hello", message="There", extra={"order_id": 7})

    data = {"title": "Hello", "notification_type": "info", "extra": {"order_id": 7}}
    assert told(owner) == [("notification", data)]


@pytest.mark.django_db(transaction=True)
def test_an_order_and_what_it_made_of_a_position_are_told(owner: User, told: Told) -> None:
    make_real_stock()
    order = place(owner, quantity=3)

    steps = [(kind, data) for kind, data in told(owner) if kind in ("order", "position")]

    assert [(kind, data.get("status"), data["quantity"]) for kind, data in steps] == [
        ("order", "COMPLETE", 3),
        ("position", None, 3),
    ]
    assert {data["id"] for kind, data in steps if kind == "order"} == {order.pk}
