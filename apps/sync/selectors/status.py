"""How syncs do, a line a type. What does not belong here: metrics (measures), the logs themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max

from apps.sync.enums import SyncStatus, SyncType
from apps.sync.models import UNFINISHED, SyncItem, SyncLog


@dataclass(frozen=True, slots=True)
class SyncHealth:
    """The newest sync of a type, None if there is none, and when the last one completed."""

    sync_type: SyncType
    last: SyncLog | None
    last_completed_at: datetime | None


def list_health() -> list[SyncHealth]:
    """Every type with its newest sync; three types, two queries."""
    newest = SyncLog.objects.order_by("sync_type", "-pk").distinct("sync_type")
    last = {log.sync_type: log for log in newest}
    completed = SyncLog.objects.filter(status=SyncStatus.COMPLETED).order_by().values_list("sync_type")
    ended = dict(completed.annotate(Max("end_time")))
    return [SyncHealth(kind, last.get(kind), ended.get(kind)) for kind in SyncType]


def count_unfinished() -> int:
    """How many instruments wait or are fetched."""
    return SyncItem.objects.filter(state__in=UNFINISHED).count()
