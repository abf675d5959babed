"""Errors and times leave only where that is configured, and nothing that a user sent leaves with them."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from apps.core import telemetry
from apps.core.tasks import write_heartbeat
from config import celery
from tests.collector import Collector, collecting

SECRET = "planted-secret-7401"
has_sentry = importlib.util.find_spec("sentry_sdk") is not None
has_tracing = importlib.util.find_spec("opentelemetry") is not None
needs_sentry = pytest.mark.skipif(not has_sentry, reason="requirements-extras.txt is not installed: no Sentry")
needs_tracing = pytest.mark.skipif(not has_tracing, reason="requirements-extras.txt is not installed: no OpenTelemetry")


def broken(_request: HttpRequest, word: str) -> HttpResponse:
    planted = word
    raise ZeroDivisionError(planted)


urlpatterns = [path("broken/<str:word>", broken)]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as made:
        yield made


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


@needs_tracing
def test_work_that_breaks_is_told_as_broken_and_not_in_which_words(collector: Collector, settings: Any) -> None:
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    settings.OTEL_EXPORTER_OTLP_ENDPOINT = f"http://{collector.address}"
    settings.OTEL_DELAY_MILLISECONDS = 10

    with pytest.raises(KeyError), telemetry.span("task that breaks"):
        raise KeyError(SECRET)

    body = collector.next()[1]
    (span,) = ExportTraceServiceRequest.FromString(body).resource_spans[0].scope_spans[0].spans
    assert (span.name, span.status.code, span.status.message, len(span.events)) == ("task that breaks", 2, "", 0)
    assert SECRET.encode() not in body


@pytest.mark.parametrize("name", ["SENTRY_DSN", "OTEL_EXPORTER_OTLP_ENDPOINT"])
def test_no_process_starts_with_what_is_configured_and_not_installed(
    settings: Any, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    setattr(settings, name, "http://public@127.0.0.1:1/1")
    monkeypatch.setitem(telemetry.PACKAGES, name, "a_package_that_is_not_there")

    with pytest.raises(ImproperlyConfigured, match=rf"{name} is set.*requirements-extras\.txt"):
        telemetry.check_packages()
