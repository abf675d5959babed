"""What options on an underlying block together. What does not belong here: the method (market)."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q

from apps.core.models import OwnedManager, OwnedModel
from apps.trading.constants import ZERO


class UnderlyingMargin(OwnedModel):
    """What is blocked for the options of an account on one underlying, and the estimate that asked for it.

    ``blocked`` is below the estimate where a close would otherwise have been refused.
    """

    paper_account = models.ForeignKey("wallet.PaperAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    underlying = models.CharField(max_length=50)
    blocked = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    scan = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    exposure = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    expiry_day = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    calendar = models.DecimalField(max_digits=15, decimal_places=2, default=ZERO)
    version = models.PositiveIntegerField(default=0)

    objects: OwnedManager[UnderlyingMargin] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_underlying_margin"
        constraints = [
            models.UniqueConstraint(fields=["paper_account", "underlying"], name="trading_one_margin_an_underlying"),
            models.CheckConstraint(condition=Q(blocked__gte=0), name="trading_margin_blocks_cash"),
        ]

    def __str__(self) -> str:
        return f"{self.blocked} for {self.underlying}"

    @property
    def required(self) -> Decimal:
        """What the estimate asks for."""
        return self.scan + self.exposure + self.expiry_day + self.calendar
