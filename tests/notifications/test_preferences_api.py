"""Preferences and channels over HTTP: defaults, changes, whose they are, test messages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.mail import EmailMessage
from rest_framework.test import APIClient

from apps.core import events
from apps.notifications import selectors, services
from apps.notifications.enums import NotificationKind
from apps.users.models import User
from tests.notifications.servers import TelegramServer

BASE = "/api/v1/notifications"
PREFERENCES, DELIVERIES = f"{BASE}/preferences", f"{BASE}/deliveries/"
KINDS = ["backtest_completed", "backtest_failed", "price_alert", "order", "subscription", "security"]


def test_without_a_choice_every_kind_is_told_in_the_app(api: APIClient) -> None:
    answer = api.get(PREFERENCES).json()

    assert (answer["channels"], answer["telegram_chat_id"]) == (["in_app", "email"], "")
    assert answer["preferences"] == [
        {"kind": kind, "in_app": True, "email": False, "telegram": False} for kind in KINDS
    ]


def test_change_keeps_the_rest_and_is_one_s_own(api: APIClient, stranger_api: APIClient) -> None:
    api.patch(PREFERENCES, {"preferences": [{"kind": "order", "email": True}], "telegram_chat_id": "-1001"})

    answer = api.patch(PREFERENCES, {"preferences": [{"kind": "order", "in_app": False}]}).json()

    assert answer["preferences"][3] == {"kind": "order", "in_app": False, "email": True, "telegram": False}
    assert answer["preferences"][4]["in_app"] is True
    assert (answer["telegram_chat_id"], answer) == ("-1001", api.get(PREFERENCES).json())
    theirs = stranger_api.get(PREFERENCES).json()
    assert (theirs["telegram_chat_id"], theirs["preferences"][3]["in_app"]) == ("", True)
    assert api.patch(PREFERENCES, {"telegram_chat_id": ""}).json()["telegram_chat_id"] == ""


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"preferences": [{"kind": "gossip"}]}, "preferences.0.kind"),
        ({"preferences": [{"kind": "order", "pager": True}]}, "preferences.0.pager"),
        ({"preferences": [{"kind": "order", "email": None}]}, "preferences.0.email"),
        ({"telegram_chat_id": "@channel"}, "telegram_chat_id"),
        ({"telegram_chat_id": "12/../x"}, "telegram_chat_id"),
        ({"telegram_chat_id": "12\n"}, None),
        ({"telegram_chat_id": "٣"}, "telegram_chat_id"),
        ({"url": "http://127.0.0.1/"}, "url"),
    ],
)
def test_what_is_no_preference_is_refused(api: APIClient, body: dict[str, Any], field: str | None) -> None:
    answer = api.patch(PREFERENCES, body)

    if field is None:  # a line end is trimmed like any blank
        assert answer.json()["telegram_chat_id"] == "12"
        return
    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])


def test_kind_that_is_switched_off_is_not_told_and_others_are(api: APIClient, owner: User) -> None:
    api.patch(PREFERENCES, {"preferences": [{"kind": "order", "in_app": False}]})

    for kind in (NotificationKind.ORDER, NotificationKind.SUBSCRIPTION, None):
        services.notify(user_id=owner.pk, title=str(kind), message="…", kind=kind)

    titles = selectors.list_notifications(user=owner).values_list("title", flat=True)
    assert list(titles) == ["None", "subscription"]


@pytest.mark.django_db(transaction=True)
def test_repeated_event_rings_the_open_pages_once(owner: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []
    monkeypatch.setattr(events, "publish", lambda **told: rung.append(told["payload"]["title"]))

    for title in ("First", "Second"):
        services.notify(user_id=owner.pk, title=title, message="…", event_key="e")
    services.notify(user_id=owner.pk, title="Third", message="…")

    assert rung == ["First", "Third"]


@pytest.mark.django_db(transaction=True)
def test_test_message_is_sent_and_listed(
    api: APIClient, stranger_api: APIClient, mailoutbox: list[EmailMessage]
) -> None:
    answer = api.post(f"{BASE}/channels/email/test")

    assert (answer.status_code, answer.json()["channel"], answer.json()["state"]) == (202, "email", "pending")
    assert [(each.subject, each.to) for each in mailoutbox] == [("A test from PaperTrade", ["owner@example.com"])]
    listed = api.get(DELIVERIES).json()["results"]
    assert [(each["id"], each["state"], each["attempts"]) for each in listed] == [(answer.json()["id"], "sent", 1)]
    assert api.get(f"{DELIVERIES}?state=failed").json()["count"] == 0
    assert stranger_api.get(DELIVERIES).json()["count"] == 0


@pytest.mark.parametrize("channel", ["telegram", "in_app", "pager"])
def test_channel_that_this_server_has_not_is_said_to_be_missing(api: APIClient, channel: str) -> None:
    answer = api.post(f"{BASE}/channels/{channel}/test")

    assert (answer.status_code, answer.json()["code"]) == (422, "CHANNEL_UNAVAILABLE")
    assert answer.json()["details"] == {"available": ["email"]}


def test_telegram_wants_a_chat_first(api: APIClient, telegram: TelegramServer) -> None:
    answer = api.post(f"{BASE}/channels/telegram/test")

    assert (answer.status_code, answer.json()["code"]) == (409, "CHANNEL_NOT_SET_UP")
    assert api.get(PREFERENCES).json()["channels"] == ["in_app", "email", "telegram"]


def test_tests_are_five_an_hour(api: APIClient, stranger_api: APIClient) -> None:
    answers = [api.post(f"{BASE}/channels/email/test") for _ in range(6)]

    assert [each.status_code for each in answers] == [202] * 5 + [429]
    assert (answers[-1].json()["code"], answers[-1]["Retry-After"]) == ("CHANNEL_TESTS_EXHAUSTED", "3600")
    assert stranger_api.post(f"{BASE}/channels/email/test").status_code == 202
