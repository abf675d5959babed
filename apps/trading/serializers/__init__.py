"""The shapes of orders and positions in and out. What does not belong here: rules, queries."""

from apps.trading.serializers.margins import MarginsOut
from apps.trading.serializers.orders import (
    ModifyIn,
    OrderDetailOut,
    OrderIn,
    OrderOut,
    OrderPreviewOut,
    OrdersIn,
    TradingAccountIn,
    TradingAccountOut,
)
from apps.trading.serializers.positions import (
    CloseIn,
    ConversionOut,
    ConvertIn,
    HeldIn,
    HoldingOut,
    PaperTradeOut,
    PaperTradesIn,
    PositionOut,
    PositionsIn,
)
from apps.trading.serializers.watching import (
    AlertIn,
    AlertOut,
    AlertsIn,
    WatchedQuotesOut,
    WatchlistChangeIn,
    WatchlistIn,
    WatchlistOut,
)

__all__ = [
    "AlertIn",
    "AlertOut",
    "AlertsIn",
    "CloseIn",
    "ConversionOut",
    "ConvertIn",
    "HeldIn",
    "HoldingOut",
    "MarginsOut",
    "ModifyIn",
    "OrderDetailOut",
    "OrderIn",
    "OrderOut",
    "OrderPreviewOut",
    "OrdersIn",
    "PaperTradeOut",
    "PaperTradesIn",
    "PositionOut",
    "PositionsIn",
    "TradingAccountIn",
    "TradingAccountOut",
    "WatchedQuotesOut",
    "WatchlistChangeIn",
    "WatchlistIn",
    "WatchlistOut",
]
