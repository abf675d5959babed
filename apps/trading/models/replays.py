"""Markets of the past that accounts trade in, each with its clock. What does not belong here: moving the clock."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from apps.core.models import OwnedManager, OwnedModel


class Replay(OwnedModel):
    """A stretch of the past for one paper account. ``clock_at`` is its present moment: nothing later is visible.

    ``speed``: seconds of open market a second, 0 where it moves by request alone. ``moved_at`` is of the real clock.
    """

    paper_account = models.OneToOneField("wallet.PaperAccount", on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    clock_at = models.DateTimeField()
    speed = models.PositiveIntegerField(default=0)
    moved_at = models.DateTimeField()

    objects: OwnedManager[Replay] = OwnedManager()  # type: ignore[assignment]

    class Meta:
        db_table = "trading_replay"
        indexes = [models.Index(fields=["id"], condition=Q(speed__gt=0), name="trading_replay_running")]
        constraints = [
            models.CheckConstraint(
                condition=Q(clock_at__gte=F("starts_at")) & Q(clock_at__lte=F("ends_at")),
                name="trading_replay_clock_inside",
            ),
        ]

    def __str__(self) -> str:
        return f"replay at {self.clock_at}"
