"""Errors to Sentry and times to OpenTelemetry, where they are configured; without, none of their packages is imported.

Nothing that a user sent leaves: no bodies, headers, queries, addresses, local variables, and no text of an exception,
which may repeat any of them. The request id leads to the line of the log that has it.
What does not belong here: logs, metrics.
"""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

Attributes = dict[str, str | int]
PACKAGES = {"SENTRY_DSN": "sentry_sdk", "OTEL_EXPORTER_OTLP_ENDPOINT": "opentelemetry"}
MISSING = "{} is set, and its packages are missing: pip install --require-hashes -r requirements-extras.txt"
# What Sentry's own client puts in, and what is said of an error besides where it was raised.
KEPT = frozenset({"event_id", "timestamp", "level", "platform", "exception", "tags", "release", "environment", "sdk"})


def check_packages() -> None:
    """Pass if what is configured is installed: a process must not find out at its first error.

    :raises ImproperlyConfigured: if not
    """
    for setting, package in PACKAGES.items():
        if getattr(settings, setting) and importlib.util.find_spec(package) is None:
            raise ImproperlyConfigured(MISSING.format(setting))


def capture(exception: BaseException, *, where: str) -> None:
    """Send a bug to Sentry, with the request id of the present context and the route or task."""
    if not settings.SENTRY_DSN:
        return
    sentry, scope = _sentry(), _sentry().new_scope()
    with scope as named:
        named.set_tag("where", where)
        named.set_tag("request_id", structlog.contextvars.get_contextvars().get("request_id", ""))
        sentry.capture_exception(exception)


@contextmanager
def span(name: str, *, parent: str = "", **said: str) -> Iterator[Callable[[str, Attributes], None]]:
    """Time the body, as a part of ``parent`` (a traceparent) or of the span that it runs in.

    What is given is called with the name that is known at the end, and what is to be said of it.
    """
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        yield lambda _name, _attributes: None
        return
    from opentelemetry.trace import StatusCode

    # The text of an exception may repeat what a user sent: neither the exception nor its description is kept.
    with _tracer(os.getpid()).start_as_current_span(
        name, context=_context(parent), attributes=said, record_exception=False, set_status_on_exception=False
    ) as present:
        is_whole = False

        def describe(name: str, attributes: Attributes) -> None:
            present.update_name(name)
            present.set_attributes(attributes)

        try:
            yield describe
            is_whole = True
        finally:
            if not is_whole:
                present.set_status(StatusCode.ERROR)


def traceparent() -> str:
    """The present span as W3C's header of that name; empty where times are not measured."""
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return ""
    carrier: dict[str, str] = {}
    _propagator().inject(carrier)
    return carrier.get("traceparent", "")


def scrub(event: dict[str, Any], _hint: Mapping[str, object]) -> dict[str, Any]:
    """An event for Sentry with the type of the error and where it was raised, and nothing else of the process."""
    kept = {name: value for name, value in event.items() if name in KEPT}
    for each in kept.get("exception", {}).get("values", []):
        each["value"] = ""
        for frame in each.get("stacktrace", {}).get("frames", []):
            frame.pop("vars", None)
    return kept


@cache
def _sentry() -> Any:
    """Sentry's client, made at the first error of a process."""
    import sentry_sdk

    sentry_sdk.init(
        dsn=settings.SENTRY_DSN,
        release=settings.VERSION,
        before_send=scrub,
        default_integrations=False,
        auto_enabling_integrations=False,
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        server_name="",
    )
    return sentry_sdk


def _context(parent: str) -> Any:
    """The context of a traceparent; None, which means the present one, where there is none."""
    return _propagator().extract({"traceparent": parent}) if parent else None


@cache
def _propagator() -> Any:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator()


@cache
def _tracer(_process: int) -> Any:
    """The tracer of a process: its thread that sends does not outlive a fork."""
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    endpoint = f"{settings.OTEL_EXPORTER_OTLP_ENDPOINT.rstrip('/')}/v1/traces"
    provider = TracerProvider(resource=Resource({"service.name": "papertrade", "service.version": settings.VERSION}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint), schedule_delay_millis=settings.OTEL_DELAY_MILLISECONDS)
    )
    return provider.get_tracer("papertrade")
