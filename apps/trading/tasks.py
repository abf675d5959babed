"""Trading's tasks. What does not belong here: rules; a task calls one service."""

from celery import shared_task

from apps.core import clock, market_clock
from apps.trading import services


@shared_task(name="trading.work_orders")
def work_orders(**_: object) -> None:
    """Work the orders that wait on the bars that are final."""
    services.work_orders(now=market_clock.now())


@shared_task(name="trading.apply_corporate_actions")
def apply_corporate_actions(**_: object) -> None:
    """Apply splits and bonuses whose ex-date has come to what is held."""
    services.apply_corporate_actions(now=market_clock.now())


@shared_task(name="trading.work_gtts")
def work_gtts(**_: object) -> None:
    """Compare the triggers that stand with the bars that are final."""
    services.work_gtts(now=market_clock.now())


@shared_task(name="trading.close_due")
def close_due(**_: object) -> None:
    """Square off intraday positions and settle expired contracts that are due."""
    services.close_due(now=market_clock.now())


@shared_task(name="trading.check_alerts")
def check_alerts(**_: object) -> None:
    """Tell users of the prices that their alerts wait for."""
    services.check_alerts(now=market_clock.now())


@shared_task(name="trading.note_equity")
def note_equity(**_: object) -> None:
    """Put on record what accounts were worth when the session ended."""
    services.note_equity(now=market_clock.now())


@shared_task(name="trading.advance_replays")
def advance_replays(**_: object) -> None:
    """Move the clocks of replays that move by themselves."""
    services.advance_running(now=clock.now())
