"""Request ids, and the last net under every view. What does not belong here: rules of any app."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from http import HTTPStatus

import structlog
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse

from apps.core import clock, errors, metrics, telemetry
from apps.core.api import envelope

GetResponse = Callable[[HttpRequest], HttpResponse]
# What Django's own handlers answer (config.urls): no bugs.
HANDLED_BY_DJANGO = (Http404, BadRequest, SuspiciousOperation)
DATA_POLICY = "default-src 'none'; frame-ancestors 'none'"
# The API pages set styles as they draw, and search in a worker of their own making.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
PERMISSIONS_POLICY = "camera=(), geolocation=(), microphone=(), payment=()"
KNOWN_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
SAFE_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)

log = structlog.get_logger(__name__)


class RequestIdMiddleware:
    """Give each request an id, taken from X-Request-ID where it is sane, and return it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Bind the id to the logs of this request and name it in the answer."""
        request_id = request_id_of(request.headers.get("X-Request-ID", ""))
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def request_id_of(given: str) -> str:
    """The id of a request: the one that it came with, where that is sane."""
    return given if SAFE_ID.fullmatch(given) else uuid.uuid4().hex


class MetricsMiddleware:
    """Count each request and its time, by the route that answered."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Time the rest of the chain."""
        started = clock.monotonic()
        method = request.method if request.method in KNOWN_METHODS else "other"
        with telemetry.span(method) as describe:
            response = self.get_response(request)
            route = _route(request)
            said = {
                "request_id": structlog.contextvars.get_contextvars().get("request_id", ""),
                "http.request.method": method,
                "http.route": route,
                "http.response.status_code": response.status_code,
            }
            describe(f"{method} {route}", said)
        if "ETag" in response:
            metrics.observe_cache(route=route, is_hit=response.status_code == HTTPStatus.NOT_MODIFIED)
        metrics.observe_request(
            method=method,
            route=route,
            status=response.status_code,
            seconds=clock.monotonic() - started,
        )
        return response


class ContentPolicyMiddleware:
    """Tell browsers what an answer may load, and caches that it is nobody else's.

    Pages load only what this service serves itself, data nothing at all. What has an ETag may be kept by who got it,
    who asks each time whether it is still so; everything else, balances and keys with it, is kept by nobody.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the policy and close what no page of ours uses."""
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        response.setdefault("Content-Security-Policy", PAGE_POLICY if is_page else DATA_POLICY)
        response.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.setdefault("Cache-Control", "private, no-cache" if "ETag" in response else "no-store")
        return response


class EnvelopeMiddleware:
    """Turn what escapes a view into the error envelope: database trouble 503, bad data 400, bugs 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, if its body can be read: without a length the framework takes it for empty."""
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            return envelope.refused(411)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The envelope for an exception that no handler took; None for what Django answers itself."""
        if isinstance(exception, HANDLED_BY_DJANGO):
            return None
        if isinstance(exception, PermissionDenied):
            return envelope.to_http(errors.PermissionRefused())
        if isinstance(exception, OperationalError | InterfaceError):
            log.warning("database_unavailable", error=type(exception).__name__, path=request.path)
            return envelope.to_http(errors.Unavailable(retry_after=envelope.OUTAGE_RETRY_SECONDS))
        if isinstance(exception, DataError):
            return envelope.to_http(errors.ValidationFailed("A value is out of the range that can be stored."))
        log.error("unhandled_exception", path=request.path, exc_info=exception)
        telemetry.capture(exception, where=_route(request))
        return envelope.internal_error()


def _route(request: HttpRequest) -> str:
    """The pattern that answered: a path has too many forms to be a label."""
    return request.resolver_match.route if request.resolver_match else "none"
