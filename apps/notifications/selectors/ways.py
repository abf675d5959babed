"""Which ways of telling this server is set up for. What does not belong here: what a user chose (rows)."""

from __future__ import annotations

import re

from django.conf import settings

from apps.notifications.enums import OutsideChannel

BOT_TOKEN = re.compile(r"[0-9]{1,20}:[A-Za-z0-9_-]{10,100}", re.ASCII)


def available_channels() -> list[OutsideChannel]:
    """The channels that this server is set up for."""
    return [OutsideChannel.EMAIL, *([OutsideChannel.TELEGRAM] if find_bot_token() else [])]


def find_bot_token() -> str:
    """The token of the operator's bot, or nothing where it is missing or is none: it becomes part of an address."""
    token = str(settings.TELEGRAM_BOT_TOKEN)
    return token if BOT_TOKEN.fullmatch(token) else ""
