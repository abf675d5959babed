"""What a user watches: lists of instruments and alerts on prices. What does not belong here: orders, prices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import IndexedOwnedModel, OwnedManager
from apps.trading.enums import AlertCondition, AlertStatus, PriceSource


class Watchlist(IndexedOwnedModel):
    """Instruments by their keys, in the order that the user gave them, each once."""

    name = models.CharField(max_length=100)
    instruments = models.JSONField(default=list)

    objects: OwnedManager[Watchlist] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_watchlist"
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="trading_watchlist_name_once")]

    def __str__(self) -> str:
        return self.name


class PriceAlert(IndexedOwnedModel):
    """A price to be told of, once. Times ending in ``market_at`` are of the market's clock.

    ``began_below``: on which side of the level the price was when a crossing was asked for. Bars that open before
    ``worked_until`` have been looked at. ``rounds`` counts how often it was armed.
    """

    instrument = models.CharField(max_length=100)
    condition = models.CharField(max_length=10, choices=AlertCondition.choices)
    level = models.DecimalField(max_digits=15, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=AlertStatus.choices, default=AlertStatus.ARMED)
    began_below = models.BooleanField(null=True)
    rounds = models.PositiveIntegerField(default=1)
    armed_market_at = models.DateTimeField()
    worked_until = models.DateTimeField()
    fired_price = models.DecimalField(max_digits=15, decimal_places=2, null=True)
    fired_market_at = models.DateTimeField(null=True)
    price_source = models.CharField(max_length=20, choices=PriceSource.choices, blank=True)

    objects: OwnedManager[PriceAlert] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_price_alert"
        indexes = [
            models.Index(fields=["user", "-id"], name="trading_alert_newest"),
            models.Index(fields=["instrument"], condition=Q(status=AlertStatus.ARMED), name="trading_alert_armed"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(level__gt=0), name="trading_alert_level_above_zero"),
            models.CheckConstraint(
                condition=Q(status=AlertStatus.FIRED, fired_price__isnull=False, fired_market_at__isnull=False)
                | (~Q(status=AlertStatus.FIRED) & Q(fired_price=None, fired_market_at=None)),
                name="trading_alert_fired_has_a_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument} {self.condition} {self.level} {self.status}"
