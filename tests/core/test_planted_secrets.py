"""Secrets that users send are nowhere but where they must be: not in logs, answers, the broker or the tables.

Planted through a real web process that logs at DEBUG. What does not belong here: how passwords and tokens are kept.
"""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from django.db import connection

from apps.users import services as users_services
from tests.core.streams import web_running
from tests.factories.users import make_user

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PLANTED = {
    name: f"canary-{name}-7f3a9c51e2"
    for name in (
        "signup-password",
        "wrong-password",
        "new-password",
        "broken-password",
        "refresh-token",
        "access-token",
        "metrics-token",
        "stripe-signature",
        "webhook-body",
        "ticket",
        "cookie",
        "api-key",
        "long-header",
    )
}


class Sender:
    """Sends requests and keeps every answer."""

    def __init__(self, port: int) -> None:
        self.port, self.answers = port, b""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> int:
        made = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        data = body if isinstance(body, str) or body is None else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        made.request(method, path, data, {"Content-Type": "application/json", **named})
        answer = made.getresponse()
        self.answers += str(answer.getheaders()).encode() + answer.read()
        made.close()
        return answer.status


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "web.log"


@pytest.fixture
def sender(transactional_db: None, log: Path) -> Iterator[Sender]:
    with web_running(log, LOG_LEVEL="DEBUG") as port:
        yield Sender(port)


def plant(sender: Sender, *, token: str) -> list[int]:
    """Every secret by the way that it comes in, right and wrong."""
    mail, bearer = {"email": "new@example.com"}, f"Bearer {token}"
    old = {"old_password": PLANTED["wrong-password"], "new_password": PLANTED["new-password"]}
    return [
        sender.send("POST", "/api/v1/auth/signup", {**mail, "password": PLANTED["signup-password"]}),
        sender.send("POST", "/api/v1/auth/login", {**mail, "password": PLANTED["wrong-password"]}),
        sender.send("POST", "/api/v1/auth/login", '{"password": "' + PLANTED["broken-password"]),
        sender.send("POST", "/api/v1/auth/login", {"password": {"is": PLANTED["broken-password"]}}),
        sender.send("POST", "/api/v1/auth/refresh", {"refresh_token": PLANTED["refresh-token"]}),
        sender.send("POST", "/api/v1/auth/password", old, Authorization=bearer),
        sender.send("GET", "/api/v1/auth/profile", Authorization=f"Bearer {PLANTED['access-token']}"),
        sender.send("GET", "/metrics", Authorization=f"Bearer {PLANTED['metrics-token']}"),
        sender.send(
            "POST",
            "/api/v1/payments/webhook/stripe",
            {"secret": PLANTED["webhook-body"]},
            Stripe_Signature=f"t=1,v1={PLANTED['stripe-signature']}",
        ),
        sender.send("GET", f"/api/v1/events?ticket={PLANTED['ticket']}", Authorization=bearer),
        sender.send("GET", "/nowhere", Cookie=f"sessionid={PLANTED['cookie']}", X_Api_Key=PLANTED["api-key"]),
        sender.send("GET", "/health/live", X_Long=PLANTED["long-header"] * 1_000),
    ]


def test_no_planted_secret_is_found_where_it_does_not_belong(sender: Sender, log: Path) -> None:
    token = users_services.issue_tokens(user=make_user()).access_token

    statuses = plant(sender, token=token)

    assert statuses == [201, 401, 400, 400, 401, 400, 401, 404, 422, 404, 404, 431]
    written = log.read_text()
    assert "Invalid request" in written, "the log is the process' own"
    places = {"log": written, "answers": sender.answers.decode(), "broker": _broker(), "tables": _tables()}
    found = [(name, place) for place, text in places.items() for name in PLANTED if PLANTED[name] in text]
    assert found == []
    assert token not in written


def _broker() -> str:
    """Every key with its value."""
    client: Any = redis.Redis.from_url(settings.REDIS_URL)
    readers = {b"string": client.get, b"list": lambda key: client.lrange(key, 0, -1), b"stream": client.xrange}
    return "".join(f"{key}{readers.get(client.type(key), client.type)(key)}" for key in client.scan_iter())


def _tables() -> str:
    """Every row of every table, as text."""
    with connection.cursor() as cursor:
        rows = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" AS t LIMIT 5000')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows)
