"""Amounts, numbers, days and flags are read only where they are written plainly, at every door of the API."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import get_resolver
from rest_framework import serializers

from apps.core.api.serializers import DayField, FlagField, MoneyField, StrictSerializer, WholeField

LENIENT = (
    serializers.BooleanField,
    serializers.DateField,
    serializers.IntegerField,
    serializers.DecimalField,
    serializers.FloatField,
)


@pytest.mark.parametrize(
    ("text", "day"),
    [("2019-10-01", date(2019, 10, 1)), ("1900-01-01", date(1900, 1, 1)), ("2199-12-31", date(2199, 12, 31))],
)
def test_day_of_the_calendar_is_read(text: str, day: date) -> None:
    assert DayField().run_validation(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "20240101",
        "2024-W01-1",
        "2024-1-1",
        "\u0662\u0660\u0662\u0664-\u0660\u0661-\u0660\u0661",
        " 2024-01-01",
        "2024-01-01\n",
        "2024-02-30",
        "0001-01-01",
        "1899-12-31",
        "2200-01-01",
        "9999-12-31",
        "2024-01-01T00:00",
        "",
        20240101,
        True,
        ["2024-01-01"],
    ],
)
def test_day_written_otherwise_or_out_of_history_is_refused(text: object) -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        DayField().run_validation(text)

    assert refused.value.get_full_details() == [
        {"code": "invalid", "message": "Write a day of the calendar as YYYY-MM-DD, like 2019-10-01."}
    ]


@pytest.mark.parametrize("text", ["1_000", "\u0663", " 5 ", "+5", "1.0", "1e3", "", "9" * 19, True, 5.0, [5]])
def test_number_written_otherwise_is_refused(text: object) -> None:
    with pytest.raises(serializers.ValidationError, match=r"Write a whole number, like 5\."):
        WholeField().run_validation(text)


@pytest.mark.parametrize("text", ["1_000", "\u0663", " 5 ", "+5", "-5", "1E+5", "NaN", "0.001", ".5", "5.", "", True])
def test_amount_written_otherwise_is_refused(text: object) -> None:
    with pytest.raises(serializers.ValidationError, match=r"Write the amount in rupees plainly, like 100000\.00\."):
        MoneyField().run_validation(text)


def test_amount_is_read_exactly() -> None:
    assert MoneyField().run_validation("100000.05") == Decimal("100000.05")


@pytest.mark.parametrize(("given", "read"), [(True, True), (False, False), ("true", True), ("false", False)])
def test_flag_is_read(given: object, read: bool) -> None:
    assert FlagField().run_validation(given) is read


@pytest.mark.parametrize("given", ["yes", "no", "True", "FALSE", "on", "1", "0", 1, 0, 1.0, "", "null", [True]])
def test_flag_written_otherwise_is_refused(given: object) -> None:
    with pytest.raises(serializers.ValidationError, match=r"Write true or false\."):
        FlagField(allow_null=True).run_validation(given)


def test_flag_that_may_be_missing_takes_null() -> None:
    assert FlagField(allow_null=True).run_validation(None) is None


def strict_serializers() -> list[type[StrictSerializer]]:
    """Every class of input that the routes of the API have imported."""
    assert get_resolver().url_patterns
    pending: list[type[StrictSerializer]] = [StrictSerializer]
    found: list[type[StrictSerializer]] = []
    while pending:
        pending.extend(subclasses := pending.pop().__subclasses__())
        found.extend(each for each in subclasses if each.__module__.startswith("apps."))
    return found


def plain_fields(field: serializers.Field) -> list[serializers.Field]:
    """A field, or what it is made of."""
    if isinstance(field, serializers.ListField | serializers.DictField):
        return plain_fields(field.child)
    return [field]


def test_no_input_takes_the_frameworks_lenient_fields() -> None:
    inputs = strict_serializers()
    fields = [
        (f"{each.__name__}.{name}", part)
        for each in inputs
        for name, field in each().fields.items()
        for part in plain_fields(field)
    ]

    assert len(inputs) > 20
    assert [name for name, field in fields if type(field) in LENIENT] == []
