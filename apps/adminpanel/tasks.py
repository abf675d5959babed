"""The administration's tasks. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.adminpanel import services


@shared_task(name="adminpanel.refresh_figures")
def refresh_figures(**_: object) -> None:
    """Count the last days for the dashboard."""
    services.refresh_figures()
