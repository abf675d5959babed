"""What a client reads before it starts: public, exact, and not sent again while it stays the same."""

from __future__ import annotations

import pytest
import time_machine
from django.conf import settings
from rest_framework.test import APIClient

from apps.core import configuration

URL = "/api/v1/meta"


def test_it_says_what_the_service_is_and_can(db: None, anonymous_api: APIClient) -> None:
    body = anonymous_api.get(URL).json()

    assert list(body) == ["version", "features", "data_mode", "market", "limits", "enums"]
    assert body["version"] == settings.VERSION
    assert body["features"] == {"trading_simulated": True, "backtests": True, "rule_based_strategies": True}
    assert body["data_mode"] == {"source": "synthetic", "version": "synthetic-1"}


@pytest.mark.parametrize(
    ("now", "is_open", "next_change_at"),
    [
        ("2025-01-03T09:14:59+05:30", False, "2025-01-03T09:15:00+05:30"),
        ("2025-01-03T09:15:00+05:30", True, "2025-01-03T15:30:00+05:30"),
        ("2025-01-03T15:29:59+05:30", True, "2025-01-03T15:30:00+05:30"),
        ("2025-01-03T15:30:00+05:30", False, "2025-01-06T09:15:00+05:30"),
        ("2025-10-20T10:00:00+00:00", False, "2025-10-23T09:15:00+05:30"),
        ("2024-12-31T20:00:00+00:00", False, "2025-01-01T09:15:00+05:30"),
        ("2035-12-31T16:00:00+05:30", False, None),
    ],
)
def test_it_says_when_the_market_opens_or_closes_next(
    db: None, anonymous_api: APIClient, now: str, is_open: bool, next_change_at: str | None
) -> None:
    with time_machine.travel(now, tick=False):
        market = anonymous_api.get(URL).json()["market"]

    assert market == {"is_open": is_open, "next_change_at": next_change_at}


def test_limits_are_those_in_force_and_public(db: None, anonymous_api: APIClient) -> None:
    configuration.override("backtest.max_concurrent_per_user", "7")

    assert anonymous_api.get(URL).json()["limits"] == {
        "backtest.max_concurrent_per_user": 7,
        "backtest.max_pending_per_user": 100,
        "backtest.max_seconds": 600,
        "backtest.script_seconds": 60,
        "backtest.max_sweeps_per_user": 3,
        "subscription.grace_days": 3,
        "subscription.trial_days": 7,
        "market.max_calendar_days": 731,
        "market.max_candles": 5000,
        "market.max_quotes": 50,
    }


def test_every_enum_of_every_app_has_its_labels(db: None, anonymous_api: APIClient) -> None:
    enums = anonymous_api.get(URL).json()["enums"]

    assert enums["Interval"] == [
        {"value": "5m", "label": "5 minutes"},
        {"value": "15m", "label": "15 minutes"},
        {"value": "30m", "label": "30 minutes"},
        {"value": "1h", "label": "1 hour"},
        {"value": "1d", "label": "1 day"},
        {"value": "1w", "label": "1 week"},
    ]
    assert {"Role", "InstrumentType", "InstrumentStatus", "RunStatus", "NotificationType", "FillOn"} <= set(enums)
    assert not {"Kind", "TextChoices"} & set(enums)


def test_what_a_client_has_is_not_sent_again_until_it_changes(db: None, anonymous_api: APIClient) -> None:
    with time_machine.travel("2025-01-03T10:00:00+05:30", tick=False):
        etag = anonymous_api.get(URL).headers["ETag"]
    with time_machine.travel("2025-01-03T15:29:59+05:30", tick=False):
        same = anonymous_api.get(URL, HTTP_IF_NONE_MATCH=etag)
    with time_machine.travel("2025-01-03T15:30:00+05:30", tick=False):
        closed = anonymous_api.get(URL, HTTP_IF_NONE_MATCH=etag)

    assert (same.status_code, same.content) == (304, b"")
    assert closed.status_code == 200
