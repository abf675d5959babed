"""Notifications in the Django admin, read-only. What does not belong here: telling users."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.notifications.models import Delivery, Notification, Preference, TelegramChat


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What users were told."""

    list_display = ("created_at", "user", "notification_type", "title", "is_read")
    list_filter = ("notification_type", "is_read")
    list_select_related = ("user",)


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    """What users want to be told."""

    list_display = ("user", "kind", "in_app", "email", "telegram")
    list_filter = ("kind",)
    list_select_related = ("user",)


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Messages that leave the server."""

    list_display = ("created_at", "user", "channel", "title", "state", "attempts", "next_try_at")
    list_filter = ("channel", "state")
    list_select_related = ("user",)


@admin.register(TelegramChat)
class TelegramChatAdmin(ReadOnlyAdmin):
    """Who has named a chat; which one is not shown."""

    exclude = ("chat_id",)
    list_display = ("user", "updated_at")
    list_select_related = ("user",)
