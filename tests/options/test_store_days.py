"""Imported days of options: one upsert, exact values, a second time changes nothing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError

from apps.options import services
from apps.options.models import OptionDay
from apps.options.services import StoredDays
from tests.factories.options import DAY, EXPIRY, day_row, make_option_days


def test_a_day_is_stored_exactly(db: None) -> None:
    row = day_row(strike="147.5", right="PE", open=1005, high=1100, low=995, close=1090, settle=1085, volume=5400)

    stored = services.store_option_days(rows=[row], extra={"source": "import", "file": "fo.zip"})

    assert stored == StoredDays(inserted=1, updated=0, unchanged=0)
    day = OptionDay.objects.get()
    assert (day.underlying_type, day.underlying_symbol, day.option_type) == ("sector", "NIFTY50", "PE")
    assert (day.expiry_date, day.option_strike, day.date) == (EXPIRY, Decimal("147.50"), DAY)
    assert [day.open_price, day.high_price, day.low_price, day.close_price, day.settle_price] == [
        Decimal("10.05"), Decimal("11.00"), Decimal("9.95"), Decimal("10.90"), Decimal("10.85")
    ]  # fmt: skip
    assert (day.underlying_price, day.volume, day.open_interest, day.lot_size) == (Decimal("25005.50"), 5400, 150, 75)
    assert day.extra == {"source": "import", "file": "fo.zip"}


def test_what_a_file_lacks_is_null(db: None) -> None:
    make_option_days([day_row(price=None, underlying=None, lot_size=None)])

    day = OptionDay.objects.get()
    assert [day.open_price, day.high_price, day.low_price, day.close_price, day.settle_price] == [None] * 5
    assert (day.underlying_price, day.lot_size, day.volume) == (None, None, 0)


def test_a_second_time_changes_no_row_and_a_correction_only_its_own(db: None) -> None:
    rows = [day_row(), day_row(right="PE"), day_row(strike="25050")]
    make_option_days(rows)
    before = dict(OptionDay.objects.values_list("pk", "updated_at"))

    assert make_option_days(rows) == StoredDays(inserted=0, updated=0, unchanged=3)
    assert dict(OptionDay.objects.values_list("pk", "updated_at")) == before

    corrected = [rows[0], rows[1]._replace(open_interest=151), rows[2], day_row(date=date(2025, 9, 12))]
    assert make_option_days(corrected) == StoredDays(inserted=1, updated=1, unchanged=2)
    assert OptionDay.objects.get(option_type="PE").open_interest == 151


@pytest.mark.parametrize(
    "values", [{"high": 9999}, {"close": 10001}, {"low": 0}, {"volume": -1}, {"close": None}, {"open_interest": -1}]
)
def test_a_row_that_cannot_be_refuses_the_whole_lot(db: None, values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError):
        make_option_days([day_row(right="PE"), day_row(**values)])

    assert OptionDay.objects.count() == 0


def test_nothing_is_nothing(db: None) -> None:
    assert make_option_days([]) == StoredDays(inserted=0, updated=0, unchanged=0)


def test_storing_costs_the_same_queries_however_many_rows(db: None, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(5):  # savepoint, temporary table, COPY, upsert, release
        make_option_days([day_row(strike=str(25000 + 50 * number)) for number in range(50)])
