"""The days that a question leaves out, and the clock of a demonstration."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from marketdata import get_provider, moments, sessions
from marketdata.errors import InvalidDateRange

MONDAY = datetime(2026, 1, 5, tzinfo=sessions.IST)
SESSION = timedelta(seconds=22_500)


def ist(year: int, month: int, day: int, *time: int) -> datetime:
    hour, minute, second = (*time, 0, 0, 0)[:3]
    return datetime(year, month, day, hour, minute, second, tzinfo=sessions.IST)


def test_days_that_are_left_out_are_the_last_365_of_now():
    now = datetime(2026, 1, 4, 18, 30, tzinfo=UTC)  # 5 January in India
    assert moments.span(None, None, now=now) == (date(2025, 1, 6), date(2026, 1, 5))
    assert moments.span(None, date(2024, 12, 31), now=None) == (date(2024, 1, 2), date(2024, 12, 31))
    assert moments.span(date(2026, 1, 2), None, now=now) == (date(2026, 1, 2), date(2026, 1, 5))
    assert moments.span(date(2026, 1, 2), date(2026, 1, 3), now=None) == (date(2026, 1, 2), date(2026, 1, 3))
    with pytest.raises(ValueError, match="now"):
        moments.span(date(2026, 1, 2), None, now=None)


def test_daily_bars_without_days_are_those_of_the_last_year():
    now = ist(2026, 1, 5, 16)
    bars = get_provider().daily("SBIN", now=now)
    assert (bars.date[0].item(), bars.date[-1].item()) == (date(2025, 1, 6), date(2026, 1, 5))
    assert len(bars) == len(get_provider().sessions(date(2025, 1, 6), date(2026, 1, 5)))


@pytest.mark.parametrize(
    ("wall", "market"),
    [
        (ist(2026, 1, 5), ist(2026, 1, 5, 9, 15)),  # Monday at midnight: its own session opens
        (ist(2026, 1, 5, 6, 14, 59), ist(2026, 1, 5, 15, 29, 59)),
        (ist(2026, 1, 5, 6, 15), ist(2026, 1, 6, 9, 15)),  # 22,500 seconds later: the next one
        (ist(2026, 1, 10, 12), ist(2026, 2, 5, 10)),  # Saturday noon: 475,200 s are 21 sessions and 2,700 s
        (ist(2026, 1, 11, 23, 59, 59), ist(2026, 2, 12, 14, 44, 59)),  # 604,799 s are 26 sessions and 19,799 s
        (ist(2026, 1, 12), ist(2026, 1, 12, 9, 15)),  # the next week begins with its own
        (ist(2026, 1, 26), ist(2026, 1, 27, 9, 15)),  # a Monday that is a holiday
    ],
)
def test_the_clock_that_is_always_open_runs_from_session_to_session(wall, market):
    assert moments.always_open(wall) == market


def test_it_is_open_at_every_minute_of_a_week_and_never_runs_back_in_it():
    mapped = [moments.always_open(MONDAY + timedelta(minutes=minute, seconds=7)) for minute in range(7 * 24 * 60)]
    assert all(sessions.is_open(moment) for moment in mapped)
    assert mapped == sorted(mapped)
    assert len({moment.date() for moment in mapped}) == 27
    assert mapped[-1].date() - MONDAY.date() < timedelta(weeks=6)


def test_prices_move_on_a_sunday_night_by_it():
    sunday = ist(2026, 1, 11, 23)
    found = [
        get_provider().quotes(["SBIN"], moments.always_open(sunday + timedelta(seconds=5 * step)))["SBIN"]
        for step in range(60)
    ]
    assert all(quote.is_open for quote in found)
    assert len({quote.price for quote in found}) > 1
    assert get_provider().quotes(["SBIN"], sunday)["SBIN"].is_open is False


def test_the_zone_of_the_moment_does_not_matter_and_a_naive_one_is_refused():
    assert moments.always_open(datetime(2026, 1, 4, 18, 30, tzinfo=UTC)) == moments.always_open(MONDAY)
    with pytest.raises(ValueError, match="aware"):
        moments.always_open(datetime(2026, 1, 5))  # noqa: DTZ001


def test_the_last_weeks_of_the_calendar_have_too_few_sessions_left():
    with pytest.raises(InvalidDateRange):
        moments.always_open(ist(2035, 12, 30, 12))
