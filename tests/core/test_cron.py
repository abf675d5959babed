"""Crontabs: which times they name, and which texts name none."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from apps.core import clock
from apps.core.configuration import cron


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.IST)


# The 5th of January 2026 is a Monday.
@pytest.mark.parametrize(
    ("text", "moment", "previous"),
    [
        ("0 3 * * *", "2026-01-05T03:00:00", "2026-01-05T03:00"),
        ("0 3 * * *", "2026-01-05T02:59:59", "2026-01-04T03:00"),
        ("0 3 * * *", "2026-01-01T00:00:00", "2025-12-31T03:00"),
        ("*/15 9-15 * * 1-5", "2026-01-05T08:59:59", "2026-01-02T15:45"),
        ("*/15 9-15 * * 1-5", "2026-01-05T12:07:30", "2026-01-05T12:00"),
        ("5,35 8 * * *", "2026-01-05T08:20:00", "2026-01-05T08:05"),
        ("30 18 31 * *", "2026-07-01T00:00:00", "2026-05-31T18:30"),
        ("0 0 29 2 *", "2026-01-05T00:00:00", "2024-02-29T00:00"),
        ("0 6 * * 0", "2026-01-05T06:00:00", "2026-01-04T06:00"),
        ("0 6 * * 7", "2026-01-05T06:00:00", "2026-01-04T06:00"),
        ("0 6 1 * 5", "2026-01-05T06:00:00", "2026-01-02T06:00"),
        ("0 6 1 * 5", "2026-01-01T23:00:00", "2026-01-01T06:00"),
        ("10/20 * * * *", "2026-01-05T06:05:00", "2026-01-05T05:50"),
        ("0-30/10,45 4 * * *", "2026-01-05T05:00:00", "2026-01-05T04:45"),
        ("0-30/10,45 4 * * *", "2026-01-05T04:44:59", "2026-01-05T04:30"),
    ],
)
def test_the_last_time_is_the_newest_that_the_fields_name(text: str, moment: str, previous: str) -> None:
    assert cron.parse(text).previous(at(moment)) == at(previous)


@pytest.mark.parametrize("text", ["*/7 */5 * * *", "3,50 0-6 1-15 * *", "0 12 13 * 5", "59 23 31 12 *"])
def test_between_two_times_it_is_the_first_of_them(text: str) -> None:
    """Each time found is its own last time, and a second before it is an earlier one."""
    parsed, moment = cron.parse(text), at("2026-06-15T12:34:56")
    for _ in range(50):
        found = parsed.previous(moment)
        assert parsed.previous(found) == found <= moment
        assert parsed.previous(found + (moment - found) / 2) == found
        moment = found - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0 3 * *", "must be five crontab fields, like 0 3 * * *"),
        ("0  3 * * *", "must be five crontab fields, like 0 3 * * *"),
        ("@daily", "must be five crontab fields, like 0 3 * * *"),
        ("0 3 * * MON", "must be five crontab fields, like 0 3 * * *"),
        ("60 * * * *", "has a number outside 0..59 in '60'"),
        ("* * 0 * *", "has a number outside 1..31 in '0'"),
        ("* 0-24 * * *", "has a number outside 0..23 in '0-24'"),
        ("*/0 * * * *", "has a number outside 1..99 in '*/0'"),
        ("0 0 31 2,4,6,9,11 *", "names a day that no month has"),
        ("0 0 31 2 0-6", "names a day that no month has"),
        ("0 17-9 * * *", "has a range that runs backwards in '17-9'"),
    ],
)
def test_a_text_that_names_no_time_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        cron.parse(text)
