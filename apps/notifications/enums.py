"""The vocabulary of notifications. What does not belong here: the events that cause them."""

from django.db.models import TextChoices


class NotificationType(TextChoices):
    """How a notification is meant."""

    INFO = "info", "Information"
    SUCCESS = "success", "Success"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"
