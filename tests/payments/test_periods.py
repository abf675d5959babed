"""Periods by the calendar: the table of dates."""

from __future__ import annotations

from datetime import date

import pytest

from apps.payments.services import periods

# Start, months of a period, and where the periods after it end.
TABLE = [
    ("2026-01-31", 1, ["2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]),
    ("2028-01-31", 1, ["2028-02-29", "2028-03-31", "2028-04-30"]),
    ("2026-01-30", 1, ["2026-02-28", "2026-03-30"]),
    ("2026-11-30", 1, ["2026-12-30", "2027-01-30", "2027-02-28", "2027-03-30"]),
    ("2024-02-29", 12, ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
    ("2026-12-31", 1, ["2027-01-31", "2027-02-28"]),
    ("2026-01-15", 12, ["2027-01-15", "2028-01-15"]),
]


@pytest.mark.parametrize(("start", "months", "ends"), TABLE, ids=[f"{row[0]}+{row[1]}" for row in TABLE])
def test_each_period_ends_on_the_day_of_the_start_or_the_last_of_a_short_month(
    start: str, months: int, ends: list[str]
) -> None:
    begun = date.fromisoformat(start)
    reached = [periods.add_months(begun, months=months)]

    while len(reached) < len(ends):
        reached.append(periods.next_end(start=begun, end=reached[-1], months=months))

    assert [day.isoformat() for day in reached] == ends
