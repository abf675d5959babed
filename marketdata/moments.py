"""Which days and which moment a question is about: the days it leaves out, and the clock of a demonstration.

What does not belong here: the clock itself (``now`` is an argument), and what is visible at a moment.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from marketdata import sessions
from marketdata.errors import InvalidDateRange

DEFAULT_SPAN = timedelta(days=365)


def span(start: date | None, end: date | None, *, now: datetime | None) -> tuple[date, date]:
    """The days asked for; without an end up to the day of ``now``, without a start the last 365 days of it.

    :raises ValueError: if the end is left out and there is no ``now``, or ``now`` is naive
    """
    if end is None:
        if now is None:
            raise ValueError("without an end the days need now")
        end = sessions.in_ist(now).date()
    return start or end - DEFAULT_SPAN + timedelta(days=1), end


def always_open(now: datetime) -> datetime:
    """The market's moment on a clock that knows no closing: one session follows another, nights and weekends too.

    A week of the wall clock begins with the first session from its Monday on, and runs through 26 more, each
    22,500 seconds. On the next Monday at midnight IST it goes back, so that the market stays within six weeks of today.

    :raises InvalidDateRange: in the last weeks of the calendar
    :raises ValueError: if ``now`` is naive
    """
    moment = sessions.in_ist(now)
    monday = moment.date() - timedelta(days=moment.weekday())
    passed = moment - datetime.combine(monday, time(), tzinfo=sessions.IST)
    length = timedelta(minutes=sessions.bars_per_session() * sessions.BAR_MINUTES)
    days = sessions.sessions(monday, sessions.LAST_DAY)
    number = passed // length
    if number >= len(days):
        raise InvalidDateRange(start=monday, end=moment.date(), reason="the calendar ends within its sessions")
    day: date = days[number].item()
    return datetime.combine(day, sessions.hours(day)[0], tzinfo=sessions.IST) + passed % length
