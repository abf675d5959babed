"""Ringing the workers, a message an instrument; a ring that was lost is repeated. The tables say what waits.

What does not belong here: claiming, schedules.
"""

from __future__ import annotations

from apps.core import clock, jobs
from apps.sync import constants, selectors
from apps.sync.models import SyncLog


def fan_out(*, log_id: int) -> None:
    """Ring once for each instrument of a sync that may be fetched. A ring too many finds nothing to claim."""
    for item in selectors.list_unfinished(log_id=log_id):
        jobs.enqueue(constants.ITEM_TASK, item_id=item.pk)


def ring_pending() -> None:
    """Ring again for the syncs in which nothing has happened for a while: their rings, or their workers, were lost."""
    now = clock.now()
    for log in selectors.list_stalled(now=now):
        # Of two that look at the same moment, one rings.
        still = SyncLog.objects.filter(pk=log.pk, updated_at=log.updated_at, end_time=None)
        if still.update(updated_at=now):
            jobs.enqueue(constants.FAN_OUT_TASK, log_id=log.pk)
