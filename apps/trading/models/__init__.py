"""The tables of paper trading. What does not belong here: workflow, money (wallet)."""

from apps.trading.models.gtt import Gtt
from apps.trading.models.history import EquityDay
from apps.trading.models.margins import UnderlyingMargin
from apps.trading.models.orders import (
    Fill,
    Order,
    OrderEvent,
    Position,
    PositionEvent,
    TradingAccount,
)
from apps.trading.models.replays import Replay
from apps.trading.models.watching import PriceAlert, Watchlist

__all__ = [
    "EquityDay",
    "Fill",
    "Gtt",
    "Order",
    "OrderEvent",
    "Position",
    "PositionEvent",
    "PriceAlert",
    "Replay",
    "TradingAccount",
    "UnderlyingMargin",
    "Watchlist",
]
