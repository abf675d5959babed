"""Telling owners what happened to their accounts. What does not belong here: noticing it (users)."""

from __future__ import annotations

from collections.abc import Mapping

from apps.notifications.enums import NotificationKind, NotificationType
from apps.notifications.services import telling
from apps.users.enums import SecurityEvent

TITLES = {
    SecurityEvent.NEW_DEVICE: "Your account was signed in to from a new device",
    SecurityEvent.TWO_FACTOR_ENABLED: "Two-factor sign-in was switched on",
    SecurityEvent.TWO_FACTOR_DISABLED: "Two-factor sign-in was switched off",
    SecurityEvent.RECOVERY_CODE_USED: "A recovery code was used to sign in",
    SecurityEvent.API_KEY_MADE: "An API key was made",
    SecurityEvent.PASSWORD_CHANGED: "Your password was changed",
}


def tell_security_event(*, user_id: int, event: SecurityEvent, details: Mapping[str, object]) -> None:
    """Tell the owner of an account what happened to it, in the transaction of the event."""
    address = details.get("ip_address")
    origin = f" It came from {address}." if address else ""
    telling.notify(
        user_id=user_id,
        title=TITLES[event],
        message=f"If this was not you, change your password and sign all devices out.{origin}",
        type=NotificationType.WARNING,
        extra={"event": str(event)},
        kind=NotificationKind.SECURITY,
    )
