"""Stocks, their categories and their prices as tables. What does not belong here: indices, workflow."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import TimeStampedModel
from apps.stocks.constants import MAX_PRICE
from apps.stocks.enums import Exchange, InstrumentStatus


class Category(TimeStampedModel):
    """A group of stocks, such as an industry."""

    name = models.CharField(max_length=100, unique=True)
    description = models.TextField(blank=True)

    class Meta:
        db_table = "stocks_category"
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Stock(TimeStampedModel):
    """A listed share. ``enum`` names it in every URL and never changes; ``last_synced_at`` is the end of its data.

    ``series`` is the exchange's, as of ``series_date``; empty where no file has said it.
    """

    enum = models.CharField(max_length=50, unique=True)
    symbol = models.CharField(max_length=50)
    exchange_suffix = models.CharField(max_length=10, choices=Exchange.choices, default=Exchange.NSE)
    full_symbol = models.CharField(max_length=100)
    status = models.CharField(max_length=20, choices=InstrumentStatus.choices, default=InstrumentStatus.ACTIVE)
    last_synced_at = models.DateTimeField(null=True, blank=True)
    series = models.CharField(max_length=2, blank=True, default="", db_default="")
    series_date = models.DateField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)
    categories = models.ManyToManyField(Category, related_name="stocks", blank=True)

    class Meta:
        db_table = "stocks_stock"

    def __str__(self) -> str:
        return self.enum


class StockPriceDaily(TimeStampedModel):
    """One trading day of one stock. ``extra.source`` says where the row comes from."""

    # The unique key below serves the foreign key; a second index only slows reads and writes.
    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="daily_prices", db_index=False)
    date = models.DateField(db_index=True)
    open_price = models.DecimalField(max_digits=15, decimal_places=2)
    high_price = models.DecimalField(max_digits=15, decimal_places=2)
    low_price = models.DecimalField(max_digits=15, decimal_places=2)
    close_price = models.DecimalField(max_digits=15, decimal_places=2)
    volume = models.BigIntegerField()
    iv = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    timewise_json = models.JSONField(null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "stock_price_daily"
        indexes = [models.Index(fields=["stock", "-date"], name="stocks_daily_newest")]
        constraints = [
            models.UniqueConstraint(fields=["stock", "date"], name="stocks_daily_once"),
            models.CheckConstraint(condition=Q(low_price__gt=0), name="stocks_daily_above_zero"),
            models.CheckConstraint(
                condition=Q(open_price__gte=F("low_price"))
                & Q(close_price__gte=F("low_price"))
                & Q(open_price__lte=F("high_price"))
                & Q(close_price__lte=F("high_price")),
                name="stocks_daily_inside_range",
            ),
            models.CheckConstraint(condition=Q(high_price__lte=MAX_PRICE), name="stocks_daily_price_fits"),
            models.CheckConstraint(condition=Q(volume__gte=0), name="stocks_daily_volume_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.stock_id} {self.date}"


class Stock5MinByDay(TimeStampedModel):
    """The 5-minute candles of one stock on one day, keyed by their opening time (IST, HH:MM).

    ``candles_packed`` is the same as a block of bytes, for reading years; null where nobody has made one yet, and by a
    trigger as soon as somebody changes the JSON alone.
    """

    stock = models.ForeignKey(Stock, on_delete=models.CASCADE, related_name="intraday", db_index=False)
    date = models.DateField()
    candles_json = models.JSONField(default=dict)
    candles_packed = models.BinaryField(null=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "stock_5min_by_day"
        constraints = [models.UniqueConstraint(fields=["stock", "date"], name="stocks_5min_once")]

    def __str__(self) -> str:
        return f"{self.stock_id} {self.date}"
