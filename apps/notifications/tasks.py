"""Tasks of notifications. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.notifications import services


@shared_task(name="notifications.send_delivery")
def send_delivery(*, delivery_id: int, **_: object) -> None:
    """Send one message."""
    services.deliver(delivery_id=delivery_id)


@shared_task(name="notifications.ring_deliveries")
def ring_deliveries(**_: object) -> None:
    """Send the messages that are due."""
    services.ring_deliveries()
