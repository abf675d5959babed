"""What every endpoint does with methods, slashes, repeated parameters and odd field names."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import Settings
from rest_framework.test import APIClient

from apps.core.api import envelope
from apps.users.models import User
from tests.contracts.routes import ROUTES
from tests.factories.stocks import make_stock


def test_parameter_sent_twice_is_refused_not_guessed(api: APIClient) -> None:
    response = api.get("/api/v1/notifications/?page=1&page=2&is_read=true")

    assert response.status_code == 400
    assert response.json()["details"]["fields"] == {
        "page": [{"code": "repeated", "message": "Send this parameter only once."}]
    }


ADMIN_LISTS = sorted(
    path for (method, path), name in ROUTES.items() if (method, name) == ("GET", "ADMIN") and "<" not in path
)


@pytest.mark.parametrize("path", ADMIN_LISTS)
def test_head_needs_the_permission_of_get(api: APIClient, superadmin_api: APIClient, path: str) -> None:
    """HEAD is answered by the handler of GET; its length told a user how much there is."""
    assert (api.head(f"/{path}").status_code, superadmin_api.head(f"/{path}").status_code) == (403, 200)


@pytest.mark.parametrize("path", ["/api/v1/notifications", "/api/v1/backtest/runs", "/django-admin"])
def test_missing_slash_is_not_redirected_in_html(api: APIClient, path: str) -> None:
    for answer in (api.get(path), api.post(path, {}, format="json")):
        assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
            404,
            "application/json",
            "NOT_FOUND",
        )


def test_fields_named_message_and_code_keep_their_own_errors() -> None:
    wrong = [{"message": "Wrong.", "code": "invalid"}]

    assert envelope.field_errors({"parameters": {"message": wrong, "code": wrong}}) == {
        "parameters.message": [{"code": "invalid", "message": "Wrong."}],
        "parameters.code": [{"code": "invalid", "message": "Wrong."}],
    }


def test_page_of_an_allowed_origin_may_send_and_read_the_apis_headers(
    anonymous_api: APIClient, settings: Settings
) -> None:
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]
    asked = {"origin": "https://app.example", "access-control-request-method": "POST"}

    preflight = anonymous_api.options("/api/v1/backtest/run", headers=asked)
    answer = anonymous_api.get("/api/v1/health/live", headers={"origin": "https://app.example"})

    assert {"authorization", "content-type", "idempotency-key", "if-none-match"} <= set(
        preflight["Access-Control-Allow-Headers"].split(", ")
    )
    assert answer["Access-Control-Expose-Headers"] == (
        "content-disposition, etag, idempotent-replayed, retry-after, x-request-id"
    )


def test_chunked_body_is_refused_not_taken_for_empty(api: APIClient, owner: User) -> None:
    """A PATCH of a chunked body answered 200 and changed nothing."""
    body = {"mobile": "+919800000000"}

    response = api.patch(
        "/api/v1/auth/profile", body, format="json", CONTENT_LENGTH="", HTTP_TRANSFER_ENCODING="chunked"
    )

    assert (response.status_code, response.json()["code"]) == (411, "LENGTH_REQUIRED")


@pytest.mark.parametrize(
    ("page", "size", "queries", "count", "shown"),
    [(1, 3, 2, 3, 3), (1, 4, 2, 3, 3), (2, 2, 2, 3, 1), (1, 2, 3, 3, 2), (3, 2, 3, 3, 0)],
    ids=["exactly one page", "room left", "the last page", "more behind it", "beyond the end"],
)
def test_rows_are_counted_only_where_the_page_does_not_tell(
    api: APIClient, django_assert_num_queries: Any, page: int, size: int, queries: int, count: int, shown: int
) -> None:
    for number in range(3):
        make_stock(enum=f"S{number}")
    with django_assert_num_queries(queries):
        found = api.get(f"/api/v1/stocks/?page={page}&page_size={size}").json()
    assert (found["count"], len(found["results"])) == (count, shown)
    assert (found["next"] is not None, found["previous"] is not None) == (page * size < count, page > 1)


def test_an_empty_list_is_its_own_count(api: APIClient, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        assert api.get("/api/v1/stocks/").json() == {"count": 0, "next": None, "previous": None, "results": []}


def test_what_reads_the_input_keeps_nothing_of_the_request_before(api: APIClient) -> None:
    """One instance of a serializer reads every request."""
    for number in range(3):
        make_stock(enum=f"S{number}")
    asked = ["?page=2&page_size=1&search=S", "?page=x", "?colour=red", ""]
    answers = [api.get(f"/api/v1/stocks/{query}") for query in asked]
    assert [answer.status_code for answer in answers] == [200, 400, 400, 200]
    assert [list(answer.json()["details"]["fields"]) for answer in answers[1:3]] == [["page"], ["colour"]]
    assert [len(answer.json()["results"]) for answer in (answers[0], answers[3])] == [1, 3]


@pytest.mark.parametrize("sent", ["%ff%fe", "%ED%A0%80", "a%C3"])
def test_a_parameter_that_is_no_utf8_is_refused_and_looked_for_nowhere(api: APIClient, sent: str) -> None:
    response = api.get(f"/api/v1/stocks/?search={sent}")

    said = [{"code": "invalid", "message": "Send text in UTF-8."}]
    assert (response.status_code, response.json()["details"]) == (400, {"fields": {"search": said}})
