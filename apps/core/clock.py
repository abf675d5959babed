"""The only place that reads the clock. What does not belong here: calendars and sessions (marketdata)."""

from __future__ import annotations

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

IST = ZoneInfo("Asia/Kolkata")


def now() -> datetime:
    """The present moment, aware."""
    return timezone.now()


def today(*, at: datetime | None = None) -> date:
    """The calendar day in India at the given moment (default: now)."""
    return (at or now()).astimezone(IST).date()


def monotonic() -> float:
    """Seconds that never go back, for measuring durations."""
    return time.monotonic()
