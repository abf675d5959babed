"""How an instrument ends, and with the last of them the sync. Each is written once.

The row of the sync is locked first, so its instruments end one after the other: exactly one of them is the last, and
the counts add up. What does not belong here: fetching.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import structlog
from django.db import transaction

from apps.core import clock, events
from apps.notifications import services as notifications_services
from apps.notifications.enums import NotificationType
from apps.sync import selectors
from apps.sync.enums import ItemState, SyncStatus, SyncType
from apps.sync.models import SyncItem, SyncLog

log_of = structlog.get_logger(__name__)

COUNTER = {
    ItemState.SUCCESS: "success_count",
    ItemState.FAILED: "failed_count",
    ItemState.SKIPPED: "skipped_count",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one instrument ended: up to which day it was stored, or a code and a sentence; and what is counted of it."""

    state: ItemState
    code: str = ""
    message: str = ""
    until: date | None = None
    counts: Mapping[str, int] = field(default_factory=dict)


@transaction.atomic
def finish(*, item: SyncItem, outcome: Outcome) -> bool:
    """Write how an instrument ended; False if this attempt may no longer end it."""
    log = selectors.lock_log(log_id=item.log_id)
    mine = SyncItem.objects.filter(pk=item.pk, state=ItemState.RUNNING, attempts=item.attempts)
    ended = mine.update(
        state=outcome.state,
        until=outcome.until,
        code=outcome.code,
        message=outcome.message,
        lease_until=None,
        updated_at=clock.now(),
    )
    if not ended:
        return False
    counter = COUNTER[outcome.state]
    setattr(log, counter, getattr(log, counter) + 1)
    _note(log, instrument=item.instrument, outcome=outcome)
    log.save(update_fields=[counter, "error_details", "extra", "updated_at"])
    if log.processed == log.total_items:
        end(log=log)
    else:
        _tell(log)
    return True


def end(*, log: SyncLog) -> None:
    """Write that a sync has ended, and tell who started it; its row is locked or new."""
    log.end_time = clock.now()
    log.start_time = log.start_time or log.end_time
    has_failed = log.failed_count > 0 and log.failed_count == log.total_items
    log.status = SyncStatus.FAILED if has_failed else SyncStatus.COMPLETED
    log.extra = {"skipped": log.skipped_count, **log.extra}
    log.save(update_fields=["end_time", "start_time", "status", "extra", "updated_at"])
    log_of.info("sync_ended", sync=log.pk, sync_type=log.sync_type, mode=log.mode, failed=log.failed_count)
    if log.triggered_by_user_id is not None:
        _notify(log, user_id=log.triggered_by_user_id)
    _tell(log)


def _note(log: SyncLog, *, instrument: str, outcome: Outcome) -> None:
    """Keep what is to be said of an instrument, and add up what is counted."""
    said = {"instrument": instrument, "code": outcome.code, "message": outcome.message}
    if outcome.state == ItemState.FAILED:
        log.error_details = [*(log.error_details or []), said]
    if outcome.state == ItemState.SKIPPED:
        log.extra["skips"] = [*log.extra.get("skips", []), said]
    for name, count in outcome.counts.items():
        log.extra[name] = log.extra.get(name, 0) + count
    log.extra["skipped"] = log.skipped_count


def _tell(log: SyncLog) -> None:
    """Tell the open pages of who started a sync how far it is."""
    if log.triggered_by_user_id is not None:
        payload = {"kind": "sync", "id": str(log.pk), "status": str(log.status), "progress": log.progress}
        events.publish(user_id=log.triggered_by_user_id, kind=events.EventKind.JOB, payload=payload)


def _notify(log: SyncLog, *, user_id: int) -> None:
    has_failures = log.failed_count > 0
    notifications_services.notify(
        user_id=user_id,
        title="Sync ended with failures" if has_failures else "Sync completed",
        message=(
            f"{SyncType(log.sync_type).label}: {log.success_count} stored, {log.failed_count} failed, "
            f"{log.skipped_count} skipped."
        ),
        type=NotificationType.WARNING if has_failures else NotificationType.SUCCESS,
        extra={"sync": log.pk},
        event_key=f"sync.ended:{log.pk}",
    )
