"""App configuration of notifications. What does not belong here: work at start."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """What users are told in the app."""

    name = "apps.notifications"
    verbose_name = "Notifications"
