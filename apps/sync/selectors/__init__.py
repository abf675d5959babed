"""Every read of syncs. What does not belong here: writes, prices (market)."""

from apps.sync.selectors.items import list_unfinished, lock_claimable, stored_until
from apps.sync.selectors.logs import (
    find_running,
    get_log,
    is_started,
    list_logs,
    list_open_logs,
    list_stalled,
    lock_log,
)
from apps.sync.selectors.schedule import schedule_changed_at
from apps.sync.selectors.status import SyncHealth, count_unfinished, list_health
from apps.sync.selectors.universe import list_instruments

__all__ = [
    "SyncHealth",
    "count_unfinished",
    "find_running",
    "get_log",
    "is_started",
    "list_health",
    "list_instruments",
    "list_logs",
    "list_open_logs",
    "list_stalled",
    "list_unfinished",
    "lock_claimable",
    "lock_log",
    "schedule_changed_at",
    "stored_until",
]
