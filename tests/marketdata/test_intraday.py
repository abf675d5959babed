"""5-minute bars of the synthetic market: fixed for a version, sound, the same for any range, summing to their day."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import marketdata
from marketdata import factors, get_provider, intraday, paths, profiles, rng, sessions, universe, walks
from marketdata.errors import InvalidDateRange, SymbolNotFound
from marketdata.types import IntradayBars

PRICES = ("open", "high", "low", "close")
COLUMNS = ("date", *PRICES, "volume", "counts")
SYMBOLS = [*universe.stocks(), *universe.indices()]
YEAR = date(2025, 1, 1), date(2025, 12, 31)
ROOT = Path(marketdata.__file__).parents[1]

# Changing one of these changes the history of every installation: raise the provider's version with it.
GOLDEN = {
    "RELIANCE": "b9cfb6bd0cd20e151264f6d49bdc01f9e02de6da0fc5344fc93a68c68a31e7a0",
    "M&M": "b5c4611dddbe36f9698d38332f72af4d647a2fccc7dfbfa7afea1bf65e339c87",
    "ETERNAL": "37a4939d2c7a4b9f96a4fbf35f27efd453f955d5caa4a3a61cfb3dd2bea4ceed",
    "NIFTY50": "05b4fcab4fccb72994000bb04218049afdfb1423239c80b490f94fadc8401c7d",
    "NIFTYMETAL": "3d3c24045ddbd66737f16e251975d1e9319705e8bdb7e8bdf5362961e1829982",
}
AS_IT_STANDS = ([126560, 127045, 126095, 126510, 334076], [125295, 125345, 125020, 125120, 376116])


def digest(bars: IntradayBars) -> str:
    columns = np.stack([getattr(bars, name).astype("<i8") for name in (*PRICES, "volume")])
    return hashlib.sha256(columns.tobytes()).hexdigest()


@pytest.mark.parametrize("symbol", GOLDEN)
def test_ten_days_of_a_version_never_change(symbol):
    bars = get_provider().intraday(symbol, date(2019, 12, 26), date(2020, 1, 8))
    assert len(bars) == 10
    assert digest(bars) == GOLDEN[symbol]


def test_a_day_as_it_stands():
    bars = get_provider().intraday("RELIANCE", date(2025, 1, 1), date(2025, 1, 1))
    first, last = ([int(getattr(bars, name)[0, bar]) for name in (*PRICES, "volume")] for bar in (0, 74))
    assert (first, last) == AS_IT_STANDS


@pytest.mark.parametrize("symbol", ["RELIANCE", "M&M", "NIFTY50", "NIFTYMETAL"])
def test_the_daily_bar_is_made_of_the_days_bars(symbol):
    bars, daily = get_provider().intraday(symbol, *YEAR), get_provider().daily(symbol, *YEAR)
    assert bars.date.tolist() == daily.date.tolist()
    assert bars.open[:, 0].tolist() == daily.open.tolist()
    assert bars.high.max(axis=1).tolist() == daily.high.tolist()
    assert bars.low.min(axis=1).tolist() == daily.low.tolist()
    assert bars.close[:, -1].tolist() == daily.close.tolist()
    assert bars.volume.sum(axis=1).tolist() == daily.volume.tolist()


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_bar_is_sound(symbol):
    bars = get_provider().intraday(symbol, *YEAR)
    assert np.all(bars.low <= np.minimum(bars.open, bars.close))
    assert np.all(bars.high >= np.maximum(bars.open, bars.close))
    assert all(np.all(getattr(bars, name) % 5 == 0) for name in PRICES)
    assert bars.volume.min() >= 1
    assert bars.counts.tolist() == [75] * len(bars)
    assert not bars.forming


@pytest.mark.parametrize("symbol", list(universe.indices()))
def test_an_index_is_the_weighted_sum_of_its_constituents_at_every_bar(symbol):
    span = date(2025, 3, 3), date(2025, 3, 28)
    whole, index = get_provider().intraday(symbol, *span), universe.indices()[symbol]
    for name in ("open", "close"):
        level = getattr(whole, name).astype(np.float64)
        difference = np.log(level / index.base_paise)
        rounding = 2.5 / level  # half a tick
        for member, weight in index.weights:
            price = getattr(get_provider().intraday(member, *span), name).astype(np.float64)
            difference -= weight * np.log(price / universe.stocks()[member].base_paise)
            rounding += weight * 2.5 / price
        assert np.all(np.abs(difference) <= 1.01 * rounding)
        assert rounding.max() < 0.002


@given(symbol=st.sampled_from(SYMBOLS), ends=st.tuples(st.dates(*YEAR), st.dates(*YEAR)))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_any_range_is_a_cut_of_the_whole(symbol, ends):
    start, end = sorted(ends)
    whole, part = get_provider().intraday(symbol, *YEAR), get_provider().intraday(symbol, start, end)
    inside = (whole.date >= np.datetime64(start)) & (whole.date <= np.datetime64(end))
    for name in COLUMNS:
        assert getattr(part, name).tobytes() == getattr(whole, name)[inside].tobytes()


@pytest.mark.parametrize("rows", [1, 7, 100, 1000])
@pytest.mark.parametrize("symbol", ["ICICIBANK", "BANKNIFTY"])
def test_any_block_size_gives_the_same_bars(symbol, rows, monkeypatch):
    span = date(2024, 3, 1), date(2024, 4, 30)
    expected = digest(get_provider().intraday(symbol, *span))
    monkeypatch.setattr(walks, "BLOCK_ROWS", rows)
    assert digest(get_provider().intraday(symbol, *span)) == expected


PROGRAM = """
import datetime, hashlib, sys
import numpy as np
from marketdata import get_provider
for symbol in sys.argv[1:]:
    bars = get_provider().intraday(symbol, datetime.date(2024, 3, 1), datetime.date(2024, 3, 31))
    columns = [getattr(bars, name).astype("<i8") for name in ("open", "high", "low", "close", "volume")]
    for day in range(len(bars)):
        print(bars.date[day], hashlib.sha256(np.stack([column[day] for column in columns]).tobytes()).hexdigest())
"""
MARCH = date(2024, 3, 1), date(2024, 3, 31)


def run_elsewhere(root: Path, symbols: list[str], **environ: str) -> list[str]:
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *symbols],
        env={**os.environ, "PYTHONPATH": str(root), **environ},
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()


def by_day(symbol: str) -> list[str]:
    bars = get_provider().intraday(symbol, *MARCH)
    columns = [getattr(bars, name).astype("<i8") for name in (*PRICES, "volume")]
    each = [np.stack([column[day] for column in columns]).tobytes() for day in range(len(bars))]
    return [f"{day} {hashlib.sha256(raw).hexdigest()}" for day, raw in zip(bars.date, each, strict=True)]


def test_a_fresh_process_with_another_hash_seed_and_order_gives_the_same_bars():
    symbols = ["NIFTYPHARMA", "WIPRO", "BANKNIFTY", "ADANIENT"]
    expected = [line for symbol in symbols for line in by_day(symbol)]
    assert run_elsewhere(ROOT, symbols, PYTHONHASHSEED="4242") == expected


def test_a_processor_without_wide_instructions_gives_the_same_bars():
    disabled = "X86_V4 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL AVX512_ICL AVX512_SPR X86_V3 AVX2 FMA3 F16C"
    found = run_elsewhere(ROOT, ["NIFTYIT", "TCS"], NPY_DISABLE_CPU_FEATURES=disabled)
    assert found == [*by_day("NIFTYIT"), *by_day("TCS")]


def test_one_more_holiday_takes_away_a_day_and_moves_no_other(tmp_path):
    shutil.copytree(ROOT / "marketdata", tmp_path / "marketdata")
    with (tmp_path / "marketdata" / "data" / "holidays.csv").open("a") as table:
        table.write("2024-03-13,An unplanned closure,nse\n")
    there = run_elsewhere(tmp_path, ["NIFTYIT"])
    assert there == [line for line in by_day("NIFTYIT") if not line.startswith("2024-03-13")]
    assert len(there) == len(by_day("NIFTYIT")) - 1


def test_a_longer_horizon_changes_nothing(monkeypatch):
    day = sessions.sessions(date(2024, 3, 13), date(2024, 3, 13))
    expected = digest(intraday.bars("TCS", day))
    caches = (factors.market, factors.sector, factors.slot_variance, paths.stock, walks._market, walks._sector)
    monkeypatch.setattr(factors, "SLOTS", factors.SLOTS - 2000)
    try:
        for cached in caches:
            cached.cache_clear()
        factors._market_log_vol.cache_clear()
        assert len(paths.stock("TCS").close) == factors.SLOTS
        assert digest(intraday.bars("TCS", day)) == expected
    finally:
        monkeypatch.undo()
        for cached in (*caches, factors._market_log_vol):
            cached.cache_clear()


def test_nobody_can_change_the_history_of_others():
    bars = get_provider().intraday("INFY", date(2025, 1, 1), date(2025, 1, 3))
    for name in COLUMNS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(bars, name)[0] = getattr(bars, name)[1]


def test_closed_days_have_no_bars_and_are_no_error():
    bars = get_provider().intraday("TCS", date(2026, 1, 24), date(2026, 1, 26))
    assert [getattr(bars, name).shape for name in COLUMNS] == [(0,), *[(0, 75)] * 5, (0,)]


@pytest.mark.parametrize("symbol", ["", "reliance", "NIFTY 50"])
def test_an_unknown_symbol_is_refused_even_for_closed_days(symbol):
    with pytest.raises(SymbolNotFound):
        get_provider().intraday(symbol, date(2026, 1, 24), date(2026, 1, 26))


def test_an_impossible_range_is_refused():
    with pytest.raises(InvalidDateRange):
        get_provider().intraday("TCS", date(2026, 1, 2), date(2026, 1, 1))
    with pytest.raises(InvalidDateRange):
        get_provider().intraday("TCS", date(2004, 12, 31), date(2005, 1, 3))


def test_the_variance_clock_runs_from_nothing_to_all_and_fastest_at_both_ends():
    clock = profiles.variance_clock()
    steps = np.diff(clock)
    assert (clock[0], clock[-1], len(clock)) == (0.0, 1.0, 76)
    assert steps.argmax() == 0
    assert steps[-6:].min() > 2 * steps[27:51].max()


def test_a_walk_ends_at_the_days_move_and_its_bars_share_the_days_variance():
    days = sessions.sessions(date(2025, 1, 1), date(2025, 6, 30))
    slots, path = sessions.slots(days), paths.stock("SBIN")
    walk = walks.walk("SBIN", days)
    assert walk.close[:, -1].tolist() == path.day[slots].tolist()
    np.testing.assert_allclose(walk.variance.sum(axis=1), np.minimum(path.day_variance[slots], 0.05**2), rtol=1e-5)


def test_a_day_without_noise_moves_on_its_own_clock():
    # Variances 1, 9, 4 and 2 of 16: on any other clock a busy morning would say something about the afternoon.
    scale = np.sqrt(np.array([[[1, 9, 4, 2]]], dtype=np.float32))
    closes, variance = walks._bridge(
        np.zeros((1, 1, 4), dtype=np.float32), scale, day=np.array([[[0.016]]]), variance=np.array([[[0.0004]]])
    )
    np.testing.assert_allclose(closes[0, 0], [0.001, 0.010, 0.014, 0.016], rtol=1e-6)
    np.testing.assert_allclose(variance[0, 0], np.array([1, 9, 4, 2]) * 0.0004 / 16, rtol=1e-6)


def test_keys_of_symbols_do_not_collide():
    names = [*SYMBOLS, "market", *(f"sector/{name}" for name in factors.SECTOR_VOL)]
    assert len({int(rng.key(name, "walk")) for name in names}) == len(names)


def test_now_shows_finished_days_and_the_bars_that_have_begun():
    now = datetime(2026, 1, 2, 9, 22, 0, tzinfo=sessions.IST)
    bars = get_provider().intraday("TCS", date(2026, 1, 1), date(2026, 1, 31), now=now)
    whole = get_provider().intraday("TCS", date(2026, 1, 1), date(2026, 1, 2))
    assert (bars.date.tolist(), bars.counts.tolist(), bars.forming) == (whole.date.tolist(), [75, 2], True)
    assert [getattr(bars, name)[1, 0] for name in PRICES] == [getattr(whole, name)[1, 0] for name in PRICES]
    assert bars.open[1, 1] == whole.open[1, 1]
    assert not any(getattr(bars, name)[1, 2:].any() for name in (*PRICES, "volume"))


@pytest.mark.parametrize(
    ("now", "days", "forming"),
    [("2026-01-02T09:14:59", 1, False), ("2026-01-02T15:30:00", 2, False), ("2026-01-04T12:00:00", 2, False)],
)
def test_outside_the_session_every_visible_bar_is_final(now, days, forming):
    moment = datetime.fromisoformat(now).replace(tzinfo=sessions.IST)
    bars = get_provider().intraday("TCS", date(2026, 1, 1), date(2026, 1, 31), now=moment)
    assert (len(bars), bars.forming, set(bars.counts.tolist())) == (days, forming, {75})
