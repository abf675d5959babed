"""Days that an administrator opened or closed. What does not belong here: the calendar they change (selectors)."""

from __future__ import annotations

from django.db import models

from apps.core.models import TimeStampedModel


class MarketStatus(TimeStampedModel):
    """What an administrator says of one day; it stands above the tables of holidays and sessions.

    ``extra.sessions`` holds the sessions of a day with unusual hours: ``[{"open": "18:00", "close": "19:00"}]``,
    India time. Without it an open day has the hours of the tables.
    """

    date = models.DateField(unique=True)
    is_market_open = models.BooleanField()
    reason = models.CharField(max_length=200, null=True, blank=True)
    extra = models.JSONField(default=dict, blank=True)

    class Meta:
        db_table = "market_status"

    def __str__(self) -> str:
        return f"{self.date} {'open' if self.is_market_open else 'closed'}"

    @property
    def own_sessions(self) -> list[dict[str, str]]:
        """The sessions of unusual hours; none is the usual ones."""
        found: list[dict[str, str]] = self.extra.get("sessions", [])
        return found
