"""Syncs and their instruments as tables, which are also their queue. What does not belong here: running them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from apps.core.models import TimeStampedModel
from apps.sync.enums import ItemState, SyncMode, SyncStage, SyncStatus, SyncType

UNFINISHED = (ItemState.PENDING, ItemState.RUNNING)


class SyncLog(TimeStampedModel):
    """One sync: what was asked, how far it is, what came of it.

    ``end_time`` is set once, when its last instrument has ended; until then it is the only one of its type.
    ``error_details`` lists the failed instruments with code and message; ``extra`` counts the rows and the days left
    out, and lists the skipped instruments. ``scheduled_for`` is the time of the schedule that started it.
    """

    sync_type = models.CharField(max_length=20, choices=SyncType.choices)
    mode = models.CharField(max_length=20, choices=SyncMode.choices)
    status = models.CharField(max_length=20, choices=SyncStatus.choices, default=SyncStatus.PENDING)
    is_auto_sync = models.BooleanField(default=False)
    triggered_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", db_index=False
    )
    scheduled_for = models.DateTimeField(null=True)
    start_date = models.DateField(null=True)
    end_date = models.DateField(null=True)
    start_time = models.DateTimeField(null=True)
    end_time = models.DateTimeField(null=True)
    total_items = models.PositiveIntegerField(default=0)
    success_count = models.PositiveIntegerField(default=0)
    failed_count = models.PositiveIntegerField(default=0)
    skipped_count = models.PositiveIntegerField(default=0)
    error_details = models.JSONField(null=True)
    extra = models.JSONField(default=dict)

    # Not a column: the selector's answer to "how long still", set on what it returns.
    eta_seconds: int | None = None

    class Meta:
        db_table = "sync_logs"
        constraints = [
            models.UniqueConstraint(
                fields=["sync_type"], condition=Q(end_time__isnull=True), name="sync_one_of_a_type"
            ),
            models.UniqueConstraint(fields=["sync_type", "scheduled_for"], name="sync_scheduled_once"),
            models.CheckConstraint(
                condition=Q(end_time__isnull=True)
                | Q(total_items=F("success_count") + F("failed_count") + F("skipped_count")),
                name="sync_counts_add_up",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mode} {self.sync_type} {self.pk}"

    @property
    def processed(self) -> int:
        """How many instruments have ended."""
        return self.success_count + self.failed_count + self.skipped_count

    @property
    def failures(self) -> list[dict[str, str]]:
        """The failed instruments with code and message."""
        return list(self.error_details or [])

    @property
    def progress(self) -> float:
        """How much is done, from 0 to 1."""
        return round(self.processed / self.total_items, 4) if self.total_items else float(self.end_time is not None)

    @property
    def stage(self) -> SyncStage:
        """What it is busy with."""
        if self.end_time is not None:
            return SyncStage.DONE
        return SyncStage.QUEUED if self.start_time is None else SyncStage.FETCHING


class SyncItem(TimeStampedModel):
    """One instrument of a sync. ``attempts`` counts the claims: only the worker of the present one may end it.

    While it runs it belongs to that worker until ``lease_until``; then any other may take it over. ``until`` is the
    last day that was final when it was stored.
    """

    log = models.ForeignKey(SyncLog, on_delete=models.CASCADE, related_name="items", db_index=False)
    instrument = models.CharField(max_length=100)
    state = models.CharField(max_length=20, choices=ItemState.choices, default=ItemState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    until = models.DateField(null=True)
    code = models.CharField(max_length=50, blank=True)
    message = models.TextField(blank=True)

    class Meta:
        db_table = "sync_items"
        indexes = [
            models.Index(fields=["id"], name="sync_unfinished", condition=Q(state__in=UNFINISHED)),
            models.Index(fields=["instrument"], name="sync_items_of_instrument"),
        ]
        constraints = [models.UniqueConstraint(fields=["log", "instrument"], name="sync_instrument_once")]

    def __str__(self) -> str:
        return f"{self.instrument} of {self.log_id}"
