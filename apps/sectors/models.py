"""Sector indices and their prices as tables. What does not belong here: single stocks, workflow."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import TimeStampedModel
from apps.stocks.constants import MAX_PRICE
from apps.stocks.enums import InstrumentStatus


class Sector(TimeStampedModel):
    """An index. ``enum`` names it in every URL and never changes."""

    enum = models.CharField(max_length=50, unique=True)
    name = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    status = models.CharField(max_length=20, choices=InstrumentStatus.choices, default=InstrumentStatus.ACTIVE)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "sectors_sector"

    def __str__(self) -> str:
        return self.enum


class SectorPriceDaily(TimeStampedModel):
    """One trading day of one index; ``timewise_json`` holds its 5-minute candles, keyed by opening time (IST).

    ``timewise_packed`` is the same as a block of bytes, as a stock's day has it; ``timewise_extra`` says where the
    candles come from, as ``extra`` does of the day's prices.
    """

    # The unique key below serves the foreign key; a second index only slows reads and writes.
    sector = models.ForeignKey(Sector, on_delete=models.CASCADE, related_name="daily_prices", db_index=False)
    date = models.DateField()
    open_price = models.DecimalField(max_digits=15, decimal_places=2)
    high_price = models.DecimalField(max_digits=15, decimal_places=2)
    low_price = models.DecimalField(max_digits=15, decimal_places=2)
    close_price = models.DecimalField(max_digits=15, decimal_places=2)
    volume = models.BigIntegerField()
    iv = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    timewise_json = models.JSONField(null=True, blank=True)
    timewise_packed = models.BinaryField(null=True)
    timewise_extra = models.JSONField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "sector_price_daily"
        constraints = [
            models.UniqueConstraint(fields=["sector", "date"], name="sectors_daily_once"),
            models.CheckConstraint(condition=Q(low_price__gt=0), name="sectors_daily_above_zero"),
            models.CheckConstraint(
                condition=Q(open_price__gte=F("low_price"))
                & Q(close_price__gte=F("low_price"))
                & Q(open_price__lte=F("high_price"))
                & Q(close_price__lte=F("high_price")),
                name="sectors_daily_inside_range",
            ),
            models.CheckConstraint(condition=Q(high_price__lte=MAX_PRICE), name="sectors_daily_price_fits"),
            models.CheckConstraint(condition=Q(volume__gte=0), name="sectors_daily_volume_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.sector_id} {self.date}"
