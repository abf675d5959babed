"""When the market trades: day by day, and at a moment. What does not belong here: the tables of days (marketdata)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache

from apps.core import clock, errors
from apps.market.constants import DEFAULT_CALENDAR_SPAN, MAX_CALENDAR_DAYS
from marketdata import sessions, tables
from marketdata.errors import InvalidDateRange

WEEKEND = "Weekend"


@dataclass(frozen=True, slots=True)
class SessionHours:
    """A stretch of trading, India time; the close is excluded."""

    open: time
    close: time


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day: with its sessions, or closed for a reason."""

    date: date
    is_open: bool
    reason: str | None
    sessions: tuple[SessionHours, ...]


@dataclass(frozen=True, slots=True)
class MarketState:
    """Whether the market trades, and when that changes next; None past the last day of the calendar."""

    is_open: bool
    next_change_at: datetime | None


def list_calendar(*, start: date | None = None, end: date | None = None) -> list[CalendarDay]:
    """Every day from ``start`` (default: today in India) to ``end`` (default: thirty days later), both included.

    :raises ValidationFailed: if the range is reversed, too long, or leaves the calendar
    """
    first = start or clock.today()
    last = end or first + DEFAULT_CALENDAR_SPAN
    try:
        sessions.check_range(first, last)
    except InvalidDateRange as e:
        raise errors.ValidationFailed.field("from", f"This range cannot be answered: {e.reason}.") from e
    count = (last - first).days + 1
    if count > MAX_CALENDAR_DAYS:
        raise errors.ValidationFailed.field("from", f"Ask for at most {MAX_CALENDAR_DAYS} days at once.")
    return [_day(first + timedelta(days=number)) for number in range(count)]


def calendar_etag() -> str:
    """An ETag that changes with the tables of days, and with the day that a range without dates starts at."""
    return f'"{_tables_digest()}-{clock.today()}"'


def market_state(*, now: datetime) -> MarketState:
    """Whether the market trades at ``now``, and when that changes."""
    if sessions.is_open(now):
        return MarketState(is_open=True, next_change_at=sessions.at_close(clock.today(at=now)))
    return MarketState(is_open=False, next_change_at=_next_open(now))


def _day(day: date) -> CalendarDay:
    if sessions.is_session(day):
        opens, closes = sessions.hours(day)
        return CalendarDay(date=day, is_open=True, reason=None, sessions=(SessionHours(open=opens, close=closes),))
    reason = WEEKEND if day.weekday() > 4 else _holidays()[day]
    return CalendarDay(date=day, is_open=False, reason=reason, sessions=())


def _next_open(now: datetime) -> datetime | None:
    day = clock.today(at=now)
    while day <= sessions.LAST_DAY:
        opens_at = datetime.combine(day, sessions.hours(day)[0], tzinfo=sessions.IST)
        if sessions.is_session(day) and opens_at > now:
            return opens_at
        day += timedelta(days=1)
    return None


@cache
def _holidays() -> dict[date, str]:
    """The name of every holiday on a weekday."""
    return {date.fromisoformat(row["date"]): row["reason"] for row in tables.rows("holidays")}


@cache
def _tables_digest() -> str:
    rows = [*tables.rows("holidays"), *tables.rows("session_hours")]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
