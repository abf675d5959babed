"""Stocks in the Django admin, read-only. What does not belong here: changes; those go through the API."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.stocks.models import Category, Stock, Stock5MinByDay, StockPriceDaily


@admin.register(Category)
class CategoryAdmin(ReadOnlyAdmin):
    """Groups of stocks."""

    list_display = ("name", "description")
    search_fields = ("name",)


@admin.register(Stock)
class StockAdmin(ReadOnlyAdmin):
    """Stocks."""

    list_display = ("enum", "symbol", "exchange_suffix", "status", "series", "last_synced_at")
    list_filter = ("status", "exchange_suffix")
    search_fields = ("enum", "symbol")


@admin.register(StockPriceDaily)
class StockPriceDailyAdmin(ReadOnlyAdmin):
    """Daily prices."""

    list_display = ("stock", "date", "open_price", "high_price", "low_price", "close_price", "volume")
    list_select_related = ("stock",)
    search_fields = ("stock__enum",)
    date_hierarchy = "date"


@admin.register(Stock5MinByDay)
class Stock5MinByDayAdmin(ReadOnlyAdmin):
    """Days with 5-minute candles."""

    list_display = ("stock", "date")
    list_select_related = ("stock",)
    search_fields = ("stock__enum",)
