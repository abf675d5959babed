"""Fields as numbers, days and times: exact values, and what is refused. Properties by Hypothesis."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketdata.files import fields
from marketdata.sessions import IST

PRICES = [
    ("100", 10_000),
    ("0.05", 5),
    ("100.5", 10_050),
    ("00058384.00", 5_838_400),
    ("105.2500", 10_525),
    ("21474836.47", 2_147_483_647),
]
NO_PRICES = [
    ("", "is not a plain number: ''"),
    ("NaN", "is not a plain number: 'NaN'"),
    ("inf", "is not a plain number: 'inf'"),
    ("-1", "is not a plain number: '-1'"),
    ("+1", "is not a plain number: '+1'"),
    ("1e3", "is not a plain number: '1e3'"),
    ("1_0", "is not a plain number: '1_0'"),
    ("1,000", "is not a plain number: '1,000'"),
    ("٣", "is not a plain number: '٣'"),
    ("1\n", "is not a plain number: '1\\n'"),
    ("9" * 21, f"is not a plain number: {'9' * 21!r}"),
    ("0.00", "is not above zero"),
    ("1.001", "has more than two decimals: 1.001"),
    ("21474836.48", "is above 21474836.47"),
]


@pytest.mark.parametrize(("text", "expected"), PRICES)
def test_a_price_is_whole_paise(text: str, expected: int) -> None:
    assert fields.paise(text) == expected


@pytest.mark.parametrize(("text", "message"), NO_PRICES)
def test_what_is_no_price_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"is |has ") as refusal:
        fields.paise(text)

    assert str(refusal.value) == message


@given(st.decimals("0.01", "21474836.47", places=2))
def test_any_price_of_two_decimals_is_read_exactly(price: Decimal) -> None:
    assert fields.paise(f"{price:f}") == int(price * 100)


def test_a_count_may_end_in_zeros_after_the_point() -> None:
    assert fields.whole("56560411.0") == 56_560_411
    with pytest.raises(ValueError, match=r"^is not whole: 10\.5$"):
        fields.whole("10.5")
    with pytest.raises(ValueError, match=r"^is above 1000000000000$"):
        fields.whole("1000000000001")


def test_lakhs_are_whole_rupees() -> None:
    assert fields.lakhs("431878.0745") == 43_187_807_450
    assert fields.lakhs("0.000019") == 1


DAYS = ["2024-01-31", "20240131", "2024/01/31", "31-Jan-2024", "31-JAN-2024", "31/01/2024", "31-01-2024", "31/1/2024"]


@pytest.mark.parametrize("text", DAYS)
def test_a_day_may_be_written_in_these_ways(text: str) -> None:
    assert date.fromordinal(fields.day(text) + fields.EPOCH) == date(2024, 1, 31)


@given(st.dates(date(1994, 1, 1), date(2100, 1, 1)))
def test_every_day_is_read_in_every_way(day: date) -> None:
    for form in ("%Y-%m-%d", "%Y%m%d", "%d-%b-%Y", "%d/%m/%Y", "%d-%m-%Y"):
        assert date.fromordinal(fields.day(f"{day:{form}}") + fields.EPOCH) == day


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("2025-02-30", "2025-02-30 is not a day of the calendar"),
        ("01-13-2025", "01-13-2025 is not a day of the calendar"),
        ("01-Foo-2025", "'01-Foo-2025' is not a date like 2024-01-31"),
        ("1735689600", "'1735689600' is not a date like 2024-01-31"),
        ("", "'' is not a date like 2024-01-31"),
        ("٢٠٢٤-01-31", "'٢٠٢٤-01-31' is not a date like 2024-01-31"),
    ],
)
def test_what_is_no_day_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=r"is |has ") as refusal:
        fields.day(text)

    assert str(refusal.value) == message


MOMENTS = [
    ("2024-01-31", ("2024-01-31", -1)),
    ("2024-01-31 09:15:00", ("2024-01-31", 555)),
    ("2024-01-31T09:15", ("2024-01-31", 555)),
    ("2024-01-31T09:15:00+05:30", ("2024-01-31", 555)),
    ("2024-01-31T09:15:00+0530", ("2024-01-31", 555)),
    ("2024-01-31T03:45:00Z", ("2024-01-31", 555)),
    ("2024-01-31 03:45:00.000+00:00", ("2024-01-31", 555)),
    ("31-OCT-2024 09:15", ("2024-10-31", 555)),
    ("2024-01-30T18:30:00Z", ("2024-01-31", 0)),  # how some vendors stamp the daily bar of the 31st
    ("2024-01-30 22:45:00-05:00", ("2024-01-31", 555)),
]


@pytest.mark.parametrize(("text", "expected"), MOMENTS)
def test_a_moment_is_a_day_and_minute_in_india(text: str, expected: tuple[str, int]) -> None:
    day, minute = fields.moment(text)

    assert (str(date.fromordinal(day + fields.EPOCH)), minute) == expected


@given(
    st.integers(0, 45 * 365 * 24 * 60),
    st.integers(-12 * 4, 14 * 4),
)
def test_a_moment_of_any_zone_is_the_same_moment_in_india(minutes: int, quarters: int) -> None:
    zone = timezone(timedelta(minutes=15 * quarters))
    at = datetime(1995, 1, 1, tzinfo=zone) + timedelta(minutes=minutes)
    there = at.astimezone(IST)

    assert fields.moment(at.isoformat()) == (there.toordinal() - fields.EPOCH, there.hour * 60 + there.minute)
    assert fields.moment(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}") == fields.moment(at.isoformat())


@pytest.mark.parametrize("text", ["2024-01-31 25:00", "2024-01-31 09:60", "2024-01-31 09:15:30", "2024-01-31 soon"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2024-01-31"):
        fields.moment(text)


def test_a_time_of_another_zone_needs_its_date() -> None:
    assert fields.minute("09:15:00+05:30") == 555
    with pytest.raises(ValueError, match=r"^'03:45Z' is a time of another zone without its date$"):
        fields.minute("03:45Z")
