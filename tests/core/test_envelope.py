"""Every failure answers in the one envelope, with its status, and leaks nothing."""

from __future__ import annotations

import logging

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import DataError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from pytest_django import Settings
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.test import APIClient

from apps.core import errors, logs
from apps.core.api import envelope
from apps.core.api.views import PublicView
from apps.core.enums import Kind

RAISED: dict[str, Exception] = {}


class FailingView(PublicView):
    """Raises what the test put there."""

    def get(self, _request: Request) -> Response:
        raise RAISED["it"]


def plain(_request: HttpRequest) -> HttpResponse:
    raise RAISED["it"]


urlpatterns = [path("drf", FailingView.as_view()), path("plain", plain)]
handler400 = "apps.core.api.envelope.bad_request"
handler403 = "apps.core.api.envelope.bad_request"
handler404 = "apps.core.api.envelope.not_found"
handler500 = "apps.core.api.envelope.server_error"


@pytest.fixture
def client(settings: Settings) -> Client:
    settings.ROOT_URLCONF = __name__
    return Client(raise_request_exception=False)


COMMON = [
    (Http404("secret"), 404, "NOT_FOUND"),
    (PermissionDenied("secret"), 403, "PERMISSION_DENIED"),
    (OperationalError("secret"), 503, "UNAVAILABLE"),
    (DataError("secret"), 400, "VALIDATION_ERROR"),
    (ZeroDivisionError("secret"), 500, "INTERNAL_ERROR"),
]
OF_DRF = [
    (exceptions.ParseError("secret"), 400, "PARSE_ERROR"),
    (exceptions.NotAuthenticated("secret"), 401, "NOT_AUTHENTICATED"),
    (exceptions.MethodNotAllowed("BREW"), 405, "METHOD_NOT_ALLOWED"),
    (exceptions.UnsupportedMediaType("secret"), 415, "UNSUPPORTED_MEDIA_TYPE"),
    (exceptions.Throttled(3), 429, "RATE_LIMITED"),
    (errors.Conflict(), 409, "CONFLICT"),
]
OF_DJANGO = [(SuspiciousOperation("secret"), 400, "VALIDATION_ERROR")]


@pytest.mark.parametrize(
    ("where", "raised", "status", "code"),
    [("drf", *case) for case in COMMON + OF_DRF] + [("plain", *case) for case in COMMON + OF_DJANGO],
)
def test_what_is_raised_becomes_an_envelope(
    client: Client, where: str, raised: Exception, status: int, code: str
) -> None:
    RAISED["it"] = raised
    response = client.get(f"/{where}", headers={"X-Request-ID": "request-0001"})

    assert response.headers["Content-Type"] == "application/json"
    body = response.json()
    assert (response.status_code, body["status"], body["code"]) == (status, "error", code)
    assert set(body) == {"status", "code", "message", "details", "request_id"}
    assert body["request_id"] == response["X-Request-ID"] == "request-0001"
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("given", ["", "short", "x" * 65, "with space", "a\tb345678"])
def test_insane_request_id_is_replaced(client: Client, given: str) -> None:
    RAISED["it"] = Http404()

    made = client.get("/drf", headers={"X-Request-ID": given})["X-Request-ID"]

    assert made != given
    assert len(made) == 32


def test_every_kind_has_a_status() -> None:
    assert set(envelope.STATUS_OF_KIND) == set(Kind)


def test_details_and_retry_after_are_given() -> None:
    error = errors.Unavailable("Later.", details={"part": "broker"}, retry_after=7)

    for response in (envelope.exception_handler(error, {}), envelope.to_http(error)):
        assert response is not None
        assert (response.status_code, response["Retry-After"]) == (503, "7")


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ({"email": ["Bad."]}, {"email": [{"code": "invalid", "message": "Bad."}]}),
        (["Bad."], {"non_field_errors": [{"code": "invalid", "message": "Bad."}]}),
        ({"legs": [{}, {"strike": ["Low."]}]}, {"legs.1.strike": [{"code": "invalid", "message": "Low."}]}),
        ({"a": {"b": ["One.", "Two."]}}, {"a.b": [{"code": "invalid", "message": m} for m in ("One.", "Two.")]}),
    ],
)
def test_field_errors_are_dotted_paths(detail: object, expected: object) -> None:
    raised = serializers.ValidationError(detail)  # type: ignore[arg-type]

    assert envelope.field_errors(raised.get_full_details()) == expected


def test_a_body_of_another_type_is_told_what_the_view_reads(anonymous_api: APIClient) -> None:
    response = anonymous_api.generic("POST", "/api/v1/auth/login", "a=1", "application/x-www-form-urlencoded")

    assert (response.status_code, response.json()["message"]) == (415, "Send the body as application/json.")


def test_body_above_the_limit_is_413(anonymous_api: APIClient) -> None:
    body = '{"email": "' + "x" * 2_700_000 + '"}'
    response = anonymous_api.generic("POST", "/api/v1/auth/login", body, "application/json")

    assert (response.status_code, response.json()["code"]) == (413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    ("content_type", "body", "status", "code"),
    [
        ("text/plain", "hello", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/x-www-form-urlencoded", "email=a", 415, "UNSUPPORTED_MEDIA_TYPE"),
        ("application/json", "[]", 400, "PARSE_ERROR"),
    ],
)
def test_body_of_another_form_is_refused(
    anonymous_api: APIClient, content_type: str, body: str, status: int, code: str
) -> None:
    response = anonymous_api.generic("POST", "/api/v1/auth/login", body, content_type)

    assert (response.status_code, response.json()["code"]) == (status, code)


def test_traceback_in_the_log_shows_no_local_variables() -> None:
    password = "plain" + "-in-a-local-variable"
    try:
        password.index("something that is not in it")
    except ValueError as bug:
        trace = (type(bug), bug, bug.__traceback__)
    record = logging.LogRecord("papertrade", logging.ERROR, __file__, 1, "it broke", None, trace)

    text = logs.text_formatter().format(record)

    assert "ValueError: substring not found" in text
    assert password not in text
