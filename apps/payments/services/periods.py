"""Periods by calendar months. What does not belong here: who pays for them.

A period ends on the day it is renewed, and that day is covered: there is no gap before the renewal is paid.
"""

from __future__ import annotations

import calendar
from datetime import date

MONTHS_A_YEAR = 12


def add_months(day: date, *, months: int) -> date:
    """The same day so many months later, or the month's last day where it has no such day."""
    year, month = divmod(day.year * MONTHS_A_YEAR + day.month - 1 + months, MONTHS_A_YEAR)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def next_end(*, start: date, end: date, months: int) -> date:
    """Where the period after the one that ends on ``end`` ends, of a subscription that began on ``start``.

    Counted from the start, so that 31 January, 28 February, 31 March follow each other.
    """
    passed = (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month
    return add_months(start, months=passed + months)
