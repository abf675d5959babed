"""The calendar over HTTP: which days trade, why others do not, what is refused, and its ETag."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from tests.market.conftest import ApiAt

URL = "/api/v1/market/calendar"
REGULAR = [{"open": "09:15", "close": "15:30"}]


def test_each_day_says_when_it_trades_or_why_not(api: APIClient) -> None:
    response = api.get(f"{URL}?from=2025-10-17&to=2025-10-23")

    assert response.status_code == 200
    assert response.json() == [
        {"date": "2025-10-17", "is_open": True, "reason": None, "sessions": REGULAR},
        {"date": "2025-10-18", "is_open": False, "reason": "Weekend", "sessions": []},
        {"date": "2025-10-19", "is_open": False, "reason": "Weekend", "sessions": []},
        {"date": "2025-10-20", "is_open": True, "reason": None, "sessions": REGULAR},
        {"date": "2025-10-21", "is_open": False, "reason": "Diwali Laxmi Pujan", "sessions": []},
        {"date": "2025-10-22", "is_open": False, "reason": "Diwali-Balipratipada", "sessions": []},
        {"date": "2025-10-23", "is_open": True, "reason": None, "sessions": REGULAR},
    ]


def test_a_holiday_on_a_sunday_is_a_weekend(api: APIClient) -> None:
    assert [day["reason"] for day in api.get(f"{URL}?from=2025-01-26&to=2025-01-26").json()] == ["Weekend"]


def test_without_dates_it_is_the_next_thirty_days_counted_in_india(api_at: ApiAt) -> None:
    with api_at("2025-01-01T20:00:00+00:00") as api:
        days = [day["date"] for day in api.get(URL).json()]

    assert (days[0], days[-1], len(days)) == ("2025-01-02", "2025-02-01", 31)


def test_two_years_are_the_most(api: APIClient) -> None:
    assert len(api.get(f"{URL}?from=2024-01-01&to=2025-12-31").json()) == 731

    refused = api.get(f"{URL}?from=2024-01-01&to=2026-01-01")

    assert refused.status_code == 400
    assert refused.json()["details"]["fields"] == {
        "from": [{"code": "invalid", "message": "Ask for at most 731 days at once."}]
    }


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("from=2025-01-02&to=2025-01-01", "from"),
        ("from=2004-12-31&to=2005-01-01", "from"),
        ("from=2035-12-31&to=2036-01-01", "from"),
        ("from=2199-12-31", "from"),
        ("from=yesterday", "from"),
        ("to=2025-02-30", "to"),
        ("start=2025-01-01", "start"),
    ],
)
def test_a_range_that_cannot_be_answered_is_refused(api: APIClient, query: str, field: str) -> None:
    response = api.get(f"{URL}?{query}")

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]


def test_what_a_client_has_is_not_sent_again_until_the_day_changes(api_at: ApiAt) -> None:
    with api_at("2025-01-02T10:00:00+05:30") as api:
        etag = api.get(URL).headers["ETag"]
        again = api.get(URL, HTTP_IF_NONE_MATCH=etag)
    with api_at("2025-01-03T00:00:00+05:30") as api:
        next_day = api.get(URL, HTTP_IF_NONE_MATCH=etag)

    assert (again.status_code, again.content) == (304, b"")
    assert next_day.status_code == 200
