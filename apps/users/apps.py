"""App configuration of users. What does not belong here: work at start."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Accounts, JWT, lockout, roles and permissions, trial and subscription standing."""

    name = "apps.users"
    verbose_name = "Users"
