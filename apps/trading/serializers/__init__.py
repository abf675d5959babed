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
from apps.trading.serializers.positions import CloseIn, ConversionOut, ConvertIn, HoldingOut, PaperTradeOut, PositionOut

__all__ = [
    "CloseIn",
    "ConversionOut",
    "ConvertIn",
    "HoldingOut",
    "MarginsOut",
    "ModifyIn",
    "OrderDetailOut",
    "OrderIn",
    "OrderOut",
    "OrderPreviewOut",
    "OrdersIn",
    "PaperTradeOut",
    "PositionOut",
    "TradingAccountIn",
    "TradingAccountOut",
]
