"""Telling users, and noting what they read. What does not belong here: why they are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from apps.core import clock, events
from apps.notifications import selectors
from apps.notifications.enums import NotificationType
from apps.notifications.models import MAX_TITLE_CHARS, Notification

if TYPE_CHECKING:
    from apps.users.models import User


def notify(
    *,
    user_id: int,
    title: str,
    message: str,
    type: NotificationType = NotificationType.INFO,  # noqa: A002 - the caller's word, and the client's
    extra: Mapping[str, object] | None = None,
    event_key: str | None = None,
) -> None:
    """Tell a user something, in the caller's transaction; never twice with the same event key.

    ``extra`` holds what a client needs to link to the subject, as JSON. A long title is cut.
    """
    row = Notification(
        user_id=user_id,
        title=title[:MAX_TITLE_CHARS],
        message=message,
        notification_type=type,
        extra=dict(extra or {}),
        event_key=event_key,
    )
    Notification.objects.unscoped().bulk_create([row], ignore_conflicts=True)
    payload = {"title": row.title, "notification_type": str(type), "extra": row.extra}
    events.publish(user_id=user_id, kind=events.EventKind.NOTIFICATION, payload=payload)


def mark_read(*, user: User, notification_id: int) -> Notification:
    """Note that the user has read one; the first time counts.

    :raises NotFound: if it is missing or somebody else's
    """
    now = clock.now()
    unread = Notification.objects.for_user(user).filter(pk=notification_id, is_read=False)
    unread.update(is_read=True, read_at=now, updated_at=now)
    return selectors.get_notification(user=user, notification_id=notification_id)


def mark_all_read(*, user: User) -> int:
    """Note that the user has read all there are; count those that were not read before."""
    now = clock.now()
    unread = Notification.objects.for_user(user).filter(is_read=False)
    return unread.update(is_read=True, read_at=now, updated_at=now)
