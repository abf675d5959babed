"""Five crontab fields: what they mean and when they last came round. What does not belong here: what is due, clocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

SPAN = r"(\*|[0-9]{1,2}(-[0-9]{1,2})?)(/[0-9]{1,2})?"
FIELD = rf"{SPAN}(,{SPAN})*"
CRON = re.compile(rf"{FIELD}( {FIELD}){{4}}", re.ASCII)
# Minute, hour, day of the month, month, day of the week (0 and 7 are Sunday).
BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
# A leap year: 29 February comes round, if rarely.
DAYS_OF_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Cron:
    """The minutes, hours, days, months and weekdays (0 is Sunday) that a crontab names.

    As in any crontab, a day comes round by the month or by the week where both are restricted.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    @property
    def is_never(self) -> bool:
        """Whether none of its months has any of its days."""
        has_day = any(day <= DAYS_OF_MONTH[month - 1] for day in self.days for month in self.months)
        return self._is_every_weekday and not has_day

    def previous(self, moment: datetime) -> datetime:
        """The last time at or before ``moment``, in its zone."""
        day = moment.date()
        for at in sorted(self._times(), reverse=True):
            if at <= moment.time() and self._has(day):
                return datetime.combine(day, at, tzinfo=moment.tzinfo)
        day -= timedelta(days=1)
        while not self._has(day):
            day -= timedelta(days=1)
        return datetime.combine(day, max(self._times()), tzinfo=moment.tzinfo)

    @property
    def _is_every_weekday(self) -> bool:
        return len(self.weekdays) == 7

    def _times(self) -> list[time]:
        return [time(hour, minute) for hour in self.hours for minute in self.minutes]

    def _has(self, day: date) -> bool:
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        is_either = len(self.days) < 31 and not self._is_every_weekday
        is_named = by_month or by_week if is_either else by_month and by_week
        return day.month in self.months and is_named


def parse(text: str) -> Cron:
    """What five fields with single spaces between them mean: numbers, ranges, lists, ``*`` and steps.

    :raises ValueError: if it is not a crontab, a number is out of range, a range is reversed, or the day never comes
    """
    if not CRON.fullmatch(text):
        raise ValueError("must be five crontab fields, like 0 3 * * *")
    minutes, hours, days, months, weekdays = (
        _numbers(field, lowest=lowest, highest=highest)
        for field, (lowest, highest) in zip(text.split(" "), BOUNDS, strict=True)
    )
    found = Cron(
        minutes=minutes, hours=hours, days=days, months=months, weekdays=frozenset(day % 7 for day in weekdays)
    )
    if found.is_never:
        raise ValueError("names a day that no month has")
    return found


def _numbers(field: str, *, lowest: int, highest: int) -> frozenset[int]:
    return frozenset(number for span in field.split(",") for number in _span(span, lowest=lowest, highest=highest))


def _span(text: str, *, lowest: int, highest: int) -> range:
    """The numbers of ``*``, ``5`` or ``5-9``, with a step or without."""
    span, _, step = text.partition("/")
    if step and int(step) == 0:
        raise ValueError(f"has a number outside 1..99 in '{text}'")
    first, _, last = f"{lowest}-{highest}".partition("-") if span == "*" else span.partition("-")
    # A single number with a step counts on from there, as crontabs do.
    start, end = int(first), int(last) if last else (highest if step else int(first))
    if not lowest <= start <= highest or not lowest <= end <= highest:
        raise ValueError(f"has a number outside {lowest}..{highest} in '{text}'")
    if start > end:
        raise ValueError(f"has a range that runs backwards in '{text}'")
    return range(start, end + 1, int(step or 1))
