"""Answers about the market that this process has just given, given again before the framework is woken.

Who asks is found out as for every request: account, session and rights from the tables, the count of the user's limit.
Whatever is not plain, a refusal too, goes the framework's way, which says it.
What does not belong here: what is answered (views), for how long that is good (core's sharing), rules of access.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
from apps.core.enums import RateScope
from apps.users import selectors as users_selectors
from apps.users import services as users_services

Environ = dict[str, Any]
Start = Callable[..., Any]
Framework = Callable[[Environ, Start], Any]
Headers = list[tuple[str, str]]
METHOD, ID_HEADER = "GET", "X-Request-ID"
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
    """A whole answer: the head without the id of its request; and the view that gave it."""

    shared: sharing.Shared
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

    def __call__(self, wsgi_environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request."""
        if wsgi_environ["REQUEST_METHOD"] != METHOD or settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            return self._framework(wsgi_environ, start)
        question = _question(wsgi_environ)
        given = self._shelf.find(question)
        if given is not None:
            began = clock.monotonic()
            request_id = middleware.request_id_of(wsgi_environ.get("HTTP_X_REQUEST_ID", ""))
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                may = _may(wsgi_environ, view=given.shared.view)
            if may:
                start(given.line, [*given.headers, (ID_HEADER, request_id)])
                _count(given, seconds=clock.monotonic() - began)
                return [given.body]
        return self._ask(wsgi_environ, start, question=question)

    def _ask(self, wsgi_environ: Environ, start: Start, *, question: object) -> Iterable[bytes]:
        """The framework's answer, kept where it is one that may be."""
        said: list[Any] = []

        def begin(line: str, headers: Headers, *rest: Any) -> Any:
            said[:] = line, headers
            return start(line, headers, *rest)

        response: HttpResponse = self._framework(wsgi_environ, begin)
        shared: sharing.Shared | None = wsgi_environ.get(sharing.MARK)
        if shared is not None and _is_for_accounts(shared.view):
            line, headers = said
            headers = [(name, value) for name, value in headers if name != ID_HEADER]
            given = Given(shared, HTTPStatus(response.status_code), line, headers, response.content)
            self._shelf.keep(question, given)
        return response


def _question(wsgi_environ: Environ) -> object:
    """All of a request that its answer may depend on, but who asks."""
    headers = [item for item in wsgi_environ.items() if item[0].startswith("HTTP_") and item[0] not in INDIFFERENT]
    return (*[wsgi_environ.get(name) for name in PLACES], frozenset(headers))


def _is_for_accounts(view: type[View]) -> bool:
    """Whether the view judges its callers as :func:`_may` does."""
    usual = (View.authentication_classes, View.permission_classes, View.check_throttles)
    return (view.authentication_classes, view.permission_classes, view.check_throttles) == usual


def _may(wsgi_environ: Environ, *, view: type[View]) -> bool:
    """Whether the caller may have what the view answers, counted as a request of theirs if so."""
    close_old_connections()
    try:
        return _is_allowed(wsgi_environ, view=view)
    except (errors.DomainError, Error):
        return False
    finally:
        close_old_connections()


def _is_allowed(wsgi_environ: Environ, *, view: type[View]) -> bool:
    """In the order of the framework: the account, its rights, its limit.

    :raises DomainError: if something is missing
    """
    header, api_key = wsgi_environ.get("HTTP_AUTHORIZATION", ""), wsgi_environ.get("HTTP_X_API_KEY", "")
    found = users_services.authenticate_request(
        header=header.encode("latin-1"), api_key=api_key.encode("latin-1", "replace")
    )
    if found is None:
        return False
    user, credential = found
    users_selectors.check_access(
        user=user,
        scopes=credential.scopes,
        is_reading=METHOD in view.key_methods,
        permission=view.required_permissions.get(METHOD),
        needs_entitlement=METHOD in view.entitled_methods,
    )
    if settings.RATE_LIMITS:
        core_services.check_rate(scope=view.rate_scopes.get(METHOD, RateScope.USER), who=str(user.pk))
    return True


def _count(given: Given, *, seconds: float) -> None:
    """Count the request as the middleware does."""
    route = given.shared.route
    metrics.observe_cache(route=route, is_hit=given.status == HTTPStatus.NOT_MODIFIED)
    metrics.observe_request(method=METHOD, route=route, status=given.status, seconds=seconds)
