"""How a message is sent by each channel. What does not belong here: when, how often, and what it says.

No address here is a user's text: mail goes to the account's address, Telegram to a chat that is a number, by the
operator's bot.
"""

from __future__ import annotations

import html
import re
from smtplib import SMTPException
from typing import TYPE_CHECKING

from django.core.mail import EmailMessage

from apps.notifications import selectors
from apps.notifications.enums import OutsideChannel
from apps.notifications.models import Delivery

if TYPE_CHECKING:
    from apps.users.models import User

# To connect and to answer, in seconds, by the library's names.
TELEGRAM_TIMEOUTS = {"cto": 3.0, "rto": 10.0}
CHAT_ID = re.compile(r"-?[0-9]{1,20}", re.ASCII)


class NotSent(RuntimeError):
    """A message did not go out; ``is_final`` where trying again is of no use."""

    def __init__(self, reason: str, *, is_final: bool = False) -> None:
        super().__init__(reason)
        self.is_final = is_final


def send(row: Delivery) -> None:
    """Send a message by its channel.

    :raises NotSent: if that failed
    """
    if not row.user.is_active:
        raise NotSent("The account is disabled.", is_final=True)
    if row.channel == OutsideChannel.EMAIL:
        _mail(row)
    else:
        _telegram(row, chat_id=selectors.find_chat_id(user=row.user))


def can_receive(user: User, *, channel: OutsideChannel) -> bool:
    """Whether the user has said where messages of the channel go."""
    return channel == OutsideChannel.EMAIL or bool(selectors.find_chat_id(user=user))


def _mail(row: Delivery) -> None:
    # The id stays through all tries: a mail that was sent twice can be told by it.
    headers = {"Message-ID": f"<notification-{row.pk}@papertrade>"}
    subject = " ".join(row.title.split())
    message = EmailMessage(subject=subject, body=f"{row.message}\n", to=[row.user.email], headers=headers)
    try:
        message.send()
    except (SMTPException, OSError) as error:
        raise NotSent(type(error).__name__) from error


def _telegram(row: Delivery, *, chat_id: str) -> None:
    token = selectors.find_bot_token()
    if not token or CHAT_ID.fullmatch(chat_id) is None:
        raise NotSent("Telegram is not set up.", is_final=True)
    # Slow to import, and for workers that send such a message only. The one plugin, put together from its fields:
    # by an address of text the library would load all that it has, and read whatever the text says.
    from apprise.plugins.telegram import NotifyTelegram

    sender = NotifyTelegram(  # type: ignore[no-untyped-call]
        bot_token=token, targets=[chat_id], detect_owner=False, redirect="no", format="html", **TELEGRAM_TIMEOUTS
    )
    if not sender.notify(title=html.escape(row.title, quote=False), body=html.escape(row.message, quote=False)):
        raise NotSent("Telegram did not take it.")
