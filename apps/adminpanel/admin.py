"""The administration's own tables in Django's admin, to look at. What does not belong here: changing anything."""

from django.contrib import admin

from apps.adminpanel.models import DailyFigures
from apps.core.admin import ReadOnlyAdmin


@admin.register(DailyFigures)
class DailyFiguresAdmin(ReadOnlyAdmin):
    """Counted days."""

    list_display = ("day", "signups", "conversions", "revenue", "runs_completed", "paper_trades", "counted_at")
