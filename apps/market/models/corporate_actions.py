"""What happened to shares, as a table: splits, bonuses, demergers. What does not belong here: adjusting prices."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from apps.core.models import TimeStampedModel
from apps.market.enums import ActionKind


class CorporateAction(TimeStampedModel):
    """One action of one share: ``shares_before`` became ``shares_after`` on ``ex_date``; both null while unknown.

    Earlier prices are multiplied by before / after. ``instrument`` names the stock, whether it has a row or not.
    """

    instrument = models.CharField(max_length=50)
    ex_date = models.DateField()
    kind = models.CharField(max_length=20, choices=ActionKind.choices)
    shares_before = models.PositiveBigIntegerField(null=True, blank=True)
    shares_after = models.PositiveBigIntegerField(null=True, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "market_corporate_action"
        constraints = [
            models.UniqueConstraint(fields=["instrument", "ex_date", "kind"], name="market_action_once"),
            models.CheckConstraint(
                condition=Q(shares_before__isnull=True, shares_after__isnull=True)
                | Q(shares_before__gt=0, shares_after__gt=0),
                name="market_action_ratio_whole_or_unknown",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.instrument} on {self.ex_date}"
