"""Fixed names and durations of syncs. What does not belong here: anything an administrator may change."""

from datetime import timedelta

from django.conf import settings

FAN_OUT_TASK = "sync.fan_out"
ITEM_TASK = "sync.sync_item"
ROUTES = {"normal": "sync.normal", "hard": "sync.hard"}
HARD_TOGGLE = "admin.can_trigger_hard_sync"
SCHEDULE_KEYS = ("sync.schedule.mode", "sync.schedule.cron", "sync.schedule.interval_minutes")

# A worker that has not renewed its hold of an instrument by then is taken for lost.
LEASE = timedelta(seconds=settings.SYNC_LEASE_SECONDS)
HEARTBEAT_SECONDS = settings.SYNC_LEASE_SECONDS / settings.LEASE_RENEWALS
MAX_ATTEMPTS = 3
# A sync in which nothing has happened for so long is rung again.
STALLED_AFTER = timedelta(seconds=15)

MAX_INSTRUMENTS = 1_000

# What ended an instrument without a refusal of ours; the log has the reason, the user gets this.
LOST_CODE = "WORKER_LOST"
LOST_MESSAGE = "The workers that fetched it were lost, more than once. Start the sync again."
STORE_CODE = "STORE_FAILED"
STORE_MESSAGE = "The database refused to store it. Nothing of it was written half; start the sync again."
INTERNAL_CODE = "INTERNAL_ERROR"
INTERNAL_MESSAGE = "Something went wrong on our side while it was fetched. Start the sync again."
