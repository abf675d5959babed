"""Messages that leave the server: after the commit, once an event and channel, tried again, lost by nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction

from apps.core import clock
from apps.notifications import services
from apps.notifications.enums import NotificationKind
from apps.notifications.models import Delivery, TelegramChat
from apps.users.enums import SecurityEvent
from apps.users.models import User
from tests.factories.users import make_user
from tests.notifications.conftest import BOT_TOKEN
from tests.notifications.servers import MailServer, TelegramServer
from tests.races import together

pytestmark = pytest.mark.django_db(transaction=True)
CHAT = "4242424242"


def wish(user: User, *channels: str, kind: str = "order") -> None:
    """The user wants a kind by these channels, and by no other."""
    wanted = {name: name in channels for name in ("in_app", "email", "telegram")}
    services.change_preferences(user=user, preferences=[{"kind": kind, **wanted}], telegram_chat_id=CHAT)


def tell(user: User, *, key: str | None = "e1", title: str = "Order filled: INFY") -> None:
    services.notify(
        user_id=user.pk, title=title, message="BUY 10 of 10 INFY.", event_key=key, kind=NotificationKind.ORDER
    )


def rows(user: User) -> list[tuple[str, str, int]]:
    found = Delivery.objects.for_user(user).order_by("pk")
    return list(found.values_list("channel", "state", "attempts"))


def test_mail_says_what_happened_to_the_address_of_the_account(owner: User, mails: MailServer) -> None:
    wish(owner, "email")

    tell(owner, title="Order filled:\r\nBcc: stranger@example.com")

    (text,) = mails.taken
    assert "Subject: Order filled: Bcc: stranger@example.com\r\n" in text
    assert "To: owner@example.com\r\n" in text
    assert f"Message-ID: <notification-{Delivery.objects.for_user(owner).get().pk}@papertrade>\r\n" in text
    assert text.endswith("\r\nBUY 10 of 10 INFY.\r\n")
    assert rows(owner) == [("email", "sent", 1)]


def test_telegram_goes_to_the_chat_by_the_bot_of_the_operator(owner: User, telegram: TelegramServer) -> None:
    wish(owner, "telegram")

    tell(owner, title="A<b> & C")

    ((path, body),) = telegram.asked
    assert path == f"/bot{BOT_TOKEN}/sendMessage"
    assert (str(body["chat_id"]), body["text"]) == (CHAT, "<b>A&lt;b&gt; &amp; C</b>\r\nBUY 10 of 10 INFY.")
    assert rows(owner) == [("telegram", "sent", 1)]


def test_event_is_sent_once_a_channel(owner: User, mails: MailServer, telegram: TelegramServer) -> None:
    wish(owner, "email", "telegram")

    for _ in range(2):
        tell(owner)
    services.deliver(delivery_id=Delivery.objects.for_user(owner).filter(channel="email").get().pk)

    assert (len(mails.taken), len(telegram.asked)) == (1, 1)


def test_parallel_tellings_and_workers_send_one_mail(mails: MailServer) -> None:
    user = make_user()
    wish(user, "email")

    together(6, lambda _: tell(user))
    number = Delivery.objects.for_user(user).get().pk
    together(6, lambda _: services.deliver(delivery_id=number))

    assert len(mails.taken) == 1


def test_event_that_is_rolled_back_sends_nothing(owner: User, mails: MailServer) -> None:
    wish(owner, "email")

    with transaction.atomic():
        tell(owner)
        assert mails.taken == []  # not before the commit
        transaction.set_rollback(True)

    assert (mails.taken, rows(owner)) == ([], [])


def test_dead_mail_server_loses_nothing(owner: User, mails: MailServer) -> None:
    wish(owner, "email")
    mails.is_refusing = True
    tell(owner)
    assert (rows(owner), services.ring_deliveries()) == ([("email", "pending", 1)], 0)

    mails.is_refusing = False
    with time_machine.travel(clock.now() + timedelta(minutes=10, seconds=1)):
        assert services.ring_deliveries() == 1

    assert (rows(owner), len(mails.taken)) == ([("email", "sent", 2)], 1)


def test_eight_tries_within_a_day_and_then_it_is_seen_to_have_failed(owner: User, mails: MailServer) -> None:
    wish(owner, "email")
    mails.is_refusing = True
    began = clock.now()
    tell(owner)
    waits = []
    while Delivery.objects.for_user(owner).get().state == "pending":
        due = Delivery.objects.for_user(owner).get().next_try_at
        waits.append(round((due - began).total_seconds() / 60))
        with time_machine.travel(due + timedelta(seconds=1)):
            services.ring_deliveries()

    assert rows(owner) == [("email", "failed", 8)]
    assert waits == [10, 30, 70, 150, 310, 630, 990]


@pytest.mark.parametrize("status", [500, 302])  # led elsewhere, it is not followed
def test_dead_server_of_one_channel_does_not_hold_up_the_other(
    owner: User, mails: MailServer, telegram: TelegramServer, status: int
) -> None:
    wish(owner, "email", "telegram")
    telegram.status = status

    tell(owner)

    assert rows(owner) == [("email", "sent", 1), ("telegram", "pending", 1)]
    assert len(telegram.asked) == 1


def test_worker_that_died_at_the_last_try_is_seen_to_have_failed(owner: User, mails: MailServer) -> None:
    wish(owner, "email")
    mails.is_refusing = True
    tell(owner)
    Delivery.objects.for_user(owner).update(attempts=8, next_try_at=clock.now())

    assert services.ring_deliveries() == 0
    assert rows(owner) == [("email", "failed", 8)]


def test_disabled_account_and_missing_chat_are_given_up_at_once(
    owner: User, stranger: User, mails: MailServer, telegram: TelegramServer
) -> None:
    wish(owner, "email")
    wish(stranger, "telegram")
    TelegramChat.objects.for_user(stranger).delete()
    User.objects.filter(pk=owner.pk).update(is_active=False)

    tell(owner)
    tell(stranger)

    assert (rows(owner), rows(stranger)) == ([("email", "failed", 1)], [("telegram", "failed", 1)])
    assert (mails.taken, telegram.asked) == ([], [])


@pytest.mark.parametrize("token", ["", "x", "1:a/../../b", "123456789:short", "123456789:0123456789@127.0.0.1"])
def test_token_that_is_none_sends_nothing(owner: User, telegram: TelegramServer, settings: Any, token: str) -> None:
    settings.TELEGRAM_BOT_TOKEN = token
    wish(owner, "telegram")

    tell(owner)

    assert (rows(owner), telegram.asked) == ([("telegram", "failed", 1)], [])


def test_neither_token_nor_chat_is_in_log_or_table(
    owner: User, telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    wish(owner, "telegram")
    telegram.status = 403

    tell(owner)

    with connection.cursor() as cursor:
        cursor.execute("SELECT chat_id FROM notifications_telegram_chat")
        (stored,) = cursor.fetchone()
    assert CHAT not in stored
    assert len(telegram.asked) == 1
    assert BOT_TOKEN not in caplog.text
    assert CHAT not in caplog.text


def test_security_events_are_told_by_the_account_s_own_choice(owner: User, mails: MailServer) -> None:
    wish(owner, "email", kind="security")

    for event in SecurityEvent:
        services.tell_security_event(user_id=owner.pk, event=event, details={"ip_address": "192.0.2.7"})

    assert len(mails.taken) == len(SecurityEvent) == 6
    assert "Subject: Your account was signed in to from a new device\r\n" in mails.taken[0]
    assert "It came from 192.0.2.7." in mails.taken[0]
