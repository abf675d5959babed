"""The vocabulary of accounts. What does not belong here: permission codes (constants)."""

from enum import StrEnum

from django.db.models import TextChoices


class Role(TextChoices):
    """What an account is; superadmin may do everything."""

    USER = "user", "User"
    ADMIN = "admin", "Administrator"
    SUPERADMIN = "superadmin", "Superadministrator"


class Standing(TextChoices):
    """What lets an account trade and test today, by its dates."""

    TRIAL = "trial", "On trial"
    SUBSCRIBED = "subscribed", "Subscribed"
    EXPIRED = "expired", "Neither"


class AccessSpan(StrEnum):
    """The two spans of days that may give an account its standing, as their columns are named."""

    TRIAL = "trial"
    SUBSCRIPTION = "subscription"


class AccountOrdering(TextChoices):
    """How the list of accounts may be ordered; a minus turns it round."""

    CREATED = "created_at", "Oldest first"
    CREATED_DESC = "-created_at", "Newest first"
    EMAIL = "email", "By e-mail"
    EMAIL_DESC = "-email", "By e-mail, from the end"
    TRIAL_END = "trial_end_date", "Trial that ends first"
    TRIAL_END_DESC = "-trial_end_date", "Trial that ends last"
    SUBSCRIPTION_END = "subscription_end_date", "Subscription that ends first"
    SUBSCRIPTION_END_DESC = "-subscription_end_date", "Subscription that ends last"
    BALANCE = "wallet_balance", "Smallest balance first"
    BALANCE_DESC = "-wallet_balance", "Largest balance first"


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
