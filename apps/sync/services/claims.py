"""Whose turn it is: an instrument is claimed by one worker at a time, for the length of a lease.

What does not belong here: what is done with it, how it ends (results).
"""

from __future__ import annotations

from django.db import transaction

from apps.core import clock
from apps.sync import constants, selectors
from apps.sync.enums import ItemState, SyncStatus
from apps.sync.models import SyncItem, SyncLog
from apps.sync.services import results


def claim_next(*, log_id: int | None = None) -> SyncItem | None:
    """Mark the next instrument, of one sync or of any, as running; None if nothing waits.

    One whose worker was lost is taken over, and given up as failed after the third time.
    """
    while (item := _claim(log_id=log_id)) is not None:
        if item.attempts <= constants.MAX_ATTEMPTS:
            return item
        lost = results.Outcome(ItemState.FAILED, code=constants.LOST_CODE, message=constants.LOST_MESSAGE)
        results.finish(item=item, outcome=lost)
    return None


@transaction.atomic
def _claim(*, log_id: int | None) -> SyncItem | None:
    now = clock.now()
    item = selectors.lock_claimable(now=now, log_id=log_id)
    if item is None:
        return None
    item.state, item.attempts, item.lease_until = ItemState.RUNNING, item.attempts + 1, now + constants.LEASE
    item.save(update_fields=["state", "attempts", "lease_until", "updated_at"])
    waiting = SyncLog.objects.filter(pk=item.log_id, status=SyncStatus.PENDING)
    waiting.update(status=SyncStatus.RUNNING, start_time=now, updated_at=now)
    return item


def keep(item: SyncItem) -> None:
    """Hold a claimed instrument for the length of another lease, and show that its sync is alive."""
    now = clock.now()
    mine = SyncItem.objects.filter(pk=item.pk, state=ItemState.RUNNING, attempts=item.attempts)
    mine.update(lease_until=now + constants.LEASE, updated_at=now)
    SyncLog.objects.filter(pk=item.log_id, end_time=None).update(updated_at=now)
