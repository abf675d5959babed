"""The one error envelope and the one map from kinds to statuses. What does not belong here: raising errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import orjson
import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.core import errors
from apps.core.enums import Kind

STATUS_OF_KIND = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.PAYMENT_REQUIRED: 402,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.CONFLICT: 409,
    Kind.REJECTED: 422,
    Kind.LOCKED: 423,
    Kind.LIMIT: 429,
    Kind.UNAVAILABLE: 503,
}

# Refusals of the transport, before any rule of the product is asked.
TRANSPORT_ERRORS = {
    405: ("METHOD_NOT_ALLOWED", "This method is not allowed here."),
    406: ("NOT_ACCEPTABLE", "This API answers in JSON only."),
    408: ("REQUEST_TIMEOUT", "The request came too slowly."),
    411: ("LENGTH_REQUIRED", "Send the body with a Content-Length; chunked bodies are not read."),
    413: ("PAYLOAD_TOO_LARGE", "The body is too large."),
    414: ("URI_TOO_LONG", "The address is too long."),
    415: ("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json."),
    431: ("HEADERS_TOO_LARGE", "The headers are too large."),
    500: ("INTERNAL_ERROR", "Something went wrong on our side. Quote the request id when you report it."),
}

# How long a client leaves a database alone that did not answer.
OUTAGE_RETRY_SECONDS = 2

Body = dict[str, object]


def body(code: str, message: str, details: Mapping[str, object] | None = None) -> Body:
    """The envelope of an error."""
    request_id = structlog.contextvars.get_contextvars().get("request_id", "")
    return {
        "status": "error",
        "code": code,
        "message": message,
        "details": dict(details or {}),
        "request_id": request_id,
    }


def to_http(error: errors.DomainError) -> HttpResponse:
    """A domain error as a plain Django response, for what happens outside DRF."""
    response = _http(STATUS_OF_KIND[error.kind], body(error.code, error.message, error.details))
    _set_headers(response, error)
    return response


def refused(status: int) -> HttpResponse:
    """The answer where the transport refuses, by its status."""
    return _http(status, body(*TRANSPORT_ERRORS[status]))


def internal_error() -> HttpResponse:
    """The answer to a bug: nothing of the exception, only the request id."""
    return refused(500)


def bad_request(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler400 and handler403: refused before any view, a body above the limit included."""
    if isinstance(exception, RequestDataTooBig):
        return refused(413)
    return to_http(errors.ValidationFailed("The request is not valid."))


def not_found(_request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Django's handler404, which fixes the name and place of both arguments."""
    return to_http(errors.NotFound())


def server_error(_request: HttpRequest) -> HttpResponse:
    """Django's handler500."""
    return internal_error()


def exception_handler(exception: Exception, context: Mapping[str, object]) -> Response | None:
    """DRF's hook: the envelope for what a view raised; None (a bug) goes on to the middleware."""
    if isinstance(exception, exceptions.ValidationError):
        exception = errors.ValidationFailed(details={"fields": field_errors(exception.get_full_details())})
    domain = exception if isinstance(exception, errors.DomainError) else _as_domain(exception)
    if domain is not None:
        response = Response(body(domain.code, domain.message, domain.details), status=STATUS_OF_KIND[domain.kind])
        _set_headers(response, domain)
        return response
    if isinstance(exception, exceptions.UnsupportedMediaType):
        return _unsupported(context.get("view"))
    return _transport(exception)


def field_errors(detail: object, path: str = "") -> dict[str, list[dict[str, str]]]:
    """DRF's nested error details as dotted paths, each with its list of code and message."""
    if isinstance(detail, Mapping):
        if _is_leaf(detail):
            return {path or "non_field_errors": [{"code": str(detail["code"]), "message": str(detail["message"])}]}
        pairs = [(str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list):
        leaves = all(_is_leaf(item) for item in detail)
        pairs = [("" if leaves else str(index), value) for index, value in enumerate(detail)]
    else:
        pairs = []
    found: dict[str, list[dict[str, str]]] = {}
    for key, value in pairs:
        for where, problems in field_errors(value, ".".join(part for part in (path, key) if part)).items():
            found.setdefault(where, []).extend(problems)
    return found


def _is_leaf(detail: object) -> bool:
    """Whether it is one code with its message; the fields of a body may be named so too."""
    return isinstance(detail, Mapping) and set(detail) == {"message", "code"} and isinstance(detail["message"], str)


def _as_domain(exception: Exception) -> errors.DomainError | None:
    """What Django, DRF and the database raise, in the project's own words."""
    known: list[tuple[type[Exception] | tuple[type[Exception], ...], Callable[[], errors.DomainError]]] = [
        (exceptions.ParseError, errors.ParseFailed),
        (exceptions.Throttled, errors.RateLimited),
        ((exceptions.NotAuthenticated, exceptions.AuthenticationFailed), errors.NotAuthenticated),
        ((exceptions.PermissionDenied, PermissionDenied), errors.PermissionRefused),
        ((exceptions.NotFound, Http404), errors.NotFound),
        ((OperationalError, InterfaceError), partial(errors.Unavailable, retry_after=OUTAGE_RETRY_SECONDS)),
        (DataError, errors.ValidationFailed),
    ]
    return next((domain() for raised, domain in known if isinstance(exception, raised)), None)


def _transport(exception: Exception) -> Response | None:
    if isinstance(exception, RequestDataTooBig):
        return Response(body(*TRANSPORT_ERRORS[413]), status=413)
    if isinstance(exception, exceptions.APIException) and exception.status_code in TRANSPORT_ERRORS:
        return Response(body(*TRANSPORT_ERRORS[exception.status_code]), status=exception.status_code)
    return None


def _unsupported(view: object) -> Response:
    """The answer to a body of another type, naming those that the view reads."""
    code, message = TRANSPORT_ERRORS[415]
    if isinstance(view, APIView):
        message = f"Send the body as {' or '.join(str(each.media_type) for each in view.get_parsers())}."
    return Response(body(code, message), status=415)


def _http(status: int, content: Body) -> HttpResponse:
    return HttpResponse(orjson.dumps(content), status=status, content_type="application/json")


def _set_headers(response: HttpResponse, error: errors.DomainError) -> None:
    if error.retry_after is not None:
        response["Retry-After"] = str(error.retry_after)
    if error.kind == Kind.UNAUTHENTICATED:
        response["WWW-Authenticate"] = "Bearer"
