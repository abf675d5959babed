"""The tables of paper trading. What does not belong here: workflow, money (wallet)."""

from apps.trading.models.gtt import Gtt
from apps.trading.models.orders import (
    Fill,
    Order,
    OrderEvent,
    Position,
    PositionEvent,
    TradingAccount,
    UnderlyingMargin,
)

__all__ = ["Fill", "Gtt", "Order", "OrderEvent", "Position", "PositionEvent", "TradingAccount", "UnderlyingMargin"]
