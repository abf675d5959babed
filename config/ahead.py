"""Answers that this process has just given, given again before the framework is woken: of the market, and of own rows.

Whoever may not have them goes the framework's way, which says so; so does whatever is not plain.
What does not belong here: what is answered (views), for how long that is good (core's sharing), who may ask (passes).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, NamedTuple

import structlog
from django.conf import settings
from django.db import Error, close_old_connections
from django.http import HttpResponse

from apps.core import clock, errors, metrics, middleware
from apps.core import services as core_services
from apps.core.api import sharing
from apps.core.api.views import View
from config import passes

Environ = dict[str, Any]
Start = Callable[..., Any]
Framework = Callable[[Environ, Start], Any]
Headers = list[tuple[str, str]]
METHOD, ID_HEADER = passes.METHOD, "X-Request-ID"
# Besides these an answer may depend on any header: another value is another question.
INDIFFERENT = frozenset(
    {
        "HTTP_AUTHORIZATION",
        "HTTP_X_API_KEY",
        "HTTP_X_REQUEST_ID",
        "HTTP_USER_AGENT",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_REAL_IP",
    }
)
PLACES = ("PATH_INFO", "QUERY_STRING", "SCRIPT_NAME", "wsgi.url_scheme", "CONTENT_LENGTH", "CONTENT_TYPE")


class Given(NamedTuple):
    """A whole answer: the head without the id of its request; the view that gave it, and in which series."""

    shared: sharing.Shared
    series: bytes
    status: HTTPStatus
    line: str
    headers: Headers
    body: bytes

    @property
    def until(self) -> float:
        """Until when it is good."""
        return self.shared.until


class Ahead:
    """The application as the server calls it: the framework, and what need not go there."""

    def __init__(self, framework: Framework) -> None:
        self._framework = framework
        self._shelf: sharing.Shelf[Given] = sharing.Shelf()
        self._passes = passes.Passes()

    def __call__(self, wsgi_environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request."""
        if wsgi_environ["REQUEST_METHOD"] != METHOD or settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            return self._framework(wsgi_environ, start)
        question = _question(wsgi_environ)
        given = self._shelf.find(question)
        if given is not None:
            began = clock.monotonic()
            request_id = middleware.request_id_of(wsgi_environ.get("HTTP_X_REQUEST_ID", ""))
            with structlog.contextvars.bound_contextvars(request_id=request_id), _tables():
                entry = self._enter(wsgi_environ, view=given.shared.view)
                is_so = entry is not None and _is_so(given, entry)
            if is_so:
                start(given.line, [*given.headers, (ID_HEADER, request_id)])
                _count(given, seconds=clock.monotonic() - began)
                return [given.body]
            if entry is not None and entry.series is not None:
                wsgi_environ[sharing.COUNTED] = True
        return self._ask(wsgi_environ, start, question=question)

    def count_refusal(self, status: int) -> None:
        """Count a request that the server refused before it was read, which took the service no time.

        What its method was is not known for sure, and no route saw it.
        """
        metrics.observe_request(method="other", route="none", status=status, seconds=0.0)

    def _ask(self, wsgi_environ: Environ, start: Start, *, question: object) -> Iterable[bytes]:
        """The framework's answer, kept where it is one that may be."""
        said: list[Any] = []

        def begin(line: str, headers: Headers, *rest: Any) -> Any:
            said[:] = line, headers
            return start(line, headers, *rest)

        # As it was before the tables are read: what changes meanwhile is not missed.
        series = core_services.series_heard()
        response: HttpResponse = self._framework(wsgi_environ, begin)
        shared: sharing.Shared | None = wsgi_environ.get(sharing.MARK)
        if shared is not None and series is not None and _is_for_accounts(shared.view):
            line, headers = said
            headers = [(name, value) for name, value in headers if name != ID_HEADER]
            given = Given(shared, series, HTTPStatus(response.status_code), line, headers, response.content)
            self._shelf.keep(question, given, size=len(given.body))
        return response

    def _enter(self, wsgi_environ: Environ, *, view: type[View]) -> passes.Entry | None:
        """How the caller comes to have what the view answers, counted as a request of theirs; None if they may not."""
        header, api_key = wsgi_environ.get("HTTP_AUTHORIZATION", ""), wsgi_environ.get("HTTP_X_API_KEY", "")
        given = passes.Credentials(header.encode("latin-1"), api_key.encode("latin-1", "replace"))
        try:
            return self._passes.admit(given, view=view)
        except (errors.DomainError, Error):
            return None


@contextmanager
def _tables() -> Iterator[None]:
    """The connection to the tables, judged at both ends as the framework does for a request."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


def _is_so(given: Given, entry: passes.Entry) -> bool:
    """Whether the framework would say the same to whom the entry is: nothing was recalled, and no version changed."""
    version = given.shared.version
    try:
        return entry.series == given.series and (version is None or version.holds(entry.user))
    except Error:
        return False


def _question(wsgi_environ: Environ) -> object:
    """All of a request that its answer may depend on, but who asks."""
    headers = [item for item in wsgi_environ.items() if item[0].startswith("HTTP_") and item[0] not in INDIFFERENT]
    return (*[wsgi_environ.get(name) for name in PLACES], frozenset(headers))


def _is_for_accounts(view: type[View]) -> bool:
    """Whether the view judges its callers as passes are given."""
    usual = (View.authentication_classes, View.permission_classes, View.check_throttles)
    return (view.authentication_classes, view.permission_classes, view.check_throttles) == usual


def _count(given: Given, *, seconds: float) -> None:
    """Count the request as the middleware does."""
    route = given.shared.route
    metrics.observe_cache(route=route, is_hit=given.status == HTTPStatus.NOT_MODIFIED)
    metrics.observe_request(method=METHOD, route=route, status=given.status, seconds=seconds)
