"""What operators watch of syncs: what is unfinished, how fresh prices are. What does not belong here: users' reads."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max

from apps.core import clock
from apps.core.metrics import Measure
from apps.sync.enums import ItemState, SyncStatus
from apps.sync.models import UNFINISHED, SyncItem, SyncLog


def measure_unscoped() -> Iterator[Measure]:
    """Instruments that wait or are fetched, and the age of the last completed sync of each type that has one."""
    waiting = dict(SyncItem.objects.filter(state__in=UNFINISHED).values_list("state").annotate(Count("pk")))
    for state in UNFINISHED:
        labels = {"state": ItemState(state).value}
        yield Measure("papertrade_sync_items", "Instruments to be fetched.", waiting.get(state, 0), labels)
    ended = SyncLog.objects.filter(status=SyncStatus.COMPLETED).values_list("sync_type").annotate(Max("end_time"))
    for sync_type, ended_at in ended.order_by("sync_type"):
        seconds = (clock.now() - ended_at).total_seconds()
        yield Measure(
            "papertrade_sync_age_seconds", "Since the last completed sync.", seconds, {"sync_type": sync_type}
        )
