"""Starting syncs when they are due, by the configuration as it is at each look.

A time of the schedule is due once it has come and no sync was started for it; times before the schedule was last
changed are not made up for. The table keeps two lookers from starting two. What does not belong here: crontabs (core).
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

import structlog

from apps.core import clock, configuration, jobs
from apps.core.configuration import cron
from apps.sync import constants, selectors
from apps.sync.enums import SyncType
from apps.sync.errors import SyncRunning
from apps.sync.services import starting

log_of = structlog.get_logger(__name__)


def start_due() -> None:
    """Start a normal sync of each type that the schedule has come round for.

    Where one of the type is running, the next look tries again.
    """
    # The configuration is read anew: what an administrator changed is in force at the next look.
    configuration.forget()
    due_at = _last_time(clock.now())
    changed_at = selectors.schedule_changed_at()
    if due_at is None or (changed_at is not None and due_at <= changed_at):
        return
    for sync_type in SyncType.values:
        if not selectors.is_started(sync_type=sync_type, scheduled_for=due_at):
            _start(sync_type, due_at=due_at)


def _start(sync_type: str, *, due_at: datetime) -> None:
    named = configuration.get_words("sync.instruments")
    instruments = [each for each in selectors.list_instruments(sync_type=sync_type) if not named or each in named]
    if not instruments:
        return
    order = starting.Order(sync_type=sync_type, instruments=instruments)
    try:
        log = starting.open_sync(order=order, scheduled_for=due_at)
    except SyncRunning:
        log_of.info("scheduled_sync_waits", sync_type=sync_type)
        return
    jobs.enqueue(constants.FAN_OUT_TASK, log_id=log.pk)


def _last_time(now: datetime) -> datetime | None:
    """The last time of the schedule that has come, in India; None where syncs are started by hand."""
    here = now.astimezone(clock.IST)
    mode = configuration.get_str("sync.schedule.mode")
    if mode == "daily":
        return cron.parse(configuration.get_str("sync.schedule.cron")).previous(here)
    if mode == "interval":
        midnight = datetime.combine(here.date(), time(), tzinfo=clock.IST)
        step = timedelta(minutes=configuration.get_int("sync.schedule.interval_minutes"))
        return midnight + (here - midnight) // step * step
    return None
