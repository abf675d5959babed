"""Trading days, session hours and the moment a daily bar becomes final."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest

from marketdata import sessions, tables
from marketdata.errors import InvalidDateRange


def ist(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=sessions.IST)


def days(start: str, end: str) -> list[str]:
    return np.datetime_as_string(sessions.sessions(date.fromisoformat(start), date.fromisoformat(end))).tolist()


def test_a_week_with_a_holiday_and_a_weekend():
    assert days("2025-08-13", "2025-08-19") == ["2025-08-13", "2025-08-14", "2025-08-18", "2025-08-19"]


def test_both_ends_of_a_range_are_included():
    assert days("2026-01-01", "2026-01-02") == ["2026-01-01", "2026-01-02"]
    assert days("2026-01-26", "2026-01-26") == []


@pytest.mark.parametrize(
    ("year", "count"),
    [
        (2023, 260 - 15),
        (2024, 262 - 17),
        (2025, 261 - 14),
        (2026, 261 - 16),
    ],
)
def test_regular_sessions_of_a_year(year, count):
    assert len(sessions.sessions(date(year, 1, 1), date(year, 12, 31))) == count


@pytest.mark.parametrize(
    "day",
    [
        date(2025, 2, 1),  # Saturday, Union Budget
        date(2026, 2, 1),  # Sunday, Union Budget
        date(2024, 11, 1),  # Friday, Muhurat
        date(2012, 11, 13),  # Tuesday, Muhurat
        date(2024, 1, 20),  # Saturday, special session
    ],
)
def test_special_sessions_are_closed_days(day):
    assert not sessions.is_session(day)
    assert len(sessions.sessions(day, day)) == 0


def test_is_session_agrees_with_sessions_on_every_day():
    every = np.arange(np.datetime64("2005-01-01"), np.datetime64("2036-01-01")).tolist()
    listed = set(sessions.sessions(sessions.FIRST_DAY, sessions.LAST_DAY).tolist())
    assert [day for day in every if sessions.is_session(day)] == sorted(listed)


def test_the_holiday_table_holds_weekdays_in_order_each_once():
    table = [date.fromisoformat(row["date"]) for row in tables.rows("holidays")]
    assert table == sorted(set(table))
    assert all(day.weekday() < 5 for day in table)
    assert {day.year for day in table} == set(range(2005, 2028))
    assert {row["source"] for row in tables.rows("holidays")} == {"nse", "bse", "evening", "fixed"}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-02T09:14:59.999999", False),
        ("2026-01-02T09:15:00", True),
        ("2026-01-02T15:29:59.999999", True),
        ("2026-01-02T15:30:00", False),
        ("2026-01-03T11:00:00", False),  # Saturday
        ("2026-01-26T11:00:00", False),  # Republic Day
    ],
)
def test_the_market_is_open_from_the_open_up_to_but_not_at_the_close(now, expected):
    assert sessions.is_open(ist(now)) is expected


def test_ist_decides_whatever_zone_the_moment_is_given_in():
    assert sessions.is_open(datetime(2026, 1, 2, 3, 45, tzinfo=UTC))
    assert not sessions.is_open(datetime(2026, 1, 2, 10, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-02T15:29:59", date(2026, 1, 1)),
        ("2026-01-02T15:30:00", date(2026, 1, 2)),
        ("2026-01-02T00:00:00", date(2026, 1, 1)),
    ],
)
def test_today_becomes_final_at_the_close(now, expected):
    assert sessions.last_final_day(ist(now)) == expected


def test_a_naive_moment_is_refused():
    with pytest.raises(ValueError, match="aware"):
        sessions.is_open(datetime(2026, 1, 2, 11, 0))  # noqa: DTZ001


def test_hours_come_from_the_table():
    assert sessions.hours(date(2026, 1, 2)) == (time(9, 15), time(15, 30))
    with pytest.raises(InvalidDateRange):
        sessions.hours(date(2004, 12, 31))


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        (date(2026, 1, 2), date(2026, 1, 1), "start is after the end"),
        (date(2004, 12, 31), date(2026, 1, 1), "before 2005-01-01"),
        (date(2026, 1, 1), date(2036, 1, 1), "after 2035-12-31"),
    ],
)
def test_an_impossible_range_is_refused(start, end, reason):
    with pytest.raises(InvalidDateRange, match=reason) as refused:
        sessions.sessions(start, end)
    assert refused.value.code == "INVALID_DATE_RANGE"
    assert (refused.value.start, refused.value.end) == (start, end)


@pytest.mark.realdata
def test_regular_sessions_equal_those_the_exchange_published_files_for(nse_data):
    with (nse_data / "reference" / "nse_sessions_2019-10-01_2026-08-21.csv").open() as file:
        published = list(csv.DictReader(file))
    regular = [row["date"] for row in published if row["kind"] == "regular"]
    assert days(published[0]["date"], published[-1]["date"]) == regular


@pytest.mark.realdata
def test_holidays_equal_the_published_lists_of_2018_to_2026(nse_data):
    listed = json.loads((nse_data / "reference" / "holidays_2018_2025.json").read_text())["holidays"]
    published = {date.fromisoformat(day) for day, _ in listed}
    for line in (nse_data / "reference" / "holidays_2026.csv").read_text().split():
        published.add(datetime.strptime(line, "%d-%b-%Y").replace(tzinfo=UTC).date())
    published.add(date(2021, 3, 29))  # Holi, which the list lacks
    ours = {day for day in sessions.holidays() if 2018 <= day.year <= 2026}
    assert ours == {day for day in published if day.weekday() < 5}


@pytest.mark.realdata
def test_sessions_since_2015_equal_the_days_of_the_nifty_but_for_special_sessions(nse_data):
    with gzip.open(nse_data / "daily_index" / "NIFTY_50.csv.gz", "rt") as file:
        traded = {date.fromisoformat(row["date"]) for row in csv.DictReader(file)}
    reasons = {date.fromisoformat(row["date"]): row["reason"] for row in tables.rows("holidays")}
    muhurat = {day for day, reason in reasons.items() if reason == "Diwali Laxmi Pujan"}
    weekdays = {day for day in traded if day.weekday() < 5}
    ours = set(sessions.sessions(date(2015, 1, 1), date(2025, 12, 31)).tolist())
    assert weekdays - ours == {day for day in muhurat if day.year >= 2015}
    assert ours - weekdays == set()
    assert min(traded) - date(2015, 1, 1) < timedelta(days=5)
