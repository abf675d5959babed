"""Round trips in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.market.models import Trade


@admin.register(Trade)
class TradeAdmin(ReadOnlyAdmin):
    """Round trips of every user."""

    list_display = ("id", "user", "instrument_identifier", "trade_type", "buy_date", "sell_date", "quantity", "pnl")
    list_select_related = ("user",)
    search_fields = ("instrument_identifier",)
