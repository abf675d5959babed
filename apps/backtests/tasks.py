"""Backtest's tasks. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.backtests import services


@shared_task(name="backtests.execute_pending")
def execute_pending(**_: object) -> None:
    """Run what waits. The ids in the message are hints for a reader of the log; the table says what waits."""
    services.execute_pending()


@shared_task(name="backtests.ring_pending")
def ring_pending(**_: object) -> None:
    """Ring again for what waits, should a ring have been lost."""
    services.ring_pending()


@shared_task(name="backtests.execute_sweeps")
def execute_sweeps(**_: object) -> None:
    """Work on parts of sweeps, single runs first."""
    services.execute_sweeps()


@shared_task(name="backtests.ring_sweeps")
def ring_sweeps(**_: object) -> None:
    """Ring again for parts of sweeps that nobody works on."""
    services.ring_sweeps()
