"""What the tests of notifications share. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from apprise.plugins.telegram import NotifyTelegram

from tests.notifications.servers import MailServer, TelegramServer, mail_server, telegram_server

BOT_TOKEN = "123456789:test-only-bot-token-canary_0123456"


@pytest.fixture
def mails(settings: Any) -> Iterator[MailServer]:
    """The mail server of this installation."""
    with mail_server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_TLS = "127.0.0.1", server.port, False
        yield server


@pytest.fixture
def telegram(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[TelegramServer]:
    """A bot, and a Telegram that answers."""
    settings.TELEGRAM_BOT_TOKEN = BOT_TOKEN
    with telegram_server() as server:
        monkeypatch.setattr(NotifyTelegram, "notify_url", f"{server.url}/bot")
        yield server
