"""Syncs, and where they stand. What does not belong here: their instruments."""

from __future__ import annotations

import math
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from apps.core import clock, errors
from apps.core.enums import TimeOrdering
from apps.sync.constants import STALLED_AFTER
from apps.sync.models import SyncLog

if TYPE_CHECKING:
    from apps.users.models import User


def list_logs(
    *,
    sync_type: str | None = None,
    mode: str | None = None,
    status: str | None = None,
    ordering: str = TimeOrdering.CREATED_DESC,
) -> QuerySet[SyncLog]:
    """Syncs with who started them, newest first unless ordered otherwise."""
    asked = {"sync_type": sync_type, "mode": mode, "status": status}
    wanted = {name: value for name, value in asked.items() if value}
    return SyncLog.objects.filter(**wanted).select_related("triggered_by_user").order_by(TimeOrdering(ordering).column)


def get_log(*, log_id: int) -> SyncLog:
    """One sync, with the seconds that it will still take, where they can be told.

    :raises NotFound: if it is missing
    """
    log = SyncLog.objects.select_related("triggered_by_user").filter(pk=log_id).first()
    if log is None:
        raise errors.NotFound
    log.eta_seconds = _eta(log)
    return log


def list_open_logs(*, user: User) -> list[SyncLog]:
    """The syncs that the user started and that have not ended, newest first, with the seconds still to go."""
    logs = list(SyncLog.objects.filter(triggered_by_user=user, end_time=None).order_by("-id"))
    for log in logs:
        log.eta_seconds = _eta(log)
    return logs


def _eta(log: SyncLog) -> int | None:
    if log.end_time is not None or log.start_time is None or not log.processed:
        return None
    elapsed = (clock.now() - log.start_time).total_seconds()
    return math.ceil(elapsed / log.processed * (log.total_items - log.processed))


def lock_log(*, log_id: int) -> SyncLog:
    """One sync, locked until the transaction ends, so that its instruments end one after the other."""
    return SyncLog.objects.select_for_update(no_key=True).get(pk=log_id)


def find_running(*, sync_type: str) -> SyncLog | None:
    """The sync of a type that has not ended, or None."""
    return SyncLog.objects.filter(sync_type=sync_type, end_time=None).first()


def list_stalled(*, now: datetime) -> list[SyncLog]:
    """Syncs that have not ended and in which nothing has happened for a while, or last by a clock that is far ahead."""
    is_old, is_ahead = Q(updated_at__lte=now - STALLED_AFTER), Q(updated_at__gt=now + STALLED_AFTER)
    return list(SyncLog.objects.filter(is_old | is_ahead, end_time=None).order_by("pk"))


def is_started(*, sync_type: str, scheduled_for: datetime) -> bool:
    """Whether the schedule has started a sync of the type for that time or a later one."""
    return SyncLog.objects.filter(sync_type=sync_type, scheduled_for__gte=scheduled_for).exists()
