"""Errors and times leave only where that is configured, and nothing that a user sent leaves with them."""

from __future__ import annotations

import gzip
import importlib.util
import json
import queue
import sys
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from apps.core import telemetry
from apps.core.tasks import write_heartbeat
from config import celery

SECRET = "planted-secret-7401"
SECONDS = 20
has_sentry = importlib.util.find_spec("sentry_sdk") is not None
has_tracing = importlib.util.find_spec("opentelemetry") is not None
needs_sentry = pytest.mark.skipif(not has_sentry, reason="requirements-extras.txt is not installed: no Sentry")
needs_tracing = pytest.mark.skipif(not has_tracing, reason="requirements-extras.txt is not installed: no OpenTelemetry")


def broken(_request: HttpRequest, word: str) -> HttpResponse:
    planted = word
    raise ZeroDivisionError(planted)


urlpatterns = [path("broken/<str:word>", broken)]
pytestmark = pytest.mark.urls(__name__)


class Collector:
    """A server on this machine that keeps what it is sent."""

    def __init__(self) -> None:
        self.received: queue.Queue[tuple[str, bytes]] = queue.Queue()
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                packed = self.headers.get("Content-Encoding", "")
                body = gzip.decompress(body) if packed == "gzip" else body
                received.put((self.path, zlib.decompress(body) if packed == "deflate" else body))
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"127.0.0.1:{self.server.server_address[1]}"

    def next(self) -> tuple[str, bytes]:
        return self.received.get(timeout=SECONDS)


@pytest.fixture
def collector() -> Iterator[Collector]:
    made = Collector()
    thread = Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture(autouse=True)
def _begin_anew() -> Iterator[None]:
    telemetry._sentry.cache_clear()
    telemetry._tracer.cache_clear()
    yield
    telemetry._sentry.cache_clear()
    telemetry._tracer.cache_clear()


def break_something() -> Any:
    """A request with a secret in its path, query, headers and body, that meets a bug."""
    client = Client(raise_request_exception=False)
    return client.post(
        f"/broken/{SECRET}?password={SECRET}",
        data=json.dumps({"password": SECRET}),
        content_type="application/json",
        headers={"Authorization": f"Bearer {SECRET}", "X-Request-ID": "request-of-the-bug", "Cookie": SECRET},
    )


def test_nothing_leaves_and_nothing_is_imported_where_it_is_not_configured(collector: Collector) -> None:
    before = set(sys.modules)

    assert break_something().status_code == 500

    loaded = {name.partition(".")[0] for name in set(sys.modules) - before}
    assert loaded & {"sentry_sdk", "opentelemetry"} == set()
    assert collector.received.empty()


@needs_sentry
def test_a_bug_arrives_at_sentry_with_its_place_and_request_and_without_what_was_sent(
    collector: Collector, settings: Any
) -> None:
    settings.SENTRY_DSN = f"http://public@{collector.address}/1"

    response = break_something()

    where, body = collector.next()
    _, header, event = body.split(b"\n", 2)
    said = json.loads(event.split(b"\n")[0])
    assert (where, json.loads(header)["type"]) == ("/api/1/envelope/", "event")
    (error,) = said["exception"]["values"]
    assert (error["type"], error["value"], error["stacktrace"]["frames"][-1]["function"]) == (
        "ZeroDivisionError",
        "",
        "broken",
    )
    assert said["tags"] == {"where": "broken/<str:word>", "request_id": "request-of-the-bug"}
    assert SECRET.encode() not in body
    assert (response.status_code, json.loads(response.content)["code"]) == (500, "INTERNAL_ERROR")


@needs_sentry
def test_the_bug_of_a_task_arrives_too(collector: Collector, settings: Any) -> None:
    settings.SENTRY_DSN = f"http://public@{collector.address}/1"

    celery.capture_failure(sender=write_heartbeat, exception=KeyError(SECRET))

    body = collector.next()[1]
    assert b'"where":"core.write_heartbeat"' in body
    assert SECRET.encode() not in body


@needs_tracing
def test_the_time_of_a_request_arrives_at_the_collector_by_its_route(collector: Collector, settings: Any) -> None:
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = f"http://{collector.address}"
    settings.OTEL_DELAY_MILLISECONDS = 10

    break_something()

    where, body = collector.next()
    assert where == "/v1/traces"
    for said in (b"POST broken/<str:word>", b"papertrade", b"http.response.status_code", b"request-of-the-bug"):
        assert said in body
    assert SECRET.encode() not in body


@pytest.mark.parametrize("name", ["SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_no_process_starts_with_what_is_configured_and_not_installed(
    settings: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    setattr(settings, name, "http://public@127.0.0.1:1/1")
    monkeypatch.setitem(telemetry.PACKAGES, name, "a_package_that_is_not_there")

    with pytest.raises(ImproperlyConfigured, match=rf"{name} is set.*requirements-extras\.txt"):
        telemetry.check_packages()
