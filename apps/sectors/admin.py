"""Sectors in the Django admin, read-only. What does not belong here: changes; those go through the API."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.sectors.models import Sector, SectorPriceDaily


@admin.register(Sector)
class SectorAdmin(ReadOnlyAdmin):
    """Indices."""

    list_display = ("enum", "name", "status")
    list_filter = ("status",)
    search_fields = ("enum", "name")


@admin.register(SectorPriceDaily)
class SectorPriceDailyAdmin(ReadOnlyAdmin):
    """Daily prices."""

    list_display = ("sector", "date", "open_price", "high_price", "low_price", "close_price", "volume")
    list_select_related = ("sector",)
    search_fields = ("sector__enum",)
    date_hierarchy = "date"
