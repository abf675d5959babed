"""Option contracts with their candles and days as tables. What does not belong here: underlyings, workflow."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import TimeStampedModel
from apps.options.enums import OptionType, UnderlyingType


class Contract(TimeStampedModel):
    """The columns that name an option. The symbol names the underlying for good, also when its row is gone."""

    underlying_type = models.CharField(max_length=20, choices=UnderlyingType.choices)
    underlying_symbol = models.CharField(max_length=50)
    expiry_date = models.DateField()
    option_type = models.CharField(max_length=2, choices=OptionType.choices)
    option_strike = models.DecimalField(max_digits=10, decimal_places=2)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.underlying_symbol} {self.expiry_date} {self.option_strike} {self.option_type}"


class Option5Min(Contract):
    """The 5-minute candles of one contract on every day it traded: by date, then by opening time (IST, HH:MM).

    ``extra.source`` and ``extra.version`` say who made them, all of them.
    """

    candles_json = models.JSONField(default=dict)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "options_5min"
        constraints = [
            models.UniqueConstraint(
                fields=["underlying_symbol", "expiry_date", "option_type", "option_strike"], name="options_5min_once"
            ),
            models.CheckConstraint(condition=Q(option_strike__gt=0), name="options_5min_strike_above_zero"),
        ]


class OptionDay(Contract):
    """One imported trading day of one contract; volume and open interest in units of the underlying.

    Without a trade (volume 0) open, high, low and close are null. ``settle_price`` is the exchange's settlement price,
    ``underlying_price`` that of the underlying where the file names it, ``lot_size`` likewise.
    """

    date = models.DateField()
    open_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    high_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    low_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    close_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    settle_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    underlying_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    volume = models.BigIntegerField()
    open_interest = models.BigIntegerField()
    lot_size = models.PositiveIntegerField(null=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "options_daily"
        indexes = [
            # The chain of a day, and the newest day of an underlying.
            models.Index(fields=["underlying_symbol", "date", "expiry_date"], name="options_daily_chain"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["underlying_symbol", "expiry_date", "option_type", "option_strike", "date"],
                name="options_daily_once",
            ),
            models.CheckConstraint(condition=Q(option_strike__gt=0), name="options_daily_strike_above_zero"),
            models.CheckConstraint(
                condition=Q(volume__gte=0) & Q(open_interest__gte=0), name="options_daily_counts_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(volume=0) & Q(close_price__isnull=True)
                | Q(close_price__isnull=False)
                & Q(low_price__gt=0)
                & Q(open_price__gte=F("low_price"))
                & Q(close_price__gte=F("low_price"))
                & Q(open_price__lte=F("high_price"))
                & Q(close_price__lte=F("high_price")),
                name="options_daily_inside_range",
            ),
        ]
