"""Triggers that stand, as a table. What does not belong here: workflow."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import IndexedOwnedModel, OwnedManager
from apps.market.enums import InstrumentType
from apps.trading.enums import GttStatus, Product, Side


class Gtt(IndexedOwnedModel):
    """Triggers that place a limit order: one below or above ``last_price`` as it was, or one on either side.

    A bar is compared once: ``worked_until`` is the end of the last one. ``order`` is what was placed.
    """

    instrument = models.CharField(max_length=100)
    instrument_type = models.CharField(max_length=20, choices=InstrumentType.choices)
    side = models.CharField(max_length=4, choices=Side.choices)
    quantity = models.PositiveBigIntegerField()
    product = models.CharField(max_length=4, choices=Product.choices)
    last_price = models.DecimalField(max_digits=15, decimal_places=2)
    lower_trigger = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    lower_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    upper_trigger = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    upper_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    status = models.CharField(max_length=10, choices=GttStatus.choices)
    order = models.OneToOneField("trading.Order", on_delete=models.PROTECT, null=True, related_name="+")
    refusal_code = models.CharField(max_length=50, blank=True)
    triggered_bar_at = models.DateTimeField(null=True)
    created_market_at = models.DateTimeField()
    worked_until = models.DateTimeField()
    expires_at = models.DateTimeField()

    objects: OwnedManager[Gtt] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_gtt"
        indexes = [
            models.Index(fields=["user", "-id"], name="trading_gtt_newest"),
            models.Index(fields=["instrument"], condition=Q(status=GttStatus.ACTIVE), name="trading_gtt_active"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="trading_gtt_quantity_above_zero"),
            models.CheckConstraint(
                condition=Q(lower_trigger__isnull=False) | Q(upper_trigger__isnull=False),
                name="trading_gtt_has_a_trigger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.quantity} {self.instrument} {self.status}"
