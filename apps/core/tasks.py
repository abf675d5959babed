"""Core's tasks. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.core import services


@shared_task(name="core.write_heartbeat")
def write_heartbeat(**_: object) -> None:
    """Show that a worker is alive."""
    services.write_heartbeat()


@shared_task(name="core.purge_answers")
def purge_answers(**_: object) -> None:
    """Forget the answers of Idempotency-Keys that are older than a day."""
    services.purge_answers()
