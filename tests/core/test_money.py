"""Rupees and paise: rounded once, halves away from zero; money in bodies is written plainly."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rest_framework import serializers

from apps.core import money
from apps.core.api.serializers import MoneyField, WholeField


@pytest.mark.parametrize(
    ("paise", "rupees"),
    [
        (0, "0.00"),
        (1, "0.01"),
        (-1, "-0.01"),
        (130505, "1305.05"),
        (0.49, "0.00"),
        (0.5, "0.01"),
        (-0.5, "-0.01"),
        (2.5, "0.03"),
        (10**15, "10000000000000.00"),
    ],
)
def test_paise_become_rupees(paise: float, rupees: str) -> None:
    assert str(money.rupees(paise)) == rupees


@pytest.mark.parametrize(("rupees", "paise"), [("0.005", 1), ("-0.005", -1), ("0.0049", 0), ("1305.05", 130505)])
def test_rupees_become_paise(rupees: str, paise: int) -> None:
    assert money.paise(Decimal(rupees)) == paise


@given(st.integers(-(10**15), 10**15))
def test_whole_paise_survive_the_way_there_and_back(paise: int) -> None:
    assert money.paise(money.rupees(paise)) == paise


@pytest.mark.parametrize(
    ("data", "value"),
    [("1", "1"), ("0.5", "0.5"), ("9999999999999.99", "9999999999999.99"), (100, "100"), (0.1, "0.1")],
)
def test_money_is_read_exactly(data: object, value: str) -> None:
    assert MoneyField().run_validation(data) == Decimal(value)


STRANGE_TEXTS = [
    *("1_000", "٣", "1E+2", " 5 ", "-1", "+1", "1.234", "NaN", "Infinity"),
    *("", "1,000", ".5", "5.", "10000000000000", "1\n"),
]


@pytest.mark.parametrize("data", [*STRANGE_TEXTS, True, None, [], {}, 1e16, 0.1 + 0.2, float("nan"), -1])
def test_strange_money_is_refused(data: object) -> None:
    with pytest.raises(serializers.ValidationError):
        MoneyField().run_validation(data)


@pytest.mark.parametrize(("data", "value"), [("5", 5), (5, 5), ("-3", -3), ("007", 7)])
def test_whole_numbers_are_read(data: object, value: int) -> None:
    assert WholeField().run_validation(data) == value


@pytest.mark.parametrize("data", ["1_0", "٣", " 5 ", "5.0", 5.0, "5\n", "+5", "1e3", True, None, "9" * 19, []])
def test_strange_whole_numbers_are_refused(data: object) -> None:
    with pytest.raises(serializers.ValidationError):
        WholeField().run_validation(data)
