"""Sync's tasks. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.sync import services


@shared_task(name="sync.fan_out")
def fan_out(*, log_id: int, **_: object) -> None:
    """Ring for each instrument of a sync."""
    services.fan_out(log_id=log_id)


@shared_task(name="sync.sync_item")
def sync_item(**_: object) -> None:
    """Fetch one instrument. The id in the message is a hint for a reader of the log; the table says what waits."""
    services.execute_next()


@shared_task(name="sync.ring_pending")
def ring_pending(**_: object) -> None:
    """Ring again for syncs that stand still."""
    services.ring_pending()


@shared_task(name="sync.start_due")
def start_due(**_: object) -> None:
    """Start what the schedule has come round for."""
    services.start_due()
