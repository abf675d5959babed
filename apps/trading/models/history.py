"""What an account was worth at the end of each day. What does not belong here: how that is found (services)."""

from __future__ import annotations

from django.db import models

from apps.core.models import OwnedManager, OwnedModel


class EquityDay(OwnedModel):
    """A paper account at the close of a trading day; ``positions_value`` is negative where more is short than long."""

    paper_account = models.ForeignKey("wallet.PaperAccount", on_delete=models.PROTECT, related_name="+", db_index=False)
    date = models.DateField()
    cash = models.DecimalField(max_digits=15, decimal_places=2)
    blocked = models.DecimalField(max_digits=15, decimal_places=2)
    borrowed = models.DecimalField(max_digits=15, decimal_places=2, default=0)
    positions_value = models.DecimalField(max_digits=17, decimal_places=2)
    equity = models.DecimalField(max_digits=17, decimal_places=2)

    objects: OwnedManager[EquityDay] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_equity_day"
        constraints = [
            models.UniqueConstraint(fields=["paper_account", "date"], name="trading_one_equity_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.date} {self.equity}"
