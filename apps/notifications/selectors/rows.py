"""Every read of notifications. What does not belong here: writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.core import errors
from apps.core.enums import TimeOrdering
from apps.notifications.enums import Channel, NotificationKind
from apps.notifications.models import Delivery, Notification, Preference, TelegramChat
from apps.notifications.selectors import ways

if TYPE_CHECKING:
    from apps.users.models import User


def list_notifications(
    *,
    user: User,
    is_read: bool | None = None,
    notification_type: str | None = None,
    ordering: str = TimeOrdering.CREATED_DESC,
) -> QuerySet[Notification]:
    """The user's notifications, newest first unless ordered otherwise; read, unread or both, of one type or of all."""
    rows = Notification.objects.for_user(user).order_by(TimeOrdering(ordering).column)
    if is_read is not None:
        rows = rows.filter(is_read=is_read)
    if notification_type is not None:
        rows = rows.filter(notification_type=notification_type)
    return rows


def get_notification(*, user: User, notification_id: int) -> Notification:
    """One of the user's notifications.

    :raises NotFound: if it is missing or somebody else's
    """
    return errors.found(Notification.objects.for_user(user).filter(pk=notification_id).first())


def count_unread(*, user: User) -> int:
    """How many notifications the user has not read."""
    return Notification.objects.for_user(user).filter(is_read=False).count()


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a user wants to be told, by the channels of this server; the chat is empty where there is none."""

    channels: list[Channel]
    telegram_chat_id: str
    preferences: list[Preference]


def get_wishes(*, user: User) -> Wishes:
    """What the user wants to be told: every kind, with the default where nothing was chosen."""
    rows = {row.kind: row for row in Preference.objects.for_user(user)}
    return Wishes(
        channels=[Channel.IN_APP, *(Channel(each.value) for each in ways.available_channels())],
        telegram_chat_id=find_chat_id(user=user),
        preferences=[rows.get(kind.value) or Preference(kind=kind) for kind in NotificationKind],
    )


def list_channels_unscoped(*, user_id: int, kind: NotificationKind | None) -> set[Channel]:
    """By which channels a user is told of a kind; what has none is told in the app."""
    row = Preference.objects.unscoped().filter(user_id=user_id, kind=kind).first() if kind else None
    wish = row or Preference()
    return {channel for channel in Channel if getattr(wish, channel.value)}


def find_chat_id(*, user: User) -> str:
    """The chat that the user is told in by Telegram, or nothing."""
    return TelegramChat.objects.for_user(user).values_list("chat_id", flat=True).first() or ""


def list_deliveries(*, user: User, state: str | None = None) -> QuerySet[Delivery]:
    """What was to be sent to the user, newest first, of one state or of all."""
    rows = Delivery.objects.for_user(user).order_by("-id")
    return rows.filter(state=state) if state else rows


def count_deliveries(*, user: User, prefix: str, since: datetime) -> int:
    """How many messages of events that are named so were written since then."""
    return Delivery.objects.for_user(user).filter(event_key__startswith=prefix, created_at__gt=since).count()
