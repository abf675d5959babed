"""Syncs in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.sync.models import SyncItem, SyncLog


@admin.register(SyncLog)
class SyncLogAdmin(ReadOnlyAdmin):
    """Syncs."""

    list_display = ("id", "sync_type", "mode", "status", "total_items", "success_count", "failed_count", "created_at")
    list_filter = ("sync_type", "mode", "status")


@admin.register(SyncItem)
class SyncItemAdmin(ReadOnlyAdmin):
    """The instruments of syncs."""

    list_display = ("id", "log", "instrument", "state", "attempts", "code")
    list_filter = ("state",)
    list_select_related = ("log",)
    search_fields = ("instrument",)
