"""Days that an administrator opens and closes: over HTTP, in the calendar, its ETag and the state of the market."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.core.models import ActivityLog
from apps.market import selectors
from apps.market.models import MarketStatus

URL, CALENDAR, META = "/api/v1/sync/market-status/", "/api/v1/market/calendar", "/api/v1/meta"
REGULAR = [{"open": "09:15", "close": "15:30"}]
EVENING = [{"open": "18:00", "close": "19:00"}]
# A Thursday and a Saturday of 2026.
THURSDAY, SATURDAY, HOLIDAY = "2026-01-15", "2026-01-17", "2026-01-26"


def day_of(api: APIClient, day: str) -> dict[str, Any]:
    (shown,) = api.get(f"{CALENDAR}?from={day}&to={day}").json()
    return dict(shown)


def test_a_day_is_closed_with_a_reason(superadmin_api: APIClient) -> None:
    body = {"date": THURSDAY, "is_market_open": False, "reason": "Municipal elections"}

    response = superadmin_api.put(URL, body)

    assert response.status_code == 200
    assert {name: response.json()[name] for name in (*body, "sessions")} == {**body, "sessions": []}
    assert day_of(superadmin_api, THURSDAY) == {
        "date": THURSDAY,
        "is_open": False,
        "reason": "Municipal elections",
        "sessions": [],
    }


def test_a_day_closed_without_a_reason_says_by_whom(superadmin_api: APIClient) -> None:
    superadmin_api.put(URL, {"date": THURSDAY, "is_market_open": False})

    assert day_of(superadmin_api, THURSDAY)["reason"] == "Closed by the administrator"


@pytest.mark.parametrize(
    ("day", "given", "shown"), [(SATURDAY, [], REGULAR), (SATURDAY, EVENING, EVENING), (HOLIDAY, [], REGULAR)]
)
def test_a_weekend_or_holiday_is_opened(superadmin_api: APIClient, day: str, given: Any, shown: Any) -> None:
    superadmin_api.put(URL, {"date": day, "is_market_open": True, "reason": "Budget", "sessions": given})

    assert day_of(superadmin_api, day) == {"date": day, "is_open": True, "reason": "Budget", "sessions": shown}


def test_what_was_said_last_counts_and_each_change_is_in_the_activity_log(superadmin_api: APIClient) -> None:
    superadmin_api.put(URL, {"date": THURSDAY, "is_market_open": False, "reason": "A mistake"})
    superadmin_api.put(URL, {"date": THURSDAY, "is_market_open": True})
    superadmin_api.put(URL, {"date": THURSDAY, "is_market_open": True})

    assert day_of(superadmin_api, THURSDAY) == {
        "date": THURSDAY,
        "is_open": True,
        "reason": None,
        "sessions": REGULAR,
    }
    assert MarketStatus.objects.count() == 1
    closed = {"is_market_open": False, "reason": "A mistake", "sessions": []}
    opened: dict[str, object] = {"is_market_open": True, "reason": None, "sessions": []}
    rows = ActivityLog.objects.order_by("id").values_list("admin_user", "action", "details")
    assert list(rows) == [
        ("superadmin@example.com", "market_status.set", {"date": THURSDAY, "before": None, "after": closed}),
        ("superadmin@example.com", "market_status.set", {"date": THURSDAY, "before": closed, "after": opened}),
    ]


def test_everybody_sees_what_was_said_and_only_a_superadmin_says_it(
    api: APIClient, admin_api: APIClient, superadmin_api: APIClient
) -> None:
    refused = admin_api.put(URL, {"date": THURSDAY, "is_market_open": False})
    for day in (THURSDAY, SATURDAY, HOLIDAY):
        superadmin_api.put(URL, {"date": day, "is_market_open": True})

    assert (refused.status_code, refused.json()["details"]) == (403, {"permission": "calendar.manage"})
    assert [row["date"] for row in api.get(URL).json()["results"]] == [HOLIDAY, SATURDAY, THURSDAY]
    some = api.get(f"{URL}?from={SATURDAY}&to={SATURDAY}").json()
    assert [row["date"] for row in some["results"]] == [SATURDAY]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"date": "2004-12-31"}, "date"),
        ({"date": "2036-01-01"}, "date"),
        ({"date": "tomorrow"}, "date"),
        ({"is_market_open": "perhaps"}, "is_market_open"),
        ({"reason": "x" * 201}, "reason"),
        ({"is_market_open": False, "sessions": EVENING}, "sessions"),
        ({"sessions": [{"open": "19:00", "close": "18:00"}]}, "sessions"),
        ({"sessions": [*EVENING, {"open": "18:30", "close": "20:00"}]}, "sessions"),
        ({"sessions": [{"open": "18:00"}]}, "sessions.0.close"),
        ({"sessions": [{"open": "6 pm", "close": "19:00"}]}, "sessions.0.open"),
        ({"half_day": True}, "half_day"),
    ],
)
def test_what_cannot_be_meant_is_refused(superadmin_api: APIClient, change: Any, field: str) -> None:
    response = superadmin_api.put(URL, {"date": SATURDAY, "is_market_open": True, **change})

    assert (response.status_code, response.json()["code"]) == (400, "VALIDATION_ERROR")
    assert list(response.json()["details"]["fields"]) == [field]
    assert not MarketStatus.objects.exists()


def test_a_change_is_sent_to_a_client_that_has_the_calendar(superadmin_api: APIClient) -> None:
    url = f"{CALENDAR}?from={THURSDAY}&to={SATURDAY}"
    etag = superadmin_api.get(url).headers["ETag"]
    assert superadmin_api.get(url, HTTP_IF_NONE_MATCH=etag).status_code == 304

    superadmin_api.put(URL, {"date": THURSDAY, "is_market_open": False})
    closed = superadmin_api.get(url, HTTP_IF_NONE_MATCH=etag)
    superadmin_api.put(URL, {"date": THURSDAY, "is_market_open": True})
    opened = superadmin_api.get(url, HTTP_IF_NONE_MATCH=closed.headers["ETag"])

    assert (closed.status_code, opened.status_code) == (200, 200)
    assert len({etag, closed.headers["ETag"], opened.headers["ETag"]}) == 3


@pytest.mark.parametrize(
    ("moment", "is_open", "next_change_at"),
    [
        # Thursday is closed: the next session is Friday's. Saturday has two sessions of its own.
        ("2026-01-15T10:00:00+05:30", False, "2026-01-16T09:15:00+05:30"),
        ("2026-01-16T15:30:00+05:30", False, "2026-01-17T10:00:00+05:30"),
        ("2026-01-17T10:00:00+05:30", True, "2026-01-17T11:00:00+05:30"),
        ("2026-01-17T11:00:00+05:30", False, "2026-01-17T18:00:00+05:30"),
        ("2026-01-17T18:59:59+05:30", True, "2026-01-17T19:00:00+05:30"),
        ("2026-01-17T19:00:00+05:30", False, "2026-01-19T09:15:00+05:30"),
    ],
)
def test_the_market_says_so_too(
    db: None, anonymous_api: APIClient, moment: str, is_open: bool, next_change_at: str
) -> None:
    MarketStatus.objects.create(date=date(2026, 1, 15), is_market_open=False)
    sessions = [{"open": "10:00", "close": "11:00"}, *EVENING]
    MarketStatus.objects.create(date=date(2026, 1, 17), is_market_open=True, extra={"sessions": sessions})

    with time_machine.travel(moment, tick=False):
        market = anonymous_api.get(META).json()["market"]

    assert market == {"is_open": is_open, "next_change_at": next_change_at}


def test_the_days_left_out_of_a_sync_are_no_weekends(db: None) -> None:
    """In the last week of January 2026 Monday is a holiday; Thursday and Saturday are said to be closed."""
    for day in (29, 31):
        MarketStatus.objects.create(date=date(2026, 1, day), is_market_open=False)
    days = {"start": date(2026, 1, 24), "end": date(2026, 1, 31)}

    assert selectors.closed_days(**days) == {date(2026, 1, 26), date(2026, 1, 29), date(2026, 1, 31)}

    MarketStatus.objects.create(date=date(2026, 1, 26), is_market_open=True)
    assert selectors.closed_days(**days) == {date(2026, 1, 29), date(2026, 1, 31)}


def test_a_list_that_ends_before_it_starts_is_refused(superadmin_api: APIClient) -> None:
    response = superadmin_api.get(f"{URL}?from={SATURDAY}&to={THURSDAY}")

    assert (response.status_code, list(response.json()["details"]["fields"])) == (400, ["to"])
    assert superadmin_api.get(f"{URL}?from={THURSDAY}&to={THURSDAY}").status_code == 200
