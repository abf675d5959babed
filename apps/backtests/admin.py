"""Backtests in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.backtests.models import BacktestRun, LastStart, Sweep, SweepPart
from apps.core.admin import ReadOnlyAdmin


@admin.register(BacktestRun)
class BacktestRunAdmin(ReadOnlyAdmin):
    """Runs of every user."""

    list_display = ("run_id", "user", "instrument_identifier", "status", "pnl_percentage", "created_at")
    list_filter = ("status",)
    list_select_related = ("user",)
    search_fields = ("run_id", "instrument_identifier")


@admin.register(Sweep)
class SweepAdmin(ReadOnlyAdmin):
    """Sweeps of every user."""

    list_display = ("sweep_id", "user", "kind", "instrument_identifier", "status", "combinations", "created_at")
    list_filter = ("status", "kind")
    list_select_related = ("user",)
    search_fields = ("sweep_id", "instrument_identifier")


@admin.register(SweepPart)
class SweepPartAdmin(ReadOnlyAdmin):
    """Parts of sweeps."""

    list_display = ("sweep", "number", "status", "attempt", "lease_expires_at")
    list_filter = ("status",)
    list_select_related = ("sweep",)


@admin.register(LastStart)
class LastStartAdmin(ReadOnlyAdmin):
    """When a run of each user was last started."""

    list_display = ("user", "started_at")
    list_select_related = ("user",)
