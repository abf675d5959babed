"""Daily bars of the synthetic market: fixed for a version, sound, visible only when final."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marketdata
from marketdata import get_provider, sessions, universe
from marketdata.errors import InvalidDateRange, SymbolNotFound
from marketdata.types import DailyBars

COLUMNS = ("date", "open", "high", "low", "close", "volume")
SYMBOLS = [*universe.stocks(), *universe.indices()]
START, END = date(2005, 1, 1), date(2035, 12, 31)

# Changing one of these changes the history of every installation: raise the provider's version with it.
GOLDEN = {
    "RELIANCE": "9f133c6f9392a884851fe64fd578c94db6fee92f64c5ea0aa3ccda1a5b1583ee",
    "M&M": "d393779eb3c7cabda718b945078848589bd5b2716979adb4106eb3be17559d26",
    "ETERNAL": "364f83aebad3d0ea769b358f19074593b1e592e2857cd4c12b2ad21582ca69e2",
    "NIFTY50": "58f2d6240cc4f9347fe746fb42f1e538761a39544c03cc09e74580aac14e3218",
    "NIFTYMETAL": "6dca00f54bd841ffac21372b1a9ee2aafd4f7bae0e84578943e81179e1893de3",
}


def lines(bars: DailyBars) -> list[str]:
    columns = [np.datetime_as_string(bars.date).tolist()]
    columns += [getattr(bars, name).tolist() for name in COLUMNS[1:]]
    return [",".join(map(str, row)) for row in zip(*columns, strict=True)]


def digest(bars: DailyBars) -> str:
    return hashlib.sha256("\n".join(lines(bars)).encode()).hexdigest()


def ist(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=sessions.IST)


def last_day(now: datetime) -> str:
    return str(get_provider().daily("SBIN", date(2025, 12, 1), date(2026, 1, 31), now=now).date[-1])


def test_the_version_names_the_data():
    assert (get_provider().name, get_provider().version) == ("synthetic", "synthetic-daily-1")


@pytest.mark.parametrize("symbol", GOLDEN)
def test_ten_bars_of_a_version_never_change(symbol):
    bars = get_provider().daily(symbol, date(2019, 12, 26), date(2020, 1, 8))
    assert len(bars) == 10
    assert digest(bars) == GOLDEN[symbol]


def test_a_bar_as_it_stands():
    assert lines(get_provider().daily("RELIANCE", date(2025, 1, 1), date(2025, 1, 2))) == [
        "2025-01-01,144215,146235,141970,143905,18538820",
        "2025-01-02,143945,144755,141420,143060,5193827",
    ]


def test_every_price_is_its_base_price_on_the_anchor_day():
    anchor = date(2026, 1, 1)
    bases = {symbol: stock.base_paise for symbol, stock in universe.stocks().items()}
    bases |= {symbol: index.base_paise for symbol, index in universe.indices().items()}
    assert {symbol: get_provider().daily(symbol, anchor, anchor).close.tolist() for symbol in SYMBOLS} == {
        symbol: [base] for symbol, base in bases.items()
    }
    assert (bases["RELIANCE"], bases["NIFTY50"]) == (157_000, 2_613_000)


def test_columns_have_one_length_their_types_and_the_trading_days():
    bars = get_provider().daily("INFY", date(2020, 1, 1), date(2020, 12, 31))
    assert bars.date.tolist() == sessions.sessions(date(2020, 1, 1), date(2020, 12, 31)).tolist()
    kinds = [getattr(bars, name).dtype for name in COLUMNS]
    assert kinds == ["datetime64[D]", "int32", "int32", "int32", "int32", "int64"]
    assert {len(getattr(bars, name)) for name in COLUMNS} == {len(bars)}


def test_nobody_can_change_the_history_of_others():
    bars = get_provider().daily("INFY", date(2020, 1, 1), date(2020, 12, 31))
    for name in COLUMNS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(bars, name)[0] = getattr(bars, name)[1]


@given(symbol=st.sampled_from(SYMBOLS), ends=st.tuples(st.dates(START, END), st.dates(START, END)))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_any_range_is_a_cut_of_the_whole(symbol, ends):
    start, end = sorted(ends)
    whole = get_provider().daily(symbol, START, END)
    inside = (whole.date >= np.datetime64(start)) & (whole.date <= np.datetime64(end))
    part = get_provider().daily(symbol, start, end)
    for name in COLUMNS:
        assert getattr(part, name).tobytes() == getattr(whole, name)[inside].tobytes()


PROGRAM = """
import datetime, sys
from marketdata import get_provider
for symbol in sys.argv[3:]:
    bars = get_provider().daily(symbol, *(datetime.date.fromisoformat(day) for day in sys.argv[1:3]))
    for i in range(len(bars)):
        print(bars.date[i], bars.open[i], bars.high[i], bars.low[i], bars.close[i], bars.volume[i], sep=",")
"""


def run_elsewhere(root: Path, start: str, end: str, symbols: list[str], hash_seed: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, start, end, *symbols],
        env={**os.environ, "PYTHONPATH": str(root), "PYTHONHASHSEED": hash_seed},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


def test_a_fresh_process_with_another_hash_seed_and_order_gives_the_same_bars():
    root = Path(marketdata.__file__).parents[1]
    symbols = ["NIFTYPHARMA", "WIPRO", "BANKNIFTY", "ADANIENT"]
    here = [
        line for symbol in symbols for line in lines(get_provider().daily(symbol, date(2024, 3, 1), date(2024, 3, 31)))
    ]
    assert run_elsewhere(root, "2024-03-01", "2024-03-31", symbols, "4242") == here


def test_one_more_holiday_takes_away_a_bar_and_moves_no_other(tmp_path):
    shutil.copytree(Path(marketdata.__file__).parent, tmp_path / "marketdata")
    with (tmp_path / "marketdata" / "data" / "holidays.csv").open("a") as table:
        table.write("2024-03-13,An unplanned closure,nse\n")
    here = lines(get_provider().daily("NIFTYIT", date(2024, 3, 1), date(2024, 3, 31)))
    there = run_elsewhere(tmp_path, "2024-03-01", "2024-03-31", ["NIFTYIT"], "0")
    assert there == [line for line in here if not line.startswith("2024-03-13")]
    assert len(there) == len(here) - 1


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_bar_is_sound(symbol):
    bars = get_provider().daily(symbol, START, END)
    assert np.all(bars.low <= np.minimum(bars.open, bars.close))
    assert np.all(bars.high >= np.maximum(bars.open, bars.close))
    for column in (bars.open, bars.high, bars.low, bars.close):
        assert np.all(column % 5 == 0)
        assert column.min() >= 500
    assert bars.volume.min() >= 1
    assert np.abs(np.diff(bars.close.astype(np.int64)) / bars.close[:-1]).max() < 0.20


@pytest.mark.parametrize("symbol", list(universe.indices()))
def test_an_index_is_the_weighted_sum_of_its_constituents_returns_at_open_and_close(symbol):
    whole = get_provider().daily(symbol, START, END)
    for name in ("open", "close"):
        expected, rounding = np.zeros(len(whole) - 1), np.zeros(len(whole) - 1)
        for member, weight in (*universe.indices()[symbol].weights, (symbol, 0.0)):
            price = getattr(get_provider().daily(member, START, END), name).astype(np.float64)
            expected += weight * np.diff(np.log(price))
            share = weight or 1.0
            rounding += share * (2.5 / price[1:] + 2.5 / price[:-1])  # half a tick at either end
        actual = np.diff(np.log(getattr(whole, name).astype(np.float64)))
        assert np.all(np.abs(actual - expected) <= 1.01 * rounding)
        assert rounding.max() < 0.01


def test_the_volume_of_an_index_is_its_constituents_shares():
    span = date(2022, 5, 2), date(2022, 5, 31)
    members = [get_provider().daily(symbol, *span).volume for symbol, _ in universe.indices()["NIFTYIT"].weights]
    assert get_provider().daily("NIFTYIT", *span).volume.tolist() == np.sum(members, axis=0).tolist()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("2026-01-02T09:14:59", "2026-01-01"),
        ("2026-01-02T09:15:00", "2026-01-01"),
        ("2026-01-02T15:29:59", "2026-01-01"),
        ("2026-01-02T15:30:00", "2026-01-02"),
        ("2026-01-04T12:00:00", "2026-01-02"),  # Sunday
        ("2026-01-26T23:00:00", "2026-01-23"),  # holiday after a weekend
    ],
)
def test_only_final_bars_are_visible(now, expected):
    assert last_day(ist(now)) == expected


def test_visibility_is_decided_in_ist():
    assert last_day(datetime(2026, 1, 2, 9, 59, 59, tzinfo=UTC)) == "2026-01-01"
    assert last_day(datetime(2026, 1, 2, 10, 0, tzinfo=UTC)) == "2026-01-02"
    assert last_day(datetime(2026, 1, 2, 20, 0, tzinfo=UTC)) == "2026-01-02"  # 01:30 of the next day in IST


def test_a_bar_once_visible_never_changes():
    span = date(2026, 1, 1), date(2026, 1, 31)
    seen = lines(get_provider().daily("TCS", *span, now=ist("2026-01-15T16:00:00")))
    assert seen == lines(get_provider().daily("TCS", *span))[: len(seen)]
    assert len(seen) == 10


def test_the_future_is_empty_not_an_error():
    bars = get_provider().daily("TCS", date(2026, 6, 1), date(2026, 6, 30), now=ist("2026-01-02T12:00:00"))
    assert [len(getattr(bars, name)) for name in COLUMNS] == [0] * 6


def test_a_naive_now_is_refused():
    with pytest.raises(ValueError, match="aware"):
        last_day(datetime(2026, 1, 2, 16, 0))  # noqa: DTZ001


def test_a_range_of_closed_days_is_empty():
    assert len(get_provider().daily("TCS", date(2026, 1, 24), date(2026, 1, 26))) == 0


@pytest.mark.parametrize("symbol", ["", "reliance", "RELIANCE.NS", "NIFTY 50"])
def test_an_unknown_symbol_is_refused(symbol):
    with pytest.raises(SymbolNotFound) as refused:
        get_provider().daily(symbol, date(2026, 1, 1), date(2026, 1, 2))
    assert (refused.value.code, refused.value.symbol) == ("SYMBOL_NOT_FOUND", symbol)


@pytest.mark.parametrize(
    ("start", "end"),
    [(date(2026, 1, 2), date(2026, 1, 1)), (date(2004, 12, 31), date(2005, 1, 31))],
)
def test_an_impossible_range_is_refused(start, end):
    with pytest.raises(InvalidDateRange) as refused:
        get_provider().daily("TCS", start, end)
    assert refused.value.code == "INVALID_DATE_RANGE"
