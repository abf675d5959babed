"""The rulers themselves: facts of series whose facts are known."""

from __future__ import annotations

import numpy as np
import pytest

from marketdata import black
from scripts.benchmarks import facts, option_facts


def normals(*shape: int) -> np.ndarray:
    return np.random.default_rng([5, *shape]).standard_normal(shape)


def test_moments_and_autocorrelation_by_hand():
    values = np.array([1.0, -1.0, 1.0, -1.0])
    assert facts.kurtosis(values) == 1.0
    assert facts.acf(values, 1) == -0.75
    assert facts.acf(values, 2) == 0.5


def daily(day: np.ndarray, night: np.ndarray, spread: float = 0.0) -> dict[str, np.ndarray]:
    closes = np.cumsum(day + night)
    opens = closes - day
    return {
        "open": np.exp(opens),
        "high": np.exp(np.maximum(opens, closes) + spread),
        "low": np.exp(np.minimum(opens, closes) - spread),
        "close": np.exp(closes),
        "volume": np.abs(day + night) + 1e-9,
    }


def test_facts_of_a_free_walk():
    size = 40_000
    found = facts.of_daily(daily(0.008 * normals(2, size)[0], 0.004 * normals(2, size)[1]))
    assert found["annual volatility"] == pytest.approx(np.sqrt(80e-6 * 247), rel=0.02)
    assert found["overnight share"] == pytest.approx(0.2, abs=0.01)
    assert found["kurtosis"] == pytest.approx(3, abs=0.15)
    assert [found[name] for name in ("acf 1", "acf of size 1", "leverage", "gap and day")] == pytest.approx(
        [0, 0, 0, 0], abs=0.02
    )
    assert found["volume and size"] == pytest.approx(1, abs=1e-6)
    assert found["largest acf"] < 0.01


def test_parkinson_is_one_for_the_range_of_a_walk_and_less_for_its_ends_alone():
    steps = normals(4_000, 400) * 0.01 / 20
    paths = np.cumsum(steps, axis=1)
    columns = daily(paths[:, -1], np.zeros(4_000))
    opens = np.log(columns["open"])
    columns["high"] = np.exp(opens + np.maximum(paths.max(axis=1), 0))
    columns["low"] = np.exp(opens + np.minimum(paths.min(axis=1), 0))
    assert facts.of_daily(columns)["parkinson"] == pytest.approx(0.93, abs=0.05)  # 400 steps miss some of the range


def test_5_minute_facts_of_bars_with_a_known_shape():
    profile = np.where(np.arange(75) == 0, 4.0, 1.0)
    moves = normals(2_000, 75) * profile * 1e-3
    closes = np.cumsum(moves, axis=1)
    opens = closes - moves
    volume = np.ones((2_000, 75))
    volume[:, :6], volume[:, -6:] = 3.0, 2.0
    found = facts.of_intraday(
        {"open": np.exp(opens), "high": np.exp(closes), "low": np.exp(opens), "close": np.exp(closes), "volume": volume}
    )
    assert found["5 min: first bar"] == pytest.approx(4, abs=0.2)
    assert found["5 min: U of volume"] == 2.5
    assert found["5 min: first half hour"] == pytest.approx(18 / 93)
    assert found["5 min: last half hour"] == pytest.approx(12 / 93)
    assert found["5 min: variance ratio"] == pytest.approx(1, abs=0.05)
    assert found["5 min: acf 1"] == pytest.approx(0, abs=0.01)
    assert found["5 min: first half hour and rest"] == pytest.approx(0, abs=0.06)


def test_an_index_without_volume_has_no_facts_of_volume():
    ones = np.exp(np.cumsum(normals(10, 75) * 1e-3, axis=1))
    columns = dict.fromkeys(("open", "high", "low"), ones) | {"close": ones * 1.001, "volume": np.zeros((10, 75))}
    assert np.isnan(facts.of_intraday(columns)["5 min: U of volume"])


def flat_chain(years: float, volatility: float = 0.2) -> option_facts.Chain:
    strikes = np.arange(20_000.0, 30_001.0, 100.0)
    calls = black.call(np.full(101, 25_000.0), strikes, np.full(101, volatility * np.sqrt(years)))
    ones = np.ones(101)
    return option_facts.Chain(strikes, calls, calls - (25_000.0 - strikes), 2 * ones, ones, years)


def test_a_flat_smile_is_flat_and_a_straddle_grows_with_the_root_of_time():
    found = option_facts.of_chain(flat_chain(0.05))
    assert option_facts.forward(flat_chain(0.05)) == pytest.approx(25_000)
    assert [found[f"smile at {place} sd"] for place in ("-2", "-1", "+1", "+2")] == pytest.approx([1] * 4, abs=1e-3)
    assert (found["put/call volume"], found["volume at the money / at 2 sd"]) == (0.5, 1.0)
    term = option_facts.of_term([flat_chain(years) for years in (0.02, 0.04, 0.08)])
    assert term["straddle at the money ~ T^x"] == pytest.approx(0.5, abs=0.005)


def test_a_volatility_index_that_is_the_volatility():
    moves = 0.01 * normals(3_000)
    level = np.full(3_000, 0.01 * np.sqrt(247) * 100) * np.exp(-0.1 * np.cumsum(moves))
    found = option_facts.of_index(level, moves)
    assert found["its moves and the spot's"] == pytest.approx(-1)
    assert found["it over what follows"] == pytest.approx(level.mean() / 15.7, rel=0.1)
