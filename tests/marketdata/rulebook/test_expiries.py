"""Expiry days: weekday rules by date, holidays, one contract a day, overrides."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from marketdata import rulebook
from marketdata.rulebook import errors, expiries

RULES = rulebook.default()
MONTHLIES = {
    2025: "01-30 02-27 03-27 04-24 05-29 06-26 07-31 08-28 09-30 10-28 11-25 12-30",
    2026: "01-27 02-24 03-30 04-28 05-26 06-30 07-28 08-25 09-29 10-27 11-23 12-29",
}


def between(underlying: str, calendar: expiries.Calendar, start: str, end: str) -> tuple[expiries.Expiry, ...]:
    return expiries.between(RULES, underlying, calendar, start=date.fromisoformat(start), end=date.fromisoformat(end))


def days(underlying: str, calendar: expiries.Calendar, start: str, end: str) -> list[str]:
    return [str(each.day) for each in between(underlying, calendar, start, end)]


def test_weeklies_of_2026_that_a_holiday_moves():
    moved = {str(each.nominal): str(each.day) for each in between("NIFTY50", "weekly", "2026-01-01", "2026-12-31")}
    assert {nominal: day for nominal, day in moved.items() if nominal != day} == {
        "2026-03-03": "2026-03-02",
        "2026-03-31": "2026-03-30",
        "2026-04-14": "2026-04-13",
        "2026-10-20": "2026-10-19",
        "2026-11-10": "2026-11-09",
        "2026-11-24": "2026-11-23",
    }
    assert len(moved) == 52


def test_a_muhurat_day_is_no_expiry():
    assert days("NIFTY50", "weekly", "2025-10-15", "2025-10-28") == ["2025-10-20", "2025-10-28"]


@pytest.mark.parametrize("year", MONTHLIES)
@pytest.mark.parametrize("underlying", ["NIFTY50", "BANKNIFTY", "FINNIFTY", "MIDCPNIFTY", "NIFTYNXT50", "RELIANCE"])
def test_monthlies_are_one_day_for_all_since_2025(year, underlying):
    found = between(underlying, "monthly", f"{year}-01-01", f"{year}-12-31")
    assert [f"{each.day:%m-%d}" for each in found] == MONTHLIES[year].split()
    assert {each.cycle for each in found} == {"monthly"}


@pytest.mark.parametrize(
    ("underlying", "start", "end", "expected"),
    [
        ("NIFTY50", "2025-08-20", "2025-09-10", ["2025-08-21", "2025-08-28", "2025-09-02", "2025-09-09"]),
        ("BANKNIFTY", "2023-08-24", "2023-09-14", ["2023-08-24", "2023-08-31", "2023-09-06", "2023-09-13"]),
        ("BANKNIFTY", "2024-11-01", "2025-03-31", ["2024-11-06", "2024-11-13"]),
        ("FINNIFTY", "2024-11-11", "2025-03-31", ["2024-11-12", "2024-11-19"]),
        ("MIDCPNIFTY", "2024-11-10", "2025-03-31", ["2024-11-11", "2024-11-18"]),
        ("MIDCPNIFTY", "2023-08-21", "2023-08-28", ["2023-08-21", "2023-08-28"]),
        ("SENSEX", "2025-08-20", "2025-09-12", ["2025-08-26", "2025-09-04", "2025-09-11"]),
        ("NIFTYNXT50", "2025-01-01", "2025-12-31", []),
        ("RELIANCE", "2025-01-01", "2025-12-31", []),
    ],
)
def test_the_weekday_of_weeklies_by_date(underlying, start, end, expected):
    assert days(underlying, "weekly", start, end) == expected


@pytest.mark.parametrize(
    ("underlying", "start", "expected"),
    [
        ("BANKNIFTY", "2024-02-01", ["2024-02-29", "2024-03-27"]),  # last Thursday, then last Wednesday
        ("BANKNIFTY", "2024-12-01", ["2024-12-24", "2025-01-30"]),  # Wednesday 25th is Christmas; then Thursday
        ("FINNIFTY", "2024-12-01", ["2024-12-31", "2025-01-30"]),
        ("MIDCPNIFTY", "2024-12-01", ["2024-12-30", "2025-01-30"]),
        ("SENSEX", "2025-08-01", ["2025-08-26", "2025-09-25"]),
        ("NIFTYNXT50", "2024-05-01", ["2024-05-31", "2024-06-28"]),
    ],
)
def test_the_weekday_of_monthlies_by_date(underlying, start, expected):
    found = expiries.upcoming(RULES, underlying, "monthly", on=date.fromisoformat(start), count=2)
    assert [str(each.day) for each in found] == expected


def test_the_weekly_of_the_last_week_is_the_monthly_contract():
    found = between("NIFTY50", "both", "2026-11-01", "2026-12-01")
    assert [(str(each.day), each.cycle) for each in found] == [
        ("2026-11-03", "weekly"),
        ("2026-11-09", "weekly"),
        ("2026-11-17", "weekly"),
        ("2026-11-23", "monthly"),
        ("2026-12-01", "weekly"),
    ]


def test_a_week_with_a_monthly_on_another_weekday_has_no_weekly():
    # Weeklies on Wednesday, monthlies on the last Thursday.
    assert days("BANKNIFTY", "both", "2024-01-15", "2024-01-31") == ["2024-01-17", "2024-01-25", "2024-01-31"]


def test_both_is_the_monthlies_where_there_are_no_weeklies():
    assert days("RELIANCE", "both", "2025-09-01", "2025-10-31") == ["2025-09-30", "2025-10-28"]


def test_upcoming_includes_the_day_itself():
    on = date(2026, 11, 23)
    found = expiries.upcoming(RULES, "NIFTY", "weekly", on=on, count=3)
    assert [str(each.day) for each in found] == ["2026-11-23", "2026-12-01", "2026-12-08"]
    assert expiries.is_monthly(RULES, "NIFTY", on)
    assert not expiries.is_monthly(RULES, "NIFTY", date(2026, 11, 24))


def test_two_nominal_days_on_one_date_are_one_contract():
    moved = rulebook.row(
        "expiry_overrides",
        {"valid_from": "2026-11-17", "underlying": "NIFTY50", "actual_date": "2026-11-23", "source": "test"},
    )
    rules = RULES.with_overrides([moved])
    found = expiries.between(rules, "NIFTY50", "weekly", start=date(2026, 11, 10), end=date(2026, 12, 1))
    assert [(str(each.day), each.cycle) for each in found] == [("2026-11-23", "monthly"), ("2026-12-01", "weekly")]


def test_an_override_moves_one_contract_of_one_underlying():
    moved = rulebook.row(
        "expiry_overrides",
        {"valid_from": "2025-09-02", "underlying": "NIFTY50", "actual_date": "2025-09-09", "source": "test"},
    )
    rules = RULES.with_overrides([moved])
    window = {"start": date(2025, 9, 1), "end": date(2025, 9, 9)}
    assert [str(each.day) for each in expiries.between(rules, "NIFTY", "weekly", **window)] == ["2025-09-09"]
    assert [str(each.day) for each in expiries.between(RULES, "NIFTY", "weekly", **window)] == [
        "2025-09-02",
        "2025-09-09",
    ]


@pytest.mark.parametrize(
    ("named", "expires"),
    [
        ("2026-01-06", "2026-01-06"),  # an expiry, and any other full day: itself
        ("2026-01-07", "2026-01-07"),
        ("2026-01-13", "2026-01-12"),  # a new holiday on its day
        ("2026-03-03", "2026-02-27"),  # one that was known, and a new one on the day it had moved to
        ("2026-03-02", "2026-02-27"),
        ("2026-01-20", "2026-01-21"),  # an override, forwards
        ("2026-01-11", "2026-01-11"),  # a Sunday that no expiry ever stood on
        ("2026-01-26", "2026-01-26"),  # a holiday likewise
    ],
)
def test_contracts_keep_to_the_day_of_their_name_until_it_is_moved(named, expires):
    rows = [
        *(("holidays", {"valid_from": day, "reason": "Mourning"}) for day in ("2026-01-13", "2026-03-02")),
        (
            "expiry_overrides",
            {"valid_from": "2026-01-20", "underlying": "NIFTY50", "actual_date": "2026-01-21"},
        ),
    ]
    rules = RULES.with_overrides([rulebook.row(table, {**columns, "source": "test"}) for table, columns in rows])

    assert str(expiries.last_day(rules, "NIFTY50", date.fromisoformat(named))) == expires


def test_every_expiry_of_ten_years_is_unique_ascending_and_not_after_its_nominal_day():
    found = between("NIFTY50", "both", "2017-01-01", "2027-12-31")
    listed = [each.day for each in found]
    assert listed == sorted(set(listed))
    assert all(timedelta(0) <= each.nominal - each.day <= timedelta(days=4) for each in found)


def test_an_unknown_underlying_or_an_early_date_is_an_error():
    with pytest.raises(errors.UnknownUnderlying):
        between("WIDGETS", "monthly", "2026-01-01", "2026-12-31")
    with pytest.raises(errors.RuleNotFound):
        between("NIFTY50", "monthly", "2004-12-31", "2005-12-31")
    with pytest.raises(errors.RuleNotFound):
        between("MIDCPNIFTY", "weekly", "2023-08-20", "2023-12-31")
