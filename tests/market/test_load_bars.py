"""Bars of every timeframe as the engine takes them: exact values, tables first, the provider where they have none."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Any

import numpy as np
import pytest
import time_machine

import marketdata
from apps.core import clock
from apps.market import errors, selectors
from apps.market.models import MarketStatus
from apps.sectors import services as sectors_services
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.stocks.models import Stock5MinByDay
from engine.errors import InvalidBars
from tests.factories.market import instrument_of
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_5min_day, make_daily_prices, make_stock

MADE = {"source": "synthetic", "version": "synthetic-1"}
REAL = {"source": "import", "file": "tcs.csv"}
THURSDAY, FRIDAY, MONDAY = date(2025, 1, 2), date(2025, 1, 3), date(2025, 1, 6)
INTERVALS = ["5m", "15m", "30m", "1h", "1d", "1w"]


def candle(open_: float, high: float, low: float, close: float, volume: int) -> dict[str, object]:
    return {"open": open_, "high": high, "low": low, "close": close, "volume": volume}


CANDLES = {
    "09:15": candle(100, 102, 99.95, 101, 10),
    "09:25": candle(101, 104.1, 100.5, 103, 20),
    "09:30": candle(103, 103.5, 98, 98.05, 30),
    "10:10": candle(98, 98, 97, 97.5, 40),
    "15:25": candle(97.5, 99, 97.5, 98.5, 50),
}


def stored_stock(days: dict[date, Any], *, enum: str = "TCS", extra: dict[str, str] = REAL) -> selectors.Instrument:
    stock = make_stock(enum=enum)
    for day, candles in days.items():
        make_5min_day(stock=stock, day=day, candles=candles)
    Stock5MinByDay.objects.update(extra=extra)
    return instrument_of(stock)


def load(instrument: selectors.Instrument, interval: str, start: date = THURSDAY, end: date = FRIDAY) -> Any:
    return selectors.load_bars(instrument=instrument, interval=interval, start=start, end=end)


def labels(loaded: selectors.LoadedBars) -> list[str]:
    return [datetime.fromtimestamp(time, tz=clock.IST).strftime("%d %H:%M") for time in loaded.bars.time.tolist()]


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ("5m", [("02 09:15", 10), ("02 09:25", 20), ("02 09:30", 30), ("02 10:10", 40), ("02 15:25", 50)]),
        ("15m", [("02 09:15", 30), ("02 09:30", 30), ("02 10:00", 40), ("02 15:15", 50)]),
        ("30m", [("02 09:15", 60), ("02 09:45", 40), ("02 15:15", 50)]),
        ("1h", [("02 09:15", 100), ("02 15:15", 50)]),
    ],
)
def test_longer_bars_are_named_by_their_open_and_hold_the_shares_of_their_parts(
    db: None, interval: str, expected: list[tuple[str, int]]
) -> None:
    loaded = load(stored_stock({THURSDAY: CANDLES}), interval)

    assert list(zip(labels(loaded), loaded.bars.volume.tolist(), strict=True)) == expected
    assert set(loaded.bars.session.tolist()) == {20090}
    assert loaded.dates.astype(str).tolist() == ["2025-01-02"] * len(expected)
    assert (loaded.source, loaded.version) == ("import", None)


def test_the_prices_of_an_hour_are_those_of_its_candles(db: None) -> None:
    bars = load(stored_stock({THURSDAY: CANDLES}), "1h").bars

    assert (bars.open.tolist(), bars.high.tolist()) == ([10000, 9750], [10410, 9900])
    assert (bars.low.tolist(), bars.close.tolist()) == ([9700, 9750], [9750, 9850])
    kinds = [column.dtype for column in (bars.time, bars.session, bars.open, bars.volume)]
    assert kinds == [np.int64, np.int32, np.int32, np.int64]


def test_weeks_begin_with_their_first_trading_day(db: None) -> None:
    stock = make_stock(enum="TCS")
    days = ["2025-01-02", "2025-01-03", "2025-01-07", "2025-01-10", "2025-01-13"]
    make_daily_prices(
        stock=stock, extra=REAL, bars=[(day, str(n), str(n + 2), "1", str(n + 1), n) for n, day in enumerate(days, 1)]
    )

    loaded = load(instrument_of(stock), "1w", end=date(2025, 1, 31))

    assert labels(loaded) == ["02 09:15", "07 09:15", "13 09:15"]
    assert loaded.bars.open.tolist() == [100, 300, 500]
    assert loaded.bars.high.tolist() == [400, 600, 700]
    assert loaded.bars.close.tolist() == [300, 500, 600]
    assert loaded.bars.volume.tolist() == [3, 7, 5]


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2024, 11, 1), ("18:00", "18:55"), ["01 18:00"]),
        (date(2025, 10, 21), ("13:45", "14:40"), ["21 13:45"]),
        (date(2024, 3, 2), ("09:15", "09:55", "11:30", "12:25"), ["02 09:15", "02 11:30"]),
    ],
)
def test_the_hours_of_a_special_session_are_counted_from_its_own_open(
    db: None, day: date, at: tuple[str, ...], expected: list[str]
) -> None:
    loaded = load(stored_stock({day: dict.fromkeys(at, CANDLES["09:15"])}), "1h", day, day)

    assert labels(loaded) == expected
    assert loaded.bars.volume.tolist() == [20] * len(expected)


@pytest.mark.parametrize("interval", INTERVALS)
def test_bars_of_the_provider_are_the_same_stored_and_made(db: None, interval: str) -> None:
    instrument = instrument_of(make_stock(enum="RELIANCE"))
    made = load(instrument, interval, end=MONDAY)
    provider = marketdata.get_provider()
    days = stocks_selectors.IntradayColumns.of_sessions(provider.intraday("RELIANCE", THURSDAY, MONDAY))
    stocks_services.store_synthetic_intraday(enum="RELIANCE", days=days, extra=MADE)
    daily = provider.daily("RELIANCE", THURSDAY, MONDAY)
    names = ("open", "high", "low", "close", "volume")
    columns = {name: getattr(daily, name).astype(np.int64) for name in names}
    stocks_services.store_synthetic_bars(
        enum="RELIANCE",
        bars=stocks_selectors.PriceColumns(date=daily.date, **columns),
        extra=MADE,
        data_until=clock.now(),
    )

    stored = load(instrument, interval, end=MONDAY)

    assert (made.source, made.version) == (stored.source, stored.version) == ("synthetic", "synthetic-1")
    assert made.data_hash == stored.data_hash
    for name in ("time", "session", *names):
        assert getattr(made.bars, name).tolist() == getattr(stored.bars, name).tolist()


def test_made_days_continue_stored_ones_of_the_same_model_without_a_seam(db: None) -> None:
    sector, provider = make_sector(enum="NIFTYIT"), marketdata.get_provider()
    friday = stocks_selectors.IntradayColumns.of_sessions(provider.intraday("NIFTYIT", FRIDAY, FRIDAY))
    sectors_services.store_synthetic_intraday(enum=sector.enum, days=friday, extra=MADE)
    instrument = selectors.get_instrument(instrument_type="sector", identifier="NIFTYIT")

    loaded = load(instrument, "5m", THURSDAY, MONDAY)

    whole = provider.intraday("NIFTYIT", THURSDAY, MONDAY)
    assert loaded.bars.close.tolist() == whole.close.ravel().tolist()
    assert np.diff(loaded.bars.time).min() == 300
    assert loaded.dates[[0, 75, 150]].astype(str).tolist() == ["2025-01-02", "2025-01-03", "2025-01-06"]


def test_a_stored_day_of_the_same_model_is_read_and_not_made_again(db: None) -> None:
    instrument = stored_stock({FRIDAY: CANDLES}, enum="RELIANCE", extra=MADE)

    loaded = load(instrument, "5m", THURSDAY, MONDAY)

    assert [int((loaded.dates == np.datetime64(day)).sum()) for day in (THURSDAY, FRIDAY, MONDAY)] == [75, 5, 75]


@pytest.mark.parametrize("extra", [REAL, {**MADE, "version": "synthetic-0"}])
def test_days_of_any_other_source_stand_for_themselves(db: None, extra: dict[str, str]) -> None:
    loaded = load(stored_stock({FRIDAY: CANDLES}, enum="RELIANCE", extra=extra), "5m", THURSDAY, MONDAY)

    assert (len(loaded.bars), loaded.source, loaded.version) == (5, extra["source"], extra.get("version"))


def test_a_day_that_an_administrator_closed_is_not_made(db: None) -> None:
    MarketStatus.objects.create(date=FRIDAY, is_market_open=False)
    instrument = instrument_of(make_stock(enum="RELIANCE"))

    for interval, count in (("1d", 2), ("1h", 14)):
        loaded = load(instrument, interval, THURSDAY, MONDAY)
        assert len(loaded.bars) == count
        assert "2025-01-03" not in loaded.dates.astype(str).tolist()


@pytest.mark.parametrize(("now", "count"), [("15:29:59", 75), ("15:30:00", 150)])
def test_a_session_that_runs_has_no_bars_yet(db: None, now: str, count: int) -> None:
    instrument = instrument_of(make_stock(enum="RELIANCE"))

    with time_machine.travel(f"2025-01-03T{now}+05:30", tick=False):
        assert len(load(instrument, "5m", THURSDAY, MONDAY).bars) == count
        assert len(load(instrument, "1d", THURSDAY, MONDAY).bars) == count // 75


@pytest.mark.parametrize("interval", ["5m", "1h"])
@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2025, 1, 7)])
def test_a_range_without_candles_says_which_there_are(db: None, interval: str, day: date) -> None:
    instrument = stored_stock({THURSDAY: CANDLES, FRIDAY: {}, MONDAY: CANDLES})

    with pytest.raises(errors.NoBars) as caught:
        load(instrument, interval, day, day)

    expected = {"instrument_identifier": "TCS", "first_date": "2025-01-02", "last_date": "2025-01-06"}
    assert caught.value.details == expected


@pytest.mark.parametrize("interval", ["5m", "1d"])
def test_before_the_provider_begins_there_is_nothing(db: None, interval: str) -> None:
    instrument = instrument_of(make_stock(enum="RELIANCE"))

    with time_machine.travel("2025-01-03T16:00:00+05:30", tick=False), pytest.raises(errors.NoBars) as caught:
        load(instrument, interval, date(2004, 1, 1), date(2004, 12, 31))

    expected = {"instrument_identifier": "RELIANCE", "first_date": "2005-01-03", "last_date": "2025-01-03"}
    assert caught.value.details == expected


@pytest.mark.parametrize("interval", INTERVALS)
@pytest.mark.parametrize(
    ("kind", "ranges"),
    [
        ("made", {(THURSDAY, FRIDAY): True, (date(2025, 1, 4), date(2025, 1, 5)): False, (FRIDAY, FRIDAY): True}),
        ("real", {(THURSDAY, THURSDAY): True, (FRIDAY, MONDAY): False}),
        ("unknown", {(THURSDAY, MONDAY): False}),
    ],
)
def test_asking_for_bars_answers_what_loading_finds(
    db: None, interval: str, kind: str, ranges: dict[tuple[date, date], bool]
) -> None:
    stock = make_stock(enum="RELIANCE" if kind == "made" else "UNHEARDOF")
    if kind == "real":
        make_5min_day(stock=stock, day=THURSDAY, candles=CANDLES)
        make_daily_prices(stock=stock, extra=REAL, bars=[("2025-01-02", "1", "1", "1", "1", 1)])
    instrument = instrument_of(stock)

    for (start, end), expected in ranges.items():
        asked: dict[str, Any] = {"instrument": instrument, "interval": interval, "start": start, "end": end}
        assert selectors.has_bars(**asked) is expected
        if expected:
            selectors.check_bars(**asked)
            assert len(selectors.load_bars(**asked).bars)
            continue
        for call in (selectors.check_bars, selectors.load_bars):
            with pytest.raises(errors.NoBars):
                call(**asked)


def test_asking_and_loading_cost_the_same_queries_for_a_day_and_for_a_year(
    db: None, django_assert_num_queries: Any
) -> None:
    instrument = instrument_of(make_stock(enum="RELIANCE"))
    provider = marketdata.get_provider()
    year = stocks_selectors.IntradayColumns.of_sessions(provider.intraday("RELIANCE", date(2024, 1, 1), FRIDAY))
    stocks_services.store_synthetic_intraday(enum="RELIANCE", days=year, extra=MADE)

    for start in (THURSDAY, date(2024, 1, 1)):
        with django_assert_num_queries(1):  # one day
            assert selectors.has_bars(instrument=instrument, interval="5m", start=start, end=FRIDAY)
        with django_assert_num_queries(3):  # the label, closed days, the blocks
            load(instrument, "5m", start)


def test_the_hash_is_over_time_prices_and_volume(db: None) -> None:
    instrument = stored_stock({THURSDAY: {"09:15": CANDLES["09:15"]}})
    columns = [np.array([1_735_789_500], "<i8"), *(np.array([each], "<i4") for each in (10000, 10200, 9995, 10100))]
    expected = hashlib.sha256(b"".join(each.tobytes() for each in columns) + np.array([10], "<i8").tobytes())

    assert load(instrument, "5m").data_hash == expected.hexdigest()


def test_a_stored_candle_that_is_not_sound_is_named(db: None) -> None:
    instrument = stored_stock({THURSDAY: {**CANDLES, "09:30": candle(100, 99, 98, 98, 1)}})

    with pytest.raises(InvalidBars, match="open or close is outside low and high") as caught:
        load(instrument, "5m")

    assert caught.value.index == 2


def test_columns_cannot_be_written(db: None) -> None:
    loaded = load(stored_stock({THURSDAY: CANDLES}), "5m")

    for column in (loaded.bars.time, loaded.bars.session, loaded.bars.close, loaded.bars.volume, loaded.dates):
        with pytest.raises(ValueError, match="read-only"):
            column[0] = column[1]


def test_an_option_has_bars_up_to_its_expiry(db: None) -> None:
    make_sector(enum="NIFTY50")
    instrument = selectors.list_named_instruments(identifiers=["NIFTY50-2025-01-09-23700-CE"])[0]
    assert instrument.option is not None
    made = marketdata.get_provider().option_intraday([instrument.option], THURSDAY, FRIDAY)[instrument.option]

    loaded = load(instrument, "5m")

    assert loaded.bars.close.tolist() == made.close.ravel().tolist()
    assert (len(load(instrument, "1d").bars), loaded.source) == (2, "synthetic")
    asked: dict[str, Any] = {
        "instrument": instrument,
        "interval": "1h",
        "start": date(2025, 1, 10),
        "end": date(2025, 1, 31),
    }
    assert not selectors.has_bars(**asked)
    with pytest.raises(errors.NoBars) as caught:
        selectors.check_bars(**asked)
    assert (caught.value.details["first_date"], caught.value.details["last_date"]) == ("2024-09-11", "2025-01-09")


def test_a_premium_of_nothing_is_loaded_as_one_tick(db: None) -> None:
    """The engine takes no price of 0, and a call far out of the money ends its last day at 0."""
    make_sector(enum="NIFTY50")
    contract = selectors.get_named_instrument(identifier="NIFTY50-2025-01-02-29000-CE")
    loaded = selectors.load_bars(instrument=contract, interval="5m", start=THURSDAY, end=THURSDAY)

    assert (int(loaded.bars.close[-1]), int(loaded.bars.low.min())) == (5, 5)
