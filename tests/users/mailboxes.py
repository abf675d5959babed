"""A mail server that can be down. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend


class FailingServer(EmailBackend):
    """Refuses connections while it is down, and keeps mails in memory while it is up."""

    is_down = True

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        if FailingServer.is_down:
            raise ConnectionRefusedError(111, "Connection refused")
        return super().send_messages(messages)
