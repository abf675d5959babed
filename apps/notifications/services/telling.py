"""Telling users, and noting what they read. What does not belong here: why they are told, sending (deliveries)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import TYPE_CHECKING

from apps.core import clock, events
from apps.notifications import selectors
from apps.notifications.enums import Channel, NotificationKind, NotificationType, OutsideChannel
from apps.notifications.models import MAX_TITLE_CHARS, Notification
from apps.notifications.selectors import rows
from apps.notifications.services import deliveries

if TYPE_CHECKING:
    from apps.users.models import User


def notify(  # noqa: PLR0913 - what is told has these parts, and every caller names them
    *,
    user_id: int,
    title: str,
    message: str,
    type: NotificationType = NotificationType.INFO,  # noqa: A002 - the caller's word, and the client's
    extra: Mapping[str, object] | None = None,
    event_key: str | None = None,
    kind: NotificationKind | None = None,
) -> None:
    """Tell a user something, in the caller's transaction; never twice by one channel with the same event key.

    ``extra`` holds what a client needs to link to the subject, as JSON. A long title is cut. ``kind`` is what the
    user's preferences go by; without one it is told in the app and nowhere else.
    """
    row = Notification(
        user_id=user_id,
        title=title[:MAX_TITLE_CHARS],
        message=message,
        notification_type=type,
        extra=dict(extra or {}),
        event_key=event_key,
    )
    channels = rows.list_channels_unscoped(user_id=user_id, kind=kind)
    if Channel.IN_APP in channels and _is_new(row):
        payload = {"title": row.title, "notification_type": str(type), "extra": row.extra}
        events.publish(user_id=user_id, kind=events.EventKind.NOTIFICATION, payload=payload)
    key = event_key or uuid.uuid4().hex
    for channel in OutsideChannel:
        if channel.value in channels:
            deliveries.prepare(row, channel=channel, event_key=key)


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


def _is_new(row: Notification) -> bool:
    """Write a notification unless its event was told; whether it was written."""
    if row.event_key is None:
        row.save(force_insert=True)
        return True
    values = {
        "title": row.title,
        "message": row.message,
        "notification_type": row.notification_type,
        "extra": row.extra,
    }
    # The unique key decides between two at once: whoever comes second waits, and finds the row.
    _, is_new = Notification.objects.unscoped().get_or_create(
        user_id=row.user_id, event_key=row.event_key, defaults=values
    )
    return is_new
