"""Sessions and bars by date and segment, special sessions, full trading days."""

from __future__ import annotations

from datetime import date, time

import pytest

from marketdata import rulebook
from marketdata.rulebook import errors, sessions

RULES = rulebook.default()
BEFORE, AFTER = date(2026, 7, 31), date(2026, 8, 3)  # Friday LEGACY, Monday CAS
HOLIDAYS = {
    2024: "01-22 05-20 11-20",  # the extraordinary closures
    2025: "02-26 03-14 03-31 04-10 04-14 04-18 05-01 08-15 08-27 10-02 10-21 10-22 11-05 12-25",
    2026: "01-15 01-26 03-03 03-26 03-31 04-03 04-14 05-01 05-28 06-26 09-14 10-02 10-20 11-10 11-24 12-25",
}


@pytest.mark.parametrize(
    ("day", "segment", "bars", "last"),
    [
        (BEFORE, "cash_derivative", 75, "15:25"),
        (BEFORE, "cash", 75, "15:25"),
        (BEFORE, "derivatives", 75, "15:25"),
        (AFTER, "cash_derivative", 72, "15:10"),
        (AFTER, "cash", 75, "15:25"),
        (AFTER, "derivatives", 77, "15:35"),
    ],
)
def test_bars_of_a_day_by_regime_and_segment(day, segment, bars, last):
    labels = sessions.bar_labels(RULES, day, segment)
    assert sessions.expected_bars(RULES, day, segment) == len(labels) == bars
    assert (labels[0], labels[-1]) == (time(9, 15), time.fromisoformat(last))


def test_a_regime_can_be_forced_for_data_that_kept_it():
    assert sessions.expected_bars(RULES, AFTER, "derivatives", regime="LEGACY") == 75
    assert sessions.expected_bars(RULES, BEFORE, "derivatives", regime="CAS") == 77


def test_other_bar_lengths_count_a_shorter_last_bar():
    counts = [sessions.expected_bars(RULES, AFTER, "derivatives", minutes=minutes) for minutes in (1, 15, 60)]
    assert counts == [385, 26, 7]  # 385 minutes


@pytest.mark.parametrize(
    ("day", "first", "bars"),
    [
        ("2018-11-07", "17:30", 12),
        ("2021-11-04", "18:15", 12),
        ("2022-10-24", "18:15", 12),
        ("2023-11-12", "18:15", 12),
        ("2024-11-01", "18:00", 12),
        ("2025-10-21", "13:45", 12),
        ("2024-03-02", "09:15", 21),  # 45 and 60 minutes
    ],
)
def test_a_muhurat_or_short_day_has_bars_but_is_no_trading_day(day, first, bars):
    on = date.fromisoformat(day)
    labels = sessions.bar_labels(RULES, on, "cash")
    assert (labels[0], len(labels)) == (time.fromisoformat(first), bars)
    assert not sessions.is_full_day(RULES, on)


def test_a_short_day_has_a_gap():
    assert sessions.session_windows(RULES, date(2024, 3, 2), "cash") == (
        sessions.Window(time(9, 15), time(10)),
        sessions.Window(time(11, 30), time(12, 30)),
    )


@pytest.mark.parametrize("day", ["2020-02-01", "2024-01-20", "2025-02-01", "2026-02-01"])
def test_a_whole_session_on_a_weekend_is_a_trading_day(day):
    on = date.fromisoformat(day)
    assert on.weekday() > 4
    assert sessions.is_full_day(RULES, on)
    assert sessions.expected_bars(RULES, on, "cash_derivative") == 75


def test_the_times_of_a_muhurat_not_announced_are_an_error():
    day = date(2026, 11, 8)
    assert sessions.trading_day(RULES, day).kind == "muhurat"
    with pytest.raises(errors.RuleNotFound, match="not announced"):
        sessions.expected_bars(RULES, day, "cash")


@pytest.mark.parametrize("year", HOLIDAYS)
def test_holidays_are_closed(year):
    days = [date.fromisoformat(f"{year}-{text}") for text in HOLIDAYS[year].split()]
    assert {day for day in days if sessions.is_full_day(RULES, day)} == set()
    closed = [day for day in days if day != date(2025, 10, 21)]
    assert {sessions.expected_bars(RULES, day, "cash") for day in closed} == {0}


def test_2026_has_245_weekday_sessions_and_a_sunday():
    days = list(sessions.full_days(RULES, date(2026, 1, 1), date(2026, 12, 31)))
    assert len([day for day in days if day.weekday() < 5]) == 245
    assert [day for day in days if day.weekday() > 4] == [date(2026, 2, 1)]


@pytest.mark.parametrize("year", [2025, 2026])
def test_no_other_weekday_of_the_year_is_closed(year):
    closed = {
        f"{day:%m-%d}"
        for day in (
            date.fromordinal(each) for each in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
        )
        if day.weekday() < 5 and not sessions.is_full_day(RULES, day)
    }
    assert closed == set(HOLIDAYS[year].split())


def test_settlement_skips_muhurat_holiday_and_weekend():
    assert sessions.full_day_after(RULES, date(2025, 10, 20)) == date(2025, 10, 23)  # Muhurat 21st, holiday 22nd
    assert sessions.full_day_after(RULES, date(2026, 1, 30)) == date(2026, 2, 1)  # the Sunday traded
    assert sessions.full_day_before(RULES, date(2025, 10, 23)) == date(2025, 10, 20)


@pytest.mark.parametrize(
    ("day", "regime", "minutes"),
    [
        (BEFORE, None, {"cash_derivative": 10, "cash": 10, "derivatives": 5}),
        (AFTER, None, {"cash_derivative": 5, "cash": 10, "derivatives": 15}),
        (AFTER, "LEGACY", {"cash_derivative": 10, "cash": 10, "derivatives": 5}),
        (date(2025, 10, 21), None, {"cash_derivative": 14, "cash": 14, "derivatives": 11}),
        (date(2026, 11, 8), None, {"cash_derivative": 14, "cash": 14, "derivatives": 11}),
    ],
)
def test_intraday_positions_are_closed_by_segment_and_regime(day, regime, minutes):
    """E11: 15:20 and 15:25; since the closing auction 15:10, 15:20 and 15:25; Muhurat 14 and 11 minutes early."""
    found = {segment: sessions.square_off_minutes(RULES, day, segment, regime=regime) for segment in minutes}
    assert found == minutes


def test_phases_of_the_closing_auction():
    phases = sessions.auction_phases(RULES, AFTER)
    assert [(each.name, f"{each.opens:%H:%M}", f"{each.closes:%H:%M}") for each in phases] == [
        ("reference_price", "15:15", "15:20"),
        ("limit_and_market", "15:20", "15:25"),
        ("limit_only", "15:25", "15:30"),
        ("matching", "15:30", "15:35"),
        ("post_close", "15:50", "16:00"),
    ]
    assert sessions.auction_phases(RULES, BEFORE) == ()
    assert sessions.auction_phases(RULES, date(2026, 8, 8)) == ()  # Saturday


def test_contracts_cease_ten_minutes_later_under_the_auction_regime():
    assert sessions.expiry_close(RULES, BEFORE) == time(15, 30)
    assert sessions.expiry_close(RULES, AFTER) == time(15, 40)


def test_an_unknown_segment_or_an_early_date_is_an_error():
    with pytest.raises(errors.UnknownSegment):
        sessions.expected_bars(RULES, BEFORE, "currency")
    with pytest.raises(errors.RuleNotFound):
        sessions.expected_bars(RULES, date(2004, 12, 31), "cash")
    with pytest.raises(errors.RuleNotFound):
        sessions.trading_day(RULES, date(2004, 12, 31))
