"""Settings of notifications that leave the server. What does not belong here: the mail server (accounts)."""

from __future__ import annotations

from typing import Any

from config.env import env

# The token of the operator's bot; without one nobody is told by Telegram.
TELEGRAM_BOT_TOKEN = env.str("TELEGRAM_BOT_TOKEN", default="")

NOTIFICATION_BEAT: dict[str, dict[str, Any]] = {
    "ring-waiting-notifications": {
        "task": "notifications.ring_deliveries",
        "schedule": 60.0,
        "options": {"expires": 60},
    },
}
