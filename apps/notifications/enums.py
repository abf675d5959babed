"""The vocabulary of notifications. What does not belong here: the events that cause them."""

from django.db.models import TextChoices


class NotificationType(TextChoices):
    """How a notification is meant."""

    INFO = "info", "Information"
    SUCCESS = "success", "Success"
    WARNING = "warning", "Warning"
    ERROR = "error", "Error"


class NotificationKind(TextChoices):
    """What users choose by: what a notification is about."""

    BACKTEST_COMPLETED = "backtest_completed", "A backtest or sweep was completed"
    BACKTEST_FAILED = "backtest_failed", "A backtest or sweep failed"
    PRICE_ALERT = "price_alert", "A price reached what was asked"
    ORDER = "order", "An order, trigger or position moved by itself"
    SUBSCRIPTION = "subscription", "The subscription changed, or a payment failed"
    SECURITY = "security", "The account was signed in to or secured anew"


class Channel(TextChoices):
    """How users are told."""

    IN_APP = "in_app", "In the app"
    EMAIL = "email", "E-mail"
    TELEGRAM = "telegram", "Telegram"


class OutsideChannel(TextChoices):
    """The channels that leave the server."""

    EMAIL = "email", "E-mail"
    TELEGRAM = "telegram", "Telegram"


class DeliveryState(TextChoices):
    """What became of a message that leaves the server."""

    PENDING = "pending", "To be sent"
    SENT = "sent", "Sent"
    FAILED = "failed", "Given up"
