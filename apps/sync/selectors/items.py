"""The instruments of syncs as a queue. What does not belong here: claiming and ending them (services)."""

from __future__ import annotations

from datetime import date

from django.db.models import Max, Q, QuerySet
from django.db.models.functions import Now

from apps.sync.enums import ItemState
from apps.sync.models import UNFINISHED, SyncItem


def list_unfinished(*, log_id: int) -> QuerySet[SyncItem]:
    """The instruments of a sync that wait, or whose worker is taken for lost, in their order."""
    return _claimable().filter(log_id=log_id).order_by("pk")


def lock_claimable(*, log_id: int | None = None) -> SyncItem | None:
    """The next instrument that may be fetched, of one sync or of any, locked; what others hold is passed over."""
    rows = _claimable()
    if log_id is not None:
        rows = rows.filter(log_id=log_id)
    return rows.select_for_update(skip_locked=True, no_key=True).order_by("pk").first()


def stored_until(*, sync_type: str, instrument: str) -> date | None:
    """The last day that syncs of the type have stored of an instrument; None if none has."""
    stored = SyncItem.objects.filter(log__sync_type=sync_type, instrument=instrument, state=ItemState.SUCCESS)
    found: date | None = stored.aggregate(until=Max("until"))["until"]
    return found


def _claimable() -> QuerySet[SyncItem]:
    is_lost = Q(state=ItemState.RUNNING, lease_until__lte=Now())
    # The first condition is that of the index.
    return SyncItem.objects.filter(state__in=UNFINISHED).filter(Q(state=ItemState.PENDING) | is_lost)
