"""Paper trading in the Django admin, read-only. What does not belong here: changes."""

from django.contrib import admin

from apps.core.admin import ReadOnlyAdmin
from apps.trading.models import (
    EquityDay,
    Fill,
    Gtt,
    Order,
    OrderEvent,
    Position,
    PositionEvent,
    PriceAlert,
    Replay,
    TradingAccount,
    UnderlyingMargin,
    Watchlist,
)


@admin.register(TradingAccount)
class TradingAccountAdmin(ReadOnlyAdmin):
    """Fill profiles of accounts."""

    list_display = ("id", "user", "paper_account", "fill_profile")
    list_select_related = ("user", "paper_account")


@admin.register(Order)
class OrderAdmin(ReadOnlyAdmin):
    """Orders of every user."""

    list_display = ("id", "user", "side", "quantity", "instrument", "order_type", "status", "created_at")
    list_filter = ("status", "purpose")
    list_select_related = ("user",)
    search_fields = ("instrument", "client_order_id")


@admin.register(OrderEvent)
class OrderEventAdmin(ReadOnlyAdmin):
    """Every step of every order."""

    list_display = ("id", "order", "from_status", "to_status", "reason", "market_at")
    list_select_related = ("order",)


@admin.register(Fill)
class FillAdmin(ReadOnlyAdmin):
    """Every execution."""

    list_display = ("id", "order", "quantity", "price", "charges", "price_source", "market_at")
    list_select_related = ("order",)


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    """Positions of every user."""

    list_display = ("id", "user", "instrument", "product", "quantity", "cost", "realised", "day")
    list_select_related = ("user",)


@admin.register(PositionEvent)
class PositionEventAdmin(ReadOnlyAdmin):
    """Conversions and corporate actions."""

    list_display = ("id", "position", "kind", "quantity_before", "quantity_after", "market_at")
    list_select_related = ("position",)


@admin.register(UnderlyingMargin)
class UnderlyingMarginAdmin(ReadOnlyAdmin):
    """What options block by underlying."""

    list_display = ("id", "user", "underlying", "blocked", "scan", "exposure", "expiry_day", "calendar")
    list_select_related = ("user",)


@admin.register(Gtt)
class GttAdmin(ReadOnlyAdmin):
    """Triggers that stand or stood."""

    list_display = ("id", "user", "side", "quantity", "instrument", "status", "expires_at")
    list_filter = ("status",)
    list_select_related = ("user",)


@admin.register(Watchlist)
class WatchlistAdmin(ReadOnlyAdmin):
    """Watchlists of every user."""

    list_display = ("id", "user", "name", "updated_at")
    list_select_related = ("user",)


@admin.register(PriceAlert)
class PriceAlertAdmin(ReadOnlyAdmin):
    """Price alerts of every user."""

    list_display = ("id", "user", "instrument", "condition", "level", "status", "fired_market_at")
    list_filter = ("status",)
    list_select_related = ("user",)


@admin.register(EquityDay)
class EquityDayAdmin(ReadOnlyAdmin):
    """What accounts were worth day by day."""

    list_display = ("id", "user", "paper_account", "date", "equity")
    list_select_related = ("user", "paper_account")


@admin.register(Replay)
class ReplayAdmin(ReadOnlyAdmin):
    """Replays of every user."""

    list_display = ("id", "user", "paper_account", "starts_at", "clock_at", "ends_at", "speed")
    list_select_related = ("user", "paper_account")
