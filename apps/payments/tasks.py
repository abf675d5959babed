"""Payments' tasks. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.payments import services


@shared_task(name="payments.process_waiting")
def process_waiting(**_: object) -> None:
    """Try again the events that wait for another."""
    services.process_waiting()


@shared_task(name="payments.reconcile_nightly")
def reconcile_nightly(**_: object) -> None:
    """Compare what we think with what the gateways say."""
    services.reconcile()
