"""Whose turn it is: an instrument is claimed by one worker at a time, for the length of a lease.

What does not belong here: what is done with it, how it ends (results).
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, Value
from django.db.models.functions import Now

from apps.core import clock, renewal
from apps.sync import constants, selectors
from apps.sync.enums import ItemState, SyncStatus
from apps.sync.models import SyncItem, SyncLog
from apps.sync.services import results

# By the clock of the database, the only one that all workers share.
LEASE_UNTIL = ExpressionWrapper(Now() + Value(constants.LEASE), output_field=DateTimeField())


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
    item = selectors.lock_claimable(log_id=log_id)
    if item is None:
        return None
    item.state, item.attempts = ItemState.RUNNING, item.attempts + 1
    SyncItem.objects.filter(pk=item.pk).update(
        state=item.state, attempts=item.attempts, lease_until=LEASE_UNTIL, updated_at=now
    )
    waiting = SyncLog.objects.filter(pk=item.log_id, status=SyncStatus.PENDING)
    waiting.update(status=SyncStatus.RUNNING, start_time=now, updated_at=now)
    return item


def held(item: SyncItem) -> AbstractContextManager[None]:
    """Keep a claimed instrument while the body works."""
    renew = partial(keep, item)
    return renewal.renewing(renew, seconds=constants.HEARTBEAT_SECONDS, name=f"sync-{item.pk}")


def keep(item: SyncItem) -> bool:
    """Hold a claimed instrument for another lease, and show that its sync is alive; False if it was lost."""
    mine = SyncItem.objects.filter(pk=item.pk, state=ItemState.RUNNING, attempts=item.attempts)
    if not mine.update(lease_until=LEASE_UNTIL, updated_at=clock.now()):
        return False
    SyncLog.objects.filter(pk=item.log_id, end_time=None).update(updated_at=clock.now())
    return True
