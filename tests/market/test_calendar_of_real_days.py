"""With real files as the provider, the calendar is that of the rulebook: special sessions, and what was added to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from rest_framework.test import APIClient

import marketdata
from apps.market import selectors
from apps.users.models import User
from marketdata import providers
from marketdata.files.provider import FilesProvider
from tests.factories.market_rules import make_rule

CALENDAR = "/api/v1/market/calendar"


@pytest.fixture(autouse=True)
def _real(tmp_path: Path) -> Iterator[None]:
    before = marketdata.get_provider()
    providers.choose(FilesProvider(tmp_path))
    yield
    providers.choose(before)


def day_of(api: APIClient, day: str) -> dict[str, Any]:
    (shown,) = api.get(f"{CALENDAR}?from={day}&to={day}").json()
    return {name: value for name, value in shown.items() if name != "date"}


@pytest.mark.parametrize(
    ("day", "is_open", "reason", "sessions"),
    [
        ("2026-02-01", True, "Union Budget (Sunday)", [{"open": "09:15", "close": "15:30"}]),
        ("2025-10-21", True, "Muhurat", [{"open": "13:45", "close": "14:45"}]),
        ("2026-01-26", False, "Republic Day", []),
        ("2026-01-17", False, "Weekend", []),
        ("2026-01-16", True, None, [{"open": "09:15", "close": "15:30"}]),
        ("2026-11-08", True, "Muhurat", []),
    ],
    ids=["budget Sunday", "Muhurat", "holiday", "Saturday", "Friday", "Muhurat whose hours are not announced"],
)
def test_day_is_what_the_rulebook_says(
    api: APIClient, day: str, is_open: bool, reason: str | None, sessions: list[dict[str, str]]
) -> None:
    assert day_of(api, day) == {"is_open": is_open, "reason": reason, "sessions": sessions}


def test_holiday_that_an_administrator_added_is_closed_and_changes_the_etag(api: APIClient, superadmin: User) -> None:
    before = api.get(CALENDAR)["ETag"]
    assert day_of(api, "2026-12-29")["is_open"]
    make_rule(superadmin, table="holidays", valid_from=date(2026, 12, 29), columns={"reason": "Elections"})
    selectors.forget_rules()

    assert day_of(api, "2026-12-29") == {"is_open": False, "reason": "Elections", "sessions": []}
    assert api.get(CALENDAR)["ETag"] != before


@pytest.mark.parametrize(
    ("start", "end", "trades"),
    [
        ("2026-01-31", "2026-02-01", True),
        ("2026-01-31", "2026-01-31", False),
        ("2026-12-29", "2026-12-29", False),
        ("2026-12-29", "2026-12-30", True),
        ("2004-12-01", "2004-12-31", False),
    ],
    ids=["budget Sunday", "Saturday", "holiday that was added", "the day after it", "before the calendar"],
)
def test_stretch_has_a_session_where_the_rulebook_has_one(superadmin: User, start: str, end: str, trades: bool) -> None:
    make_rule(superadmin, table="holidays", valid_from=date(2026, 12, 29), columns={"reason": "Elections"})
    assert selectors.has_session(start=date.fromisoformat(start), end=date.fromisoformat(end)) == trades
