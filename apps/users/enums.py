"""The vocabulary of accounts. What does not belong here: permission codes (constants)."""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    """What an account is; superadmin may do everything."""

    USER = "user", "User"
    ADMIN = "admin", "Administrator"
    SUPERADMIN = "superadmin", "Superadministrator"


class SecurityEvent(StrEnum):
    """What happens to an account that its owner should hear of."""

    NEW_DEVICE = "new_device"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event, no secret
