"""Naming instruments and loading their bars as the engine takes them."""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, date, datetime

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.core.enums import Kind
from apps.market import errors, selectors
from apps.market.enums import InstrumentType
from tests.factories.market import instrument_of
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_daily_prices, make_stock

START, END = date(2025, 1, 1), date(2025, 1, 31)


def test_stocks_and_sectors_are_named_by_type_and_identifier(db: None) -> None:
    stock, sector = make_stock(enum="M&M"), make_sector(enum="NIFTY50", status="inactive")

    assert selectors.get_instrument(instrument_type="stock", identifier="M&M") == selectors.Instrument(
        type=InstrumentType.STOCK, identifier="M&M", stock_id=stock.pk, sector_id=None, is_active=True
    )
    assert selectors.get_instrument(instrument_type="sector", identifier="NIFTY50") == selectors.Instrument(
        type=InstrumentType.SECTOR, identifier="NIFTY50", stock_id=None, sector_id=sector.pk, is_active=False
    )


@pytest.mark.parametrize(
    ("instrument_type", "identifier"), [("sector", "M&M"), ("stock", "m&m"), ("option", "M&M"), ("stock", "")]
)
def test_what_has_no_row_is_not_found(db: None, instrument_type: str, identifier: str) -> None:
    make_stock(enum="M&M")

    with pytest.raises(errors.InstrumentNotFound) as caught:
        selectors.get_instrument(instrument_type=instrument_type, identifier=identifier)

    assert (caught.value.code, caught.value.kind) == ("INSTRUMENT_NOT_FOUND", Kind.NOT_FOUND)
    assert caught.value.details == {"instrument_type": instrument_type, "instrument_identifier": identifier}


def test_one_name_that_is_gone_does_not_make_every_other_be_asked_for_alone(db: None) -> None:
    """In a sweep over what all users hold or watch; each name alone took 136 queries for these."""
    names = [f"S{number}" for number in range(127)]
    for name in names:
        make_stock(enum=name)
    asked_for = [*names[:90], "GONE", *names[90:]]

    with CaptureQueriesContext(connection) as asked:
        found = selectors.find_named_instruments(identifiers=asked_for)

    assert [each.identifier for each in found] == names
    assert len(asked) < 50
    assert selectors.find_named_instruments(identifiers=["GONE", "GONE-TOO", "S3", "GONE"]) == [found[3]]
    assert selectors.find_named_instruments(identifiers=["GONE"]) == []


def test_bars_are_exact_paise_at_a_quarter_past_nine_in_india(db: None, django_assert_num_queries) -> None:
    stock = make_stock()
    make_daily_prices(stock=stock, extra={"source": "import"})
    make_daily_prices(stock=make_stock(enum="TCS"), extra={"source": "synthetic"})
    instrument = instrument_of(stock)

    with django_assert_num_queries(1):
        loaded = selectors.load_daily_bars(instrument=instrument, start=START, end=END)

    bars = loaded.bars
    assert bars.open.tolist() == [10000, 10500, 10250]
    assert bars.high.tolist() == [11000, 10705, 12000]
    assert bars.low.tolist() == [9500, 10100, 10250]
    assert bars.close.tolist() == [10500, 10250, 11995]
    assert bars.volume.tolist() == [1000, 2000, 3000]
    assert bars.session.tolist() == [20089, 20090, 20091]
    assert datetime.fromtimestamp(int(bars.time[0]), tz=UTC) == datetime(2025, 1, 1, 3, 45, tzinfo=UTC)
    assert [column.dtype for column in (bars.time, bars.session, bars.open)] == [np.int64, np.int32, np.int32]
    assert loaded.dates.astype(str).tolist() == ["2025-01-01", "2025-01-02", "2025-01-03"]
    assert loaded.source == "import"


def test_bars_of_a_sector_come_from_its_own_table(db: None) -> None:
    sector = make_sector(enum="NIFTY50")
    make_sector_prices(sector=sector, bars=[("2025-01-01", "23700.55", "23800.00", "23650.10", "23742.90", 0)])
    instrument = selectors.get_instrument(instrument_type="sector", identifier="NIFTY50")

    loaded = selectors.load_daily_bars(instrument=instrument, start=START, end=END)

    assert (loaded.bars.open.tolist(), loaded.bars.close.tolist()) == ([2370055], [2374290])
    assert loaded.source == "unknown"


def test_bars_come_by_date_whatever_the_order_of_the_rows_and_both_ends_count(db: None) -> None:
    stock = make_stock()
    days = ["2025-01-31", "2025-01-01", "2024-12-31", "2025-01-15", "2025-02-01"]
    make_daily_prices(stock=stock, bars=[(day, "1.00", "1.00", "1.00", "1.00", int(day[-2:])) for day in days])

    loaded = selectors.load_daily_bars(instrument=instrument_of(stock), start=START, end=END)

    assert loaded.bars.volume.tolist() == [1, 15, 31]


def test_rows_of_two_sources_say_so(db: None) -> None:
    stock = make_stock()
    make_daily_prices(stock=stock, extra={"source": "import"}, bars=[("2025-01-01", "1.00", "1.00", "1.00", "1.00", 1)])
    make_daily_prices(stock=stock, extra={"source": "sync"}, bars=[("2025-01-02", "1.00", "1.00", "1.00", "1.00", 1)])

    assert selectors.load_daily_bars(instrument=instrument_of(stock), start=START, end=END).source == "import+sync"


def test_the_hash_is_over_days_prices_and_volume(db: None) -> None:
    stock = make_stock()
    make_daily_prices(stock=stock, bars=[("2025-01-01", "100.00", "110.00", "95.00", "105.00", 1000)])
    expected = hashlib.sha256(struct.pack("<6q", 20089, 10000, 11000, 9500, 10500, 1000)).hexdigest()

    assert selectors.load_daily_bars(instrument=instrument_of(stock), start=START, end=END).data_hash == expected


def test_loaded_columns_cannot_be_written(db: None) -> None:
    stock = make_stock()
    make_daily_prices(stock=stock)

    loaded = selectors.load_daily_bars(instrument=instrument_of(stock), start=START, end=END)

    for column in (loaded.bars.time, loaded.bars.close, loaded.bars.volume, loaded.dates):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]


@pytest.mark.parametrize(("has_bars", "first", "last"), [(True, "2025-01-01", "2025-01-03"), (False, None, None)])
def test_a_range_without_bars_says_what_there_is(db: None, has_bars: bool, first: str, last: str) -> None:
    stock = make_stock(enum="UNHEARDOF")
    make_daily_prices(stock=stock if has_bars else make_stock(enum="INFY"))

    with pytest.raises(errors.NoBars) as caught:
        selectors.load_daily_bars(instrument=instrument_of(stock), start=date(2026, 1, 1), end=date(2026, 2, 1))

    assert (caught.value.code, caught.value.kind) == ("NO_BARS", Kind.REJECTED)
    assert caught.value.details == {"instrument_identifier": "UNHEARDOF", "first_date": first, "last_date": last}


def test_prices_of_either_table_count_for_health(db: None) -> None:
    assert not selectors.has_prices()
    make_sector_prices(sector=make_sector())
    assert selectors.has_prices()


def test_stock_prices_alone_count_for_health(db: None) -> None:
    make_daily_prices(stock=make_stock())
    assert selectors.has_prices()
