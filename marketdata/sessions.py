"""When the synthetic market trades: holidays, trading days, session hours, all in IST.

Muhurat and weekend sessions are closed days here. What does not belong here: the clock (``now`` is an argument),
and the calendar of real data, which has special sessions.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from marketdata import tables
from marketdata.errors import InvalidDateRange
from marketdata.types import Days

Slots = NDArray[np.int64]  # calendar days since the first day the model knows

IST = ZoneInfo("Asia/Kolkata")
FIRST_DAY = date(2005, 1, 1)
LAST_DAY = date(2035, 12, 31)
BAR_MINUTES = 5


@lru_cache(maxsize=1)
def holidays() -> frozenset[date]:
    """The weekdays without a regular session.

    # Assumption: after the last published year, a weekday not in the table is a trading day.
    """
    return frozenset(date.fromisoformat(row["date"]) for row in tables.rows("holidays"))


@lru_cache(maxsize=1)
def _hours() -> tuple[tuple[date, time, time], ...]:
    """The session hours, oldest regime first: valid from, open, close."""
    return tuple(
        (date.fromisoformat(row["from_date"]), time.fromisoformat(row["open"]), time.fromisoformat(row["close"]))
        for row in tables.rows("session_hours")
    )


@lru_cache(maxsize=1)
def all_sessions() -> Days:
    """Every trading day the model knows, read-only."""
    days = np.arange(np.datetime64(FIRST_DAY), np.datetime64(LAST_DAY) + 1)
    closed = np.array(sorted(holidays()), dtype="datetime64[D]")
    found = days[np.is_busday(days, holidays=closed)]
    found.flags.writeable = False
    return found


def check_range(start: date, end: date) -> None:
    """Accept a range the model can answer.

    :raises InvalidDateRange: if it starts after its end, before 2005-01-01, or ends after 2035-12-31
    """
    if start > end:
        raise InvalidDateRange(start=start, end=end, reason="the start is after the end")
    if start < FIRST_DAY:
        raise InvalidDateRange(start=start, end=end, reason=f"there is no data before {FIRST_DAY}")
    if end > LAST_DAY:
        raise InvalidDateRange(start=start, end=end, reason=f"there is no data after {LAST_DAY}")


def sessions(start: date, end: date) -> Days:
    """The trading days from ``start`` to ``end``, both included, as a read-only datetime64[D] array.

    :raises InvalidDateRange: see :func:`check_range`
    """
    check_range(start, end)
    days = all_sessions()
    first = int(np.searchsorted(days, np.datetime64(start), side="left"))
    last = int(np.searchsorted(days, np.datetime64(end), side="right"))
    return days[first:last]


def is_session(day: date) -> bool:
    """Tell whether ``day`` is a trading day."""
    return day.weekday() < 5 and day not in holidays()


def hours(day: date) -> tuple[time, time]:
    """Open and close of the regular session (IST) by the regime of ``day``.

    :raises InvalidDateRange: if ``day`` is before the first regime
    """
    for valid_from, opens, closes in reversed(_hours()):
        if valid_from <= day:
            return opens, closes
    raise InvalidDateRange(start=day, end=day, reason=f"there is no data before {FIRST_DAY}")


def bars_per_session() -> int:
    """The number of 5-minute bars of a regular session, the same in every regime of the table."""
    counts = {_minutes(closes) - _minutes(opens) for _, opens, closes in _hours()}
    (minutes,) = counts
    return minutes // BAR_MINUTES


def _minutes(moment: time) -> int:
    return moment.hour * 60 + moment.minute


def slots(days: Days) -> Slots:
    """The slots of ``days``."""
    return (days - np.datetime64(FIRST_DAY)).astype(np.int64)


def slot_before(day: date) -> int | None:
    """The slot of the last trading day before ``day``; none before the first of all."""
    days = all_sessions()
    position = int(np.searchsorted(days, np.datetime64(day)))
    return int(slots(days[position - 1 : position])[0]) if position else None


def in_ist(now: datetime) -> datetime:
    """An aware moment as IST wall time.

    :raises ValueError: if ``now`` is naive, for the machine's own zone must not decide
    """
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    return now.astimezone(IST)


def is_open(now: datetime) -> bool:
    """Tell whether the regular session is running at ``now``: from the open, up to but not at the close.

    :raises ValueError: if ``now`` is naive
    """
    moment = in_ist(now)
    opens, closes = hours(moment.date())
    return is_session(moment.date()) and opens <= moment.time() < closes


def seconds_open(now: datetime) -> int:
    """Whole seconds since the regular session of ``now`` opened.

    :raises ValueError: if ``now`` is naive
    """
    moment = in_ist(now)
    opens, _ = hours(moment.date())
    return (_minutes(moment.time()) - _minutes(opens)) * 60 + moment.second


def at_close(day: date) -> datetime:
    """The moment the regular session of ``day`` closes."""
    return datetime.combine(day, hours(day)[1], tzinfo=IST)


def last_session(now: datetime) -> date:
    """The last trading day whose session has opened at ``now``, running or over.

    :raises InvalidDateRange: if there is none
    :raises ValueError: if ``now`` is naive
    """
    moment = in_ist(now)
    opened = moment.time() >= hours(moment.date())[0]
    day = moment.date() if opened else moment.date() - timedelta(days=1)
    found = sessions(FIRST_DAY, min(day, LAST_DAY))
    if not len(found):
        raise InvalidDateRange(start=day, end=day, reason=f"there is no session before {FIRST_DAY}")
    last: date = found[-1].item()
    return last


def last_final_day(now: datetime) -> date:
    """The last calendar day whose daily bar can no longer change at ``now``: today from the close on.

    :raises ValueError: if ``now`` is naive
    """
    moment = in_ist(now)
    _, closes = hours(moment.date())
    return moment.date() if moment.time() >= closes else moment.date() - timedelta(days=1)
