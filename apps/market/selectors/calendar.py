"""Which days the market trades, and when: of each day the sessions of a segment.

What an administrator says of a day (table ``market_status``) stands above the tables of holidays and sessions.
Where the provider makes its prices, special sessions on weekends, Muhurat trading among them, are closed days, for the
synthetic market has no prices of them; an administrator may open one, which then holds prices only where they are
imported. Where the provider reads real files, the rulebook in force says what a day is.

What does not belong here: a moment and an instrument (trading_hours), the tables of days (marketdata), changing a day
(services).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache

import marketdata
from apps.core import clock, errors
from apps.market.constants import DEFAULT_CALENDAR_SPAN, MAX_CALENDAR_DAYS
from apps.market.models import MarketStatus
from apps.market.selectors import rules, status
from apps.stocks.constants import SYNTHETIC_SOURCE
from marketdata import sessions, tables
from marketdata.errors import InvalidDateRange
from marketdata.rulebook import sessions as rulebook_sessions
from marketdata.rulebook.errors import RuleNotFound
from marketdata.rulebook.segments import CASH

WEEKEND = "Weekend"
CLOSED_BY_HAND = "Closed by the administrator"


@dataclass(frozen=True, slots=True)
class SessionHours:
    """A stretch of trading, India time; the close is excluded."""

    open: time
    close: time


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A day: with its sessions, or closed for a reason. An open day has a reason if an administrator gave one."""

    date: date
    is_open: bool
    reason: str | None
    sessions: tuple[SessionHours, ...]


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
    said = status.statuses(start=first, end=last)
    return [day_of(first + timedelta(days=number), said=said) for number in range(count)]


def calendar_etag() -> str:
    """An ETag that changes with the tables of days, with what administrators say, and with the day of today."""
    said = f"{_tables_digest()}-{status.stamp()}-{clock.today()}"
    return f'"{said}-{rules.rules_stamp()}"' if is_real() else f'"{said}"'


def closed_days(*, start: date, end: date) -> frozenset[date]:
    """The days from ``start`` to ``end``, both included, without trading that are no weekends.

    Holidays that no administrator opened, and days of any kind that one closed; days outside the calendar are left out.
    """
    said = status.statuses(start=start, end=end)
    closed = frozenset(day for day, row in said.items() if not row.is_market_open)
    opened = frozenset(said) - closed
    return closed | frozenset(day for day in _holidays() if start <= day <= end and day.weekday() < 5) - opened


def has_session(*, start: date, end: date) -> bool:
    """Whether the market trades, by the tables or an administrator, on a day from ``start`` to ``end``, both included.

    Days outside the calendar have no session.
    """
    first, last = max(start, sessions.FIRST_DAY), min(end, sessions.LAST_DAY)
    if first > last:
        return False
    said = status.statuses(start=first, end=last)
    return any(day_of(first + timedelta(days=number), said=said).is_open for number in range((last - first).days + 1))


def is_real() -> bool:
    """Whether the calendar is that of the real market: the provider reads files."""
    return marketdata.get_provider().name != SYNTHETIC_SOURCE


def day_of(day: date, *, said: Mapping[date, MarketStatus], segment: str = CASH) -> CalendarDay:
    """A day with the sessions of a segment, by default of shares without derivatives.

    ``said``: what administrators said of the days around it.
    """
    row = said.get(day)
    if row is None:
        return _day_of_tables(day, segment=segment)
    if row.is_market_open:
        return CalendarDay(date=day, is_open=True, reason=row.reason, sessions=_sessions_of(row, segment=segment))
    return CalendarDay(date=day, is_open=False, reason=row.reason or CLOSED_BY_HAND, sessions=())


def _day_of_tables(day: date, *, segment: str) -> CalendarDay:
    if is_real():
        return _day_of_rules(day, segment=segment)
    if sessions.is_session(day):
        return CalendarDay(date=day, is_open=True, reason=None, sessions=(_regular(day, segment=segment),))
    reason = WEEKEND if day.weekday() > 4 else _holidays()[day]
    return CalendarDay(date=day, is_open=False, reason=reason, sessions=())


def _day_of_rules(day: date, *, segment: str) -> CalendarDay:
    """A day of the real market; a special session may be open before its hours are known."""
    book = rules.rulebook_in_force()
    found = rulebook_sessions.trading_day(book, day)
    try:
        windows = rulebook_sessions.session_windows(book, day, segment)
    except RuleNotFound:
        windows = ()
    return CalendarDay(
        date=day,
        is_open=found.kind != "closed",
        reason=found.reason or None,
        sessions=tuple(SessionHours(open=each.opens, close=each.closes) for each in windows),
    )


def _sessions_of(row: MarketStatus, *, segment: str) -> tuple[SessionHours, ...]:
    own = tuple(
        SessionHours(open=time.fromisoformat(each["open"]), close=time.fromisoformat(each["close"]))
        for each in row.own_sessions
    )
    return own or (_regular(row.date, segment=segment),)


def _regular(day: date, *, segment: str) -> SessionHours:
    # Assumption: the synthetic market keeps one session, whatever the segment.
    if not is_real():
        opens, closes = sessions.hours(day)
        return SessionHours(open=opens, close=closes)
    window = rulebook_sessions.regular_window(rules.rulebook_in_force(), day, segment)
    return SessionHours(open=window.opens, close=window.closes)


@cache
def _holidays() -> dict[date, str]:
    """The name of every holiday."""
    return {date.fromisoformat(row["date"]): row["reason"] for row in tables.rows("holidays")}


@cache
def _tables_digest() -> str:
    rows = [*tables.rows("holidays"), *tables.rows("session_hours")]
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:32]
