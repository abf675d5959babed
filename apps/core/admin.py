"""Core in the Django admin, read-only. What does not belong here: changes; those go through the API."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import BinaryField, QuerySet
from django.http import HttpRequest
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken

from apps.core.models import ActivityLog, IdempotencyKey, SystemConfig

# Other packages' tables: groups mean nothing here, and the pages of tokens show tokens.
for model in (Group, OutstandingToken, BlacklistedToken):
    admin.site.unregister(model)


class ReadOnlyAdmin(admin.ModelAdmin):
    """A table that staff may look at and not touch."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The whole table, the newest first: staff see the rows of every owner, whose manager would refuse."""
        return QuerySet(self.model).order_by(*(self.get_ordering(request) or ("-pk",)))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:  # noqa: ARG002 - Django's signature
        """Every column but packed bytes and those left out.

        Django would make a form to find them, with the choices of each key: the manager of owners' rows refuses that.
        """
        columns = self.model._meta.fields  # noqa: SLF001 - Django's documented API of models
        names = [column.name for column in columns if not isinstance(column, BinaryField)]
        return [name for name in names if name not in (self.exclude or ())]

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


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Which requests were answered once and for all; not what they were answered."""

    list_display = ("created_at", "user_id", "route", "key", "response_status")
    exclude = ("request_hash", "response_body")
