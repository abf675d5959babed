"""Every read of notifications. What does not belong here: writes."""

from apps.notifications.selectors.rows import (
    Wishes,
    count_deliveries,
    count_unread,
    find_chat_id,
    get_notification,
    get_wishes,
    list_deliveries,
    list_notifications,
)
from apps.notifications.selectors.ways import available_channels, find_bot_token

__all__ = [
    "Wishes",
    "available_channels",
    "count_deliveries",
    "count_unread",
    "find_bot_token",
    "find_chat_id",
    "get_notification",
    "get_wishes",
    "list_deliveries",
    "list_notifications",
]
