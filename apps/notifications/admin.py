"""Notifications in the Django admin, read-only. What does not belong here: telling users."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.notifications.models import Notification


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """What users were told."""

    list_display = ("created_at", "user", "notification_type", "title", "is_read")
    list_filter = ("notification_type", "is_read")
    list_select_related = ("user",)
