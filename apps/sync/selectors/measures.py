"""What operators watch of syncs: what waits, lost workers, age of prices. What does not belong here: users' reads."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Min, Q
from django.db.models.functions import Now

from apps.core import clock
from apps.core.metrics import Measure
from apps.sync.enums import ItemState, SyncStatus
from apps.sync.models import UNFINISHED, SyncItem, SyncLog


def measure_unscoped() -> Iterator[Measure]:
    """Instruments that wait or are fetched, and the age of the last completed sync of each type that has one."""
    yield from _items()
    ended = SyncLog.objects.filter(status=SyncStatus.COMPLETED).values_list("sync_type").annotate(Max("end_time"))
    for sync_type, ended_at in ended.order_by("sync_type"):
        seconds = (clock.now() - ended_at).total_seconds()
        yield Measure(
            "papertrade_sync_age_seconds", "Since the last completed sync.", seconds, {"sync_type": sync_type}
        )


def _items() -> Iterator[Measure]:
    pending, running = Q(state=ItemState.PENDING), Q(state=ItemState.RUNNING)
    found = SyncItem.objects.filter(state__in=UNFINISHED).aggregate(
        pending=Count("pk", filter=pending),
        running=Count("pk", filter=running),
        lost=Count("pk", filter=running & Q(lease_until__lt=Now())),
        oldest=Min("created_at", filter=pending),
    )
    for state in UNFINISHED:
        labels = {"state": ItemState(state).value}
        yield Measure("papertrade_sync_items", "Instruments to be fetched.", found[state], labels)
    yield Measure("papertrade_sync_lost_items", "Instruments in work whose worker is gone.", found["lost"])
    seconds = 0.0 if found["oldest"] is None else (clock.now() - found["oldest"]).total_seconds()
    yield Measure("papertrade_sync_oldest_pending_seconds", "How long the first waiting instrument waits.", seconds)
