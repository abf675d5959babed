"""Strategies in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.strategies.models import PredefinedStrategy, RuleBasedStrategy


@admin.register(PredefinedStrategy)
class PredefinedStrategyAdmin(ReadOnlyAdmin):
    """Strategies that ship."""

    list_display = ("code", "name", "status")


@admin.register(RuleBasedStrategy)
class RuleBasedStrategyAdmin(ReadOnlyAdmin):
    """Strategies of every user."""

    list_display = ("id", "user", "name", "is_public", "is_active", "updated_at")
    list_select_related = ("user",)
    search_fields = ("name",)
