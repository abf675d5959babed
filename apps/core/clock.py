"""The only place that reads the clock. What does not belong here: calendars and sessions (marketdata)."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from zoneinfo import ZoneInfo

from django.utils import timezone

IST = ZoneInfo("Asia/Kolkata")


def now() -> datetime:
    """The present moment, aware."""
    return timezone.now()


def today(*, at: datetime | None = None) -> date:
    """The calendar day in India at the given moment (default: now)."""
    return (at or now()).astimezone(IST).date()


def midnight(day: date, *, days: int = 0) -> datetime:
    """The moment at which a day begins in India, or one so many days later."""
    return datetime.combine(day + timedelta(days=days), time_of_day(), tzinfo=IST)


def monotonic() -> float:
    """Seconds that never go back, for measuring durations."""
    return time.monotonic()
