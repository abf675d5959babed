"""What users were told, as a table. What does not belong here: when to tell (services of the telling apps)."""

from __future__ import annotations

from django.db import models

from apps.core.models import OwnedManager, OwnedModel
from apps.notifications.enums import NotificationType

MAX_TITLE_CHARS = 200


class Notification(OwnedModel):
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
