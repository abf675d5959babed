"""Core in the Django admin, read-only. What does not belong here: changes; those go through the API."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.models import ActivityLog, SystemConfig


class ReadOnlyAdmin(admin.ModelAdmin):
    """A table that staff may look at and not touch."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The whole table, the newest first: staff see the rows of every owner, whose manager would refuse."""
        return QuerySet(self.model).order_by(*(self.get_ordering(request) or ("-pk",)))

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Nobody adds rows here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Nobody changes rows here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:  # noqa: ARG002
        """Nobody deletes rows here."""
        return False


@admin.register(SystemConfig)
class SystemConfigAdmin(ReadOnlyAdmin):
    """Changed settings."""

    list_display = ("key", "value", "is_public", "updated_at")
    search_fields = ("key",)


@admin.register(ActivityLog)
class ActivityLogAdmin(ReadOnlyAdmin):
    """Who did what."""

    list_display = ("created_at", "admin_user", "action")
    search_fields = ("admin_user", "action")
