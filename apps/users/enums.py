"""The vocabulary of accounts. What does not belong here: permission codes (constants)."""

from django.db.models import TextChoices


class Role(TextChoices):
    """What an account is; superadmin may do everything."""

    USER = "user", "User"
    ADMIN = "admin", "Administrator"
    SUPERADMIN = "superadmin", "Superadministrator"
