"""Settings of accounts that no request changes: mail, secrets, who hears of what. What does not belong here: tokens."""

from __future__ import annotations

from typing import Any

from config.env import env

# Services that hear of security events of accounts: functions of user_id, event and details.
SECURITY_EVENT_LISTENERS = ["apps.notifications.services.tell_security_event"]

# The web application that links in mails lead to.
WEB_APP_URL = env.str("WEB_APP_URL", default="http://localhost:3000").rstrip("/")

# Without a server, mails are written to the output of the worker.
EMAIL_HOST = env.str("EMAIL_HOST", default="")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend"
EMAIL_PORT = env.int("EMAIL_PORT", default=587)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", default="")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", default="")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="PaperTrade <noreply@papertrade.example>")

ACCOUNT_BEAT: dict[str, dict[str, Any]] = {
    "ring-waiting-mails": {"task": "users.ring_mails", "schedule": 60.0, "options": {"expires": 60}},
    "purge-stale-accounts": {"task": "users.purge_stale", "schedule": 3600.0, "options": {"expires": 3600}},
}
