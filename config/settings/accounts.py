"""Settings of accounts that no request changes: mail, secrets, who hears of what. What does not belong here: tokens."""

from __future__ import annotations

# Services that hear of security events of accounts: functions of user_id, event and details.
SECURITY_EVENT_LISTENERS: list[str] = []
