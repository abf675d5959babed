"""Candles of a sector beside its days: neither write erases the other, and a day that is missing is made."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from apps.sectors import selectors, services
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from tests.factories.sectors import make_sector, make_sector_prices
from tests.stocks.test_blocks import DAY, OPEN, ROWS, columns_of, moved, rows_of

MADE = {"source": "synthetic", "version": "synthetic-1"}
REAL = {"source": "import", "file": "nifty.csv"}
THURSDAY, FRIDAY = date(2025, 1, 2), date(2025, 1, 3)


def store(rows: Any, **extra: str) -> stocks_services.StoredBars:
    return services.store_synthetic_intraday(enum="NIFTY50", days=columns_of(rows), extra={**MADE, **extra})


def store_daily(*, close: int, extra: dict[str, str], day: date = THURSDAY) -> stocks_services.StoredBars:
    prices = {"open": 10000, "high": 10500, "low": 9000, "close": close, "volume": 77}
    columns: dict[str, Any] = {name: np.array([value]) for name, value in prices.items()}
    bars = stocks_selectors.PriceColumns(date=np.array([np.datetime64(day)]), **columns)
    return services.store_synthetic_bars(enum="NIFTY50", bars=bars, extra=extra)


def read(sector: Sector) -> list[Any]:
    table = selectors.SECTOR_CANDLES
    return rows_of(stocks_selectors.read_candles(table=table, owner_id=sector.pk, start=THURSDAY, end=FRIDAY))


def test_candles_and_prices_of_a_day_do_not_erase_one_another(db: None) -> None:
    sector = make_sector()
    assert store_daily(close=9950, extra=MADE).inserted == 1

    assert store(ROWS) == stocks_services.StoredBars(inserted=1)
    assert store_daily(close=9950, extra=MADE) == stocks_services.StoredBars(unchanged=1)
    assert store_daily(close=9951, extra=MADE).updated == 1
    assert store(ROWS) == stocks_services.StoredBars(unchanged=1)

    day = SectorPriceDaily.objects.get()
    assert (day.open_price, day.close_price, day.volume) == (Decimal("100.00"), Decimal("99.51"), 77)
    assert (day.extra, day.timewise_extra) == (MADE, MADE)
    assert list(day.timewise_json or {}) == ["09:15", "09:20", "09:25"]
    assert read(sector) == ROWS


def test_a_day_without_prices_gets_those_of_its_candles_once(db: None) -> None:
    make_sector()
    store(ROWS)

    day = SectorPriceDaily.objects.get()
    assert (day.date, day.extra) == (THURSDAY, MADE)
    prices = (day.open_price, day.high_price, day.low_price, day.close_price)
    assert prices == tuple(map(Decimal, ("100.00", "104.10", "98.00", "98.05")))
    assert day.volume == 4_294_967_325
    assert (day.timewise_json or {})["09:25"] == {
        "open": 103.0, "high": 103.5, "low": 98.0, "close": 98.05, "volume": 4_294_967_295
    }  # fmt: skip

    store([(*ROWS[0][:5], 11)])
    day.refresh_from_db()
    assert (day.volume, list(day.timewise_json or {})) == (4_294_967_325, ["09:15"])


def test_another_version_takes_the_candles_away_and_leaves_the_days(db: None) -> None:
    make_sector()
    store([*ROWS, *(moved(row, days=1) for row in ROWS)], version="synthetic-0")

    assert store(ROWS) == stocks_services.StoredBars(inserted=1, removed_synthetic=2)

    first, second = SectorPriceDaily.objects.order_by("date")
    assert (first.timewise_extra, second.timewise_extra) == (MADE, None)
    assert (second.timewise_json, second.timewise_packed) == (None, None)


def test_beside_real_days_no_candle_is_made(db: None) -> None:
    make_sector_prices(sector=make_sector(), extra=REAL)

    assert store(ROWS).skipped
    assert not SectorPriceDaily.objects.exclude(timewise_json=None).exists()


def test_real_candles_take_the_place_of_made_days(db: None) -> None:
    make_sector_prices(sector=make_sector(), extra=MADE)
    store(ROWS)

    stored = services.store_imported_intraday(enum="NIFTY50", name="x", days=columns_of(ROWS), extra=REAL)

    assert stored == stocks_services.StoredBars(inserted=1, removed_synthetic=3)
    day = SectorPriceDaily.objects.get()
    assert (day.date, day.extra, day.timewise_extra) == (THURSDAY, REAL, REAL)


def test_real_candles_of_an_unknown_sector_make_it(db: None) -> None:
    services.store_imported_intraday(enum="NIFTYX", name="NIFTY X", days=columns_of(ROWS), extra=REAL)

    assert (Sector.objects.get().enum, Sector.objects.get().name) == ("NIFTYX", "NIFTY X")


@pytest.mark.parametrize("changed", [None, {"09:15": {"open": 1, "high": 1, "low": 1, "close": 1, "volume": 1}}])
def test_json_that_somebody_changes_is_what_is_read_from_then_on(db: None, changed: Any) -> None:
    sector = make_sector()
    store([ROWS[0], moved(ROWS[0], days=1)])

    SectorPriceDaily.objects.filter(date=FRIDAY).update(timewise_json=changed)

    assert read(sector)[:1] == [ROWS[0]]
    assert read(sector)[1:] == ([(OPEN + DAY, 100, 100, 100, 100, 1)] if changed else [])
