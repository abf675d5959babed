"""Rows that administrators added to the rulebook. What does not belong here: reading and checking them (marketdata)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.core.models import TimeStampedModel


class MarketRuleOverride(TimeStampedModel):
    """One dated row of a table of the rulebook; it stands above the row of the data files with the same identity.

    ``key`` holds the columns that the row is found by, ``values`` what they lead to, both as text. A row is never
    changed or deleted, only switched off; then another may take its place.
    """

    rule_table = models.CharField(max_length=50)
    valid_from = models.DateField()
    key = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    note = models.TextField(blank=True)
    is_active = models.BooleanField(default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )

    class Meta:
        db_table = "market_rule_override"
        constraints = [
            models.UniqueConstraint(
                fields=["rule_table", "valid_from", "key"],
                condition=Q(is_active=True),
                name="market_one_active_rule_a_key_and_date",
            ),
        ]

    @property
    def columns(self) -> dict[str, str]:
        """All columns of the row but its date and source."""
        return {**self.key, **self.values}

    def __str__(self) -> str:
        return f"{self.rule_table} {self.key} from {self.valid_from}"
