"""The vocabulary of accounts. What does not belong here: permission codes (constants)."""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    """What an account is; superadmin may do everything."""

    USER = "user", "User"
    ADMIN = "admin", "Administrator"
    SUPERADMIN = "superadmin", "Superadministrator"


class MailPurpose(TextChoices):
    """What a mail with a single-use token is for."""

    PASSWORD_RESET = "password_reset", "Setting a new password"
    EMAIL_VERIFICATION = "email_verification", "Proving that the address is one's own"


class SecurityEvent(StrEnum):
    """What happens to an account that its owner should hear of."""

    NEW_DEVICE = "new_device"
    TWO_FACTOR_ENABLED = "two_factor_enabled"
    TWO_FACTOR_DISABLED = "two_factor_disabled"
    RECOVERY_CODE_USED = "recovery_code_used"
    API_KEY_MADE = "api_key_made"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - an event, no secret
