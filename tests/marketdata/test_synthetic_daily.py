"""Daily bars of the synthetic market: fixed for a version, sound, visible when their session has begun."""

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

COLUMNS = ("date", "open", "high", "low", "close", "volume", "final")
SYMBOLS = [*universe.stocks(), *universe.indices()]
START, END = date(2005, 1, 1), date(2035, 12, 31)

# Changing one of these changes the history of every installation: raise the provider's version with it.
GOLDEN = {
    "RELIANCE": "32ca3dba5e13eca30091c9236fa56870590259ce372efa2d9514387733464e50",
    "M&M": "41da0a55790f802386198daf90380254586a3082fb9848ec3ed39086664215f0",
    "ETERNAL": "21d155147c152fc21c874fe65fc955b3e3198a209640a94cf3b006208efb6ac0",
    "NIFTY50": "5c3ae193350a7e8ab77a1f07d4290d2ccf32a885651b6f31ef65afa82767841f",
    "NIFTYMETAL": "899f83318f706ac102b778abb22702ebf1fc2cdb580095bc4f84f3f2b60c4fe1",
}


def lines(bars: DailyBars) -> list[str]:
    columns = [np.datetime_as_string(bars.date).tolist()]
    columns += [getattr(bars, name).tolist() for name in COLUMNS[1:-1]]
    return [",".join(map(str, row)) for row in zip(*columns, strict=True)]


def digest(bars: DailyBars) -> str:
    return hashlib.sha256("\n".join(lines(bars)).encode()).hexdigest()


def ist(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=sessions.IST)


def last_day(now: datetime) -> str:
    return str(get_provider().daily("SBIN", date(2025, 12, 1), date(2026, 1, 31), now=now).date[-1])


def test_the_version_names_the_data():
    assert (get_provider().name, get_provider().version) == ("synthetic", "synthetic-1")


@pytest.mark.parametrize("symbol", GOLDEN)
def test_ten_bars_of_a_version_never_change(symbol):
    bars = get_provider().daily(symbol, date(2019, 12, 26), date(2020, 1, 8))
    assert len(bars) == 10
    assert digest(bars) == GOLDEN[symbol]


def test_a_bar_as_it_stands():
    assert lines(get_provider().daily("RELIANCE", date(2025, 1, 1), date(2025, 1, 2))) == [
        "2025-01-01,126560,127045,124440,125120,9385072",
        "2025-01-02,125580,127530,125110,125340,7982197",
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
    assert kinds == ["datetime64[D]", "int32", "int32", "int32", "int32", "int64", "bool"]
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
    before = bars.close[:-1]
    assert np.all((bars.high[1:] < 1.25 * before) & (bars.low[1:] > 0.75 * before))


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
    ("now", "expected", "final"),
    [
        ("2026-01-02T09:14:59", "2026-01-01", True),
        ("2026-01-02T09:15:00", "2026-01-02", False),
        ("2026-01-02T15:29:59", "2026-01-02", False),
        ("2026-01-02T15:30:00", "2026-01-02", True),
        ("2026-01-04T12:00:00", "2026-01-02", True),  # Sunday
        ("2026-01-26T12:00:00", "2026-01-23", True),  # holiday after a weekend
    ],
)
def test_the_last_visible_bar_and_whether_it_is_final(now, expected, final):
    bars = get_provider().daily("SBIN", date(2025, 12, 1), date(2026, 1, 31), now=ist(now))
    assert (str(bars.date[-1]), bool(bars.final[-1])) == (expected, final)
    assert bars.final[:-1].all()


def test_visibility_is_decided_in_ist():
    assert last_day(datetime(2026, 1, 2, 3, 44, 59, tzinfo=UTC)) == "2026-01-01"
    assert last_day(datetime(2026, 1, 2, 3, 45, tzinfo=UTC)) == "2026-01-02"
    assert last_day(datetime(2026, 1, 2, 20, 0, tzinfo=UTC)) == "2026-01-02"  # 01:30 of the next day in IST


@pytest.mark.parametrize("symbol", ["SBIN", "NIFTYIT"])
def test_a_running_bar_holds_what_has_traded_and_grows_into_the_final_one(symbol):
    provider, day = get_provider(), date(2026, 1, 2)
    session = provider.intraday(symbol, day, day)
    final = provider.daily(symbol, day, day)
    noon = provider.daily(symbol, day, day, now=ist("2026-01-02T11:59:59"))  # 33 bars, all 60 trades of the last
    done = slice(0, 33)
    assert [column[0] for column in (noon.open, noon.high, noon.low, noon.close, noon.volume)] == [
        session.open[0, 0],
        session.high[0, done].max(),
        session.low[0, done].min(),
        session.close[0, 32],
        session.volume[0, done].sum(),
    ]
    last = provider.daily(symbol, day, day, now=ist("2026-01-02T15:29:59"))
    assert lines(last) == lines(final)
    assert (last.final.tolist(), final.final.tolist()) == ([False], [True])


def test_a_running_day_outside_the_range_is_not_shown():
    now = ist("2026-01-02T12:00:00")
    assert last_day(now) == "2026-01-02"
    bars = get_provider().daily("SBIN", date(2025, 12, 1), date(2026, 1, 1), now=now)
    assert (str(bars.date[-1]), bool(bars.final[-1])) == ("2026-01-01", True)


def test_a_bar_once_visible_never_changes():
    span = date(2026, 1, 1), date(2026, 1, 31)
    seen = lines(get_provider().daily("TCS", *span, now=ist("2026-01-15T16:00:00")))
    assert seen == lines(get_provider().daily("TCS", *span))[: len(seen)]
    assert len(seen) == 10


def test_the_future_is_empty_not_an_error():
    bars = get_provider().daily("TCS", date(2026, 6, 1), date(2026, 6, 30), now=ist("2026-01-02T12:00:00"))
    assert [len(getattr(bars, name)) for name in COLUMNS] == [0] * 7


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
