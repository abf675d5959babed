"""The market's tables in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.market.models import CorporateAction, MarketRuleOverride, MarketStatus, Trade


@admin.register(Trade)
class TradeAdmin(ReadOnlyAdmin):
    """Round trips of every user."""

    list_display = ("id", "user", "instrument_identifier", "trade_type", "buy_date", "sell_date", "quantity", "pnl")
    list_select_related = ("user",)
    search_fields = ("instrument_identifier",)


@admin.register(CorporateAction)
class CorporateActionAdmin(ReadOnlyAdmin):
    """Splits, bonuses and demergers."""

    list_display = ("instrument", "ex_date", "kind", "shares_before", "shares_after", "subject")
    search_fields = ("instrument",)


@admin.register(MarketStatus)
class MarketStatusAdmin(ReadOnlyAdmin):
    """Days that were opened or closed by hand."""

    list_display = ("date", "is_market_open", "reason", "updated_at")


@admin.register(MarketRuleOverride)
class MarketRuleOverrideAdmin(ReadOnlyAdmin):
    """Rows that administrators added to the rulebook."""

    list_display = ("rule_table", "valid_from", "source", "is_active", "created_by", "created_at")
    list_filter = ("rule_table", "is_active")
    list_select_related = ("created_by",)
