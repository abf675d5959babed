"""Every read of notifications. What does not belong here: writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.core import errors
from apps.notifications.models import Notification

if TYPE_CHECKING:
    from apps.users.models import User


def list_notifications(
    *, user: User, is_read: bool | None = None, notification_type: str | None = None
) -> QuerySet[Notification]:
    """The user's notifications, newest first; read, unread or both, of one type or of all."""
    rows = Notification.objects.for_user(user).order_by("-id")
    if is_read is not None:
        rows = rows.filter(is_read=is_read)
    if notification_type is not None:
        rows = rows.filter(notification_type=notification_type)
    return rows


def get_notification(*, user: User, notification_id: int) -> Notification:
    """One of the user's notifications.

    :raises NotFound: if it is missing or somebody else's
    """
    row = Notification.objects.for_user(user).filter(pk=notification_id).first()
    if row is None:
        raise errors.NotFound
    return row


def count_unread(*, user: User) -> int:
    """How many notifications the user has not read."""
    return Notification.objects.for_user(user).filter(is_read=False).count()
