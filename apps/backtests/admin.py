"""Backtests in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.backtests.models import BacktestRun
from apps.core.admin import ReadOnlyAdmin


@admin.register(BacktestRun)
class BacktestRunAdmin(ReadOnlyAdmin):
    """Runs of every user."""

    list_display = ("run_id", "user", "instrument_identifier", "status", "pnl_percentage", "created_at")
    list_filter = ("status",)
    list_select_related = ("user",)
    search_fields = ("run_id", "instrument_identifier")
