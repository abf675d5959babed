"""Messages that leave the server: written with their event, sent after the commit, tried again when that fails.

The row is the job. A worker that dies between sending and noting it sends once more, with the same id; all else is
sent once. What does not belong here: how a channel sends (channels), why users are told.
"""

from __future__ import annotations

import structlog
from django.db import transaction

from apps.core import clock, jobs
from apps.notifications import constants
from apps.notifications.enums import DeliveryState, OutsideChannel
from apps.notifications.models import Delivery, Notification
from apps.notifications.services import channels

log = structlog.get_logger(__name__)


def prepare(row: Notification, *, channel: OutsideChannel, event_key: str) -> Delivery:
    """Have what a notification says sent after the commit, unless this event was by this channel."""
    delivery, is_new = Delivery.objects.unscoped().get_or_create(
        user_id=row.user_id,
        channel=channel,
        event_key=event_key,
        defaults={
            "title": row.title,
            "message": row.message,
            "notification_type": row.notification_type,
            "next_try_at": clock.now(),
        },
    )
    if is_new:
        jobs.enqueue("notifications.send_delivery", delivery_id=delivery.pk)
    return delivery


def deliver(*, delivery_id: int) -> None:
    """Send a message that is due; one that cannot be sent waits for the next try, and after the last is given up."""
    row = _claim(delivery_id)
    if row is None:
        return
    try:
        channels.send(row)
    except channels.NotSent as error:
        log.warning("message_not_sent", delivery=row.pk, channel=row.channel, attempts=row.attempts, reason=str(error))
        if row.attempts >= constants.MAX_TRIES or error.is_final:
            Delivery.objects.unscoped().filter(pk=row.pk).update(state=DeliveryState.FAILED, updated_at=clock.now())
        return
    now = clock.now()
    Delivery.objects.unscoped().filter(pk=row.pk).update(state=DeliveryState.SENT, sent_at=now, updated_at=now)


def ring_deliveries() -> int:
    """Send what is due: its first ring was lost, or its server was down. How many there are.

    What a worker died of at the last try is given up.
    """
    now = clock.now()
    due = Delivery.objects.unscoped().filter(state=DeliveryState.PENDING, next_try_at__lte=now)
    due.filter(attempts__gte=constants.MAX_TRIES).update(state=DeliveryState.FAILED, updated_at=now)
    waiting = list(due.order_by("next_try_at").values_list("pk", flat=True))
    for delivery_id in waiting:
        jobs.enqueue("notifications.send_delivery", delivery_id=delivery_id)
    return len(waiting)


@transaction.atomic
def _claim(delivery_id: int) -> Delivery | None:
    """The message, not due again before the next try; None if it is not due now."""
    now = clock.now()
    due = Delivery.objects.unscoped().select_for_update(skip_locked=True).filter(pk=delivery_id, next_try_at__lte=now)
    row = due.filter(state=DeliveryState.PENDING, attempts__lt=constants.MAX_TRIES).first()
    if row is None:
        return None
    row.next_try_at = now + min(constants.FIRST_RETRY * 2**row.attempts, constants.LAST_RETRY)
    row.attempts += 1
    row.save(update_fields=["next_try_at", "attempts", "updated_at"])
    return row
