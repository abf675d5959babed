"""What users were told, as a table. What does not belong here: when to tell (services of the telling apps)."""

from __future__ import annotations

from django.db import models

from apps.core.models import IndexedOwnedModel, OwnedManager
from apps.core.secrets import EncryptedTextField
from apps.notifications.enums import DeliveryState, NotificationKind, NotificationType, OutsideChannel

MAX_TITLE_CHARS = 200


class Notification(IndexedOwnedModel):
    """One message to one user. ``event_key`` names what it is about, so that an event is told once."""

    title = models.CharField(max_length=MAX_TITLE_CHARS)
    message = models.TextField()
    notification_type = models.CharField(max_length=20, choices=NotificationType.choices, default=NotificationType.INFO)
    is_read = models.BooleanField(default=False)
    read_at = models.DateTimeField(null=True)
    extra = models.JSONField(default=dict)
    event_key = models.CharField(max_length=200, null=True)

    objects: OwnedManager[Notification] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "notifications"
        indexes = [models.Index("user", models.F("id").desc(), name="notifications_newest_first")]
        constraints = [
            models.UniqueConstraint(fields=["user", "event_key"], name="notifications_once_an_event"),
            models.CheckConstraint(
                condition=models.Q(is_read=True, read_at__isnull=False) | models.Q(is_read=False, read_at=None),
                name="notifications_read_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Preference(IndexedOwnedModel):
    """By which channels a user is told of a kind; without a row it is in the app only."""

    kind = models.CharField(max_length=30, choices=NotificationKind.choices)
    in_app = models.BooleanField(default=True)
    email = models.BooleanField(default=False)
    telegram = models.BooleanField(default=False)

    objects: OwnedManager[Preference] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "notifications_preference"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind"], name="notifications_one_preference_a_kind"),
        ]

    def __str__(self) -> str:
        return self.kind


class TelegramChat(IndexedOwnedModel):
    """The chat that the operator's bot writes to a user in; encrypted, as it names a person elsewhere."""

    chat_id = EncryptedTextField()

    objects: OwnedManager[TelegramChat] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "notifications_telegram_chat"
        constraints = [models.UniqueConstraint(fields=["user"], name="notifications_one_chat_a_user")]

    def __str__(self) -> str:
        return f"Chat of {self.user_id}"


class Delivery(IndexedOwnedModel):
    """One message by one channel that leaves the server, written with its event and sent after the commit."""

    channel = models.CharField(max_length=20, choices=OutsideChannel.choices)
    event_key = models.CharField(max_length=200)
    title = models.CharField(max_length=MAX_TITLE_CHARS)
    message = models.TextField()
    notification_type = models.CharField(max_length=20, choices=NotificationType.choices)
    state = models.CharField(max_length=20, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    objects: OwnedManager[Delivery] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "notifications_delivery"
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=models.Q(state="pending"), name="notifications_deliveries_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["user", "channel", "event_key"], name="notifications_once_a_channel"),
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at=None)),
                name="notifications_sent_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel}: {self.state}"
