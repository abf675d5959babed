"""Storing days of 5-minute candles of a stock: exact JSON, what is touched, and that real and made never mix."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
from django.db import connection

import marketdata
from apps.core import clock
from apps.stocks import selectors, services
from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from engine.errors import InvalidBars
from tests.factories.stocks import make_5min_day, make_daily_prices, make_stock
from tests.stocks.test_blocks import DAY, OPEN, ROWS, columns_of, moved, rows_of

MADE = {"source": "synthetic", "version": "synthetic-1"}
REAL = {"source": "import", "file": "tcs.csv"}
THURSDAY, FRIDAY = date(2025, 1, 2), date(2025, 1, 3)
TWO_DAYS = [*ROWS, *(moved(row, days=1) for row in ROWS[:2])]


def store(rows: Any, **extra: str) -> services.StoredBars:
    return services.store_synthetic_intraday(enum="TCS", days=columns_of(rows), extra={**MADE, **extra})


def first_candle() -> Any:
    series: Any = selectors.list_intraday_prices(stock="TCS", date=FRIDAY, series_format="list")
    return series[0]


def one_bar() -> selectors.PriceColumns:
    one = np.array([1])
    return selectors.PriceColumns(
        date=np.array([np.datetime64(FRIDAY)]), open=one, high=one, low=one, close=one, volume=one
    )


def read(stock: Stock, *, start: date = THURSDAY, end: date = FRIDAY) -> list[Any]:
    return rows_of(selectors.read_candles(table=selectors.STOCK_CANDLES, owner_id=stock.pk, start=start, end=end))


def test_a_day_is_stored_as_the_json_that_clients_read_and_as_a_block(db: None) -> None:
    stock = make_stock(enum="TCS")

    stored = store(TWO_DAYS)

    assert stored == services.StoredBars(inserted=2)
    first, second = Stock5MinByDay.objects.order_by("date")
    assert (first.stock, first.date, first.extra) == (stock, THURSDAY, MADE)
    assert first.candles_json == {
        "09:15": {"open": 100.0, "high": 102.0, "low": 99.95, "close": 101.0, "volume": 10},
        "09:20": {"open": 101.0, "high": 104.1, "low": 100.5, "close": 103.0, "volume": 20},
        "09:25": {"open": 103.0, "high": 103.5, "low": 98.0, "close": 98.05, "volume": 4_294_967_295},
    }
    assert list(second.candles_json) == ["09:15", "09:20"]
    assert [bytes(row.candles_packed or b"") for row in (first, second)] == selectors.pack_days(columns_of(TWO_DAYS))
    assert first_candle() == {
        "time": "09:15", "open": "100.00", "high": "102.00", "low": "99.95", "close": "101.00", "volume": 10
    }  # fmt: skip


def test_storing_again_touches_no_row_and_a_change_only_its_day(db: None) -> None:
    make_stock(enum="TCS")
    store(TWO_DAYS)
    before = list(Stock5MinByDay.objects.order_by("date").values_list("pk", "updated_at"))
    versions = row_versions()

    assert store(TWO_DAYS) == services.StoredBars(unchanged=2)
    assert list(Stock5MinByDay.objects.order_by("date").values_list("pk", "updated_at")) == before
    assert row_versions() == versions

    changed = store([*TWO_DAYS[:-1], (*TWO_DAYS[-1][:5], 21)])
    assert changed == services.StoredBars(updated=1, unchanged=1)
    assert row_versions()[0] == versions[0]
    assert Stock5MinByDay.objects.get(date=FRIDAY).candles_json["09:20"]["volume"] == 21


def row_versions() -> list[str]:
    """What the database changes whenever it writes a row, even with the same values."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ctid::text FROM stock_5min_by_day ORDER BY date")
        return [version for (version,) in cursor.fetchall()]


def test_a_day_is_replaced_whole(db: None) -> None:
    stock = make_stock(enum="TCS")
    store(ROWS)
    store(ROWS[:1])

    assert list(Stock5MinByDay.objects.get().candles_json) == ["09:15"]
    assert read(stock) == ROWS[:1]


def test_the_sessions_of_the_provider_are_stored_and_read_as_they_are(db: None) -> None:
    stock = make_stock(enum="RELIANCE")
    made = marketdata.get_provider().intraday("RELIANCE", THURSDAY, FRIDAY)
    services.store_synthetic_intraday(enum="RELIANCE", days=selectors.IntradayColumns.of_sessions(made), extra=MADE)

    rows = read(stock)

    assert len(rows) == 150
    assert [row[4] for row in rows] == made.close.ravel().tolist()
    assert (rows[0][0], rows[75][0]) == (OPEN, OPEN + DAY)


def test_a_session_that_runs_is_stored_up_to_its_last_candle(db: None) -> None:
    now = datetime(2025, 1, 3, 9, 22, tzinfo=clock.IST)
    bars = marketdata.get_provider().intraday("RELIANCE", THURSDAY, FRIDAY, now=now)

    candles = selectors.IntradayColumns.of_sessions(bars)

    assert np.diff(selectors.first_of_days(candles.time)).tolist() == [75, 2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((OPEN + 660, 10000, 9999, 9998, 9999, 1), "open or close is outside low and high"),
        ((OPEN + 600, 10000, 10000, 10000, 10000, 1), "the time does not increase"),
        ((OPEN + 901, 10000, 10000, 10000, 10000, 1), "the time is no whole minute"),
        ((OPEN + 900, 0, 0, 0, 0, 1), "a price is not above zero"),
        ((OPEN + 900, 1, 1, 1, 1, -1), "the volume is negative"),
    ],
)
def test_an_unsound_candle_stores_nothing(db: None, row: Any, reason: str) -> None:
    make_stock(enum="TCS")

    with pytest.raises(InvalidBars, match=reason) as caught:
        store([*ROWS, row])

    assert caught.value.index == 3
    assert not Stock5MinByDay.objects.exists()


def test_no_days_are_no_rows(db: None) -> None:
    make_stock(enum="TCS")

    assert store([]) == services.StoredBars()
    assert not Stock5MinByDay.objects.exists()


def test_another_version_of_the_model_replaces_every_day(db: None) -> None:
    make_stock(enum="TCS")
    store(TWO_DAYS, version="synthetic-0")

    assert store(ROWS) == services.StoredBars(inserted=1, removed_synthetic=2)
    assert Stock5MinByDay.objects.get().extra == MADE


@pytest.mark.parametrize("real", ["daily", "intraday"])
def test_beside_real_prices_nothing_made_is_stored(db: None, real: str) -> None:
    stock = make_stock(enum="TCS")
    if real == "daily":
        make_daily_prices(stock=stock, extra=REAL)
    else:
        services.store_imported_intraday(enum="TCS", days=columns_of(ROWS), extra=REAL)

    assert store(TWO_DAYS) == services.StoredBars(skipped=True)
    bars = one_bar()
    daily = services.store_synthetic_bars(enum="TCS", bars=bars, extra=MADE, data_until=clock.now())
    assert daily.skipped
    assert not Stock5MinByDay.objects.filter(extra=MADE).exists()
    assert not StockPriceDaily.objects.filter(extra=MADE).exists()


def test_real_candles_take_the_place_of_everything_made(db: None) -> None:
    stock = make_stock(enum="TCS", last_synced_at=datetime(2026, 1, 1, tzinfo=clock.IST))
    make_daily_prices(stock=stock, extra=MADE)
    store(TWO_DAYS)

    stored = services.store_imported_intraday(enum="TCS", days=columns_of(ROWS), extra=REAL)

    assert stored == services.StoredBars(inserted=1, removed_synthetic=5)
    assert not StockPriceDaily.objects.exists()
    assert Stock5MinByDay.objects.get().extra == REAL
    assert Stock.objects.get().last_synced_at == datetime(2025, 1, 3, tzinfo=clock.IST)


def test_real_daily_bars_take_the_place_of_made_candles(db: None) -> None:
    make_stock(enum="TCS")
    store(TWO_DAYS)
    bars = one_bar()

    stored = services.store_imported_bars(enum="TCS", bars=bars, extra=REAL, data_until=clock.now())

    assert (stored.inserted, stored.removed_synthetic) == (1, 2)
    assert not Stock5MinByDay.objects.exists()


def test_real_candles_of_an_unknown_stock_make_it(db: None) -> None:
    services.store_imported_intraday(enum="NEWCO", days=columns_of(ROWS), extra=REAL)

    stock = Stock.objects.get()
    assert (stock.enum, stock.full_symbol, stock.status) == ("NEWCO", "NEWCO.NS", "active")


def test_json_that_somebody_changes_is_what_is_read_from_then_on(db: None) -> None:
    stock = make_stock(enum="TCS")
    store(TWO_DAYS)
    day = Stock5MinByDay.objects.get(date=FRIDAY)
    day.candles_json["09:15"]["close"] = 100.5

    Stock5MinByDay.objects.filter(pk=day.pk).update(candles_json=day.candles_json)

    assert read(stock)[3] == (OPEN + DAY, 10000, 10200, 9995, 10050, 10)
    assert read(stock)[:3] == ROWS
    assert Stock5MinByDay.objects.get(date=FRIDAY).candles_packed is None
    assert Stock5MinByDay.objects.get(date=THURSDAY).candles_packed is not None


def test_a_model_that_is_saved_whole_voids_its_block_only_if_the_json_is_another(db: None) -> None:
    make_stock(enum="TCS")
    store(ROWS)
    day = Stock5MinByDay.objects.get()
    day.save()
    day.refresh_from_db()
    assert day.candles_packed is not None

    day.candles_json = {}
    day.save()
    day.refresh_from_db()
    assert day.candles_packed is None


def test_candles_of_another_hand_are_overwritten_by_the_next_store(db: None) -> None:
    stock = make_stock(enum="TCS")
    store(ROWS)
    Stock5MinByDay.objects.update(candles_json={"09:15": {"open": 1, "high": 1, "low": 1, "close": 1, "volume": 1}})

    assert store(ROWS) == services.StoredBars(updated=1)
    assert read(stock) == ROWS
    assert len(Stock5MinByDay.objects.get().candles_json) == 3


def test_rows_without_blocks_are_read_in_their_place(db: None, django_assert_num_queries: Any) -> None:
    stock = make_stock(enum="TCS")
    store([*ROWS, *(moved(row, days=4) for row in ROWS)])
    candle = {"open": "1.00", "high": 2, "low": 0.05, "close": "1.50", "volume": 7}
    for day in (date(2025, 1, 1), FRIDAY):
        make_5min_day(stock=stock, day=day, candles={"09:20": candle, "09:15": candle})
    make_5min_day(stock=stock, day=date(2025, 1, 7), candles={})

    with django_assert_num_queries(2):  # the blocks, the JSON of the two days
        rows = read(stock, start=date(2025, 1, 1), end=date(2025, 1, 31))

    small = [(OPEN, 100, 200, 5, 150, 7), (OPEN + 300, 100, 200, 5, 150, 7)]
    assert rows == [
        *(moved(row, days=-1) for row in small),
        *ROWS,
        *(moved(row, days=1) for row in small),
        *(moved(row, days=4) for row in ROWS),
    ]


def test_both_ends_of_a_range_count_and_other_stocks_do_not(db: None) -> None:
    stock, other = make_stock(enum="TCS"), make_stock(enum="INFY")
    store([moved(ROWS[0], days=day) for day in range(4)])
    services.store_synthetic_intraday(enum="INFY", days=columns_of([moved(ROWS[1], days=1)]), extra=MADE)

    assert [row[0] for row in read(stock, start=FRIDAY, end=date(2025, 1, 4))] == [OPEN + DAY, OPEN + 2 * DAY]
    assert len(read(other, start=THURSDAY, end=FRIDAY)) == 1
    assert read(stock, start=date(2024, 1, 1), end=date(2024, 12, 31)) == []


def test_blocks_are_made_anew_from_the_json(db: None) -> None:
    stock = make_stock(enum="TCS")
    store(TWO_DAYS)
    Stock5MinByDay.objects.filter(date=FRIDAY).update(candles_packed=None)
    rebuild: dict[str, Any] = {"table": selectors.STOCK_CANDLES, "owner_id": stock.pk}

    assert services.rebuild_blocks(**rebuild, every=False) == (1, 1)
    assert services.rebuild_blocks(**rebuild, every=False) == (0, 0)
    assert services.rebuild_blocks(**rebuild, every=True) == (2, 0)

    Stock5MinByDay.objects.filter(date=FRIDAY).update(candles_packed=b"nonsense")
    assert services.rebuild_blocks(**rebuild, every=True) == (2, 1)
    assert read(stock) == TWO_DAYS
