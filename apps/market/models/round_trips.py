"""Round trips as a table, of backtests and of paper trading. What does not belong here: prices, orders, workflow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import OwnedManager, OwnedModel
from apps.market.enums import InstrumentType, TradeType


class Trade(OwnedModel):
    """One round trip. With ``backtest_run`` it belongs to a backtest, without to paper trading.

    ``instrument_identifier`` names the instrument for good, also when its row is gone.
    """

    # Stocks and sectors are never deleted, and nobody asks for the trades of one: no index.
    stock = models.ForeignKey(
        "stocks.Stock", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    sector = models.ForeignKey(
        "sectors.Sector", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    instrument_type = models.CharField(max_length=20, choices=InstrumentType.choices)
    instrument_identifier = models.CharField(max_length=100)
    buy_date = models.DateField()
    sell_date = models.DateField()
    buy_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    sell_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    quantity = models.DecimalField(max_digits=20, decimal_places=6)
    trade_type = models.CharField(max_length=20, choices=TradeType.choices)
    pnl = models.DecimalField(max_digits=15, decimal_places=2)
    strategy_id = models.CharField(max_length=100, null=True, blank=True)
    backtest_run = models.ForeignKey(
        "backtests.BacktestRun", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    extra = models.JSONField(default=dict, blank=True)

    objects: OwnedManager[Trade] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trades"
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="market_trade_quantity_above_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.trade_type} {self.quantity} {self.instrument_identifier}"
