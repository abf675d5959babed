"""The synthetic market looks like NSE: stylised facts of daily bars, 2010-2025, against bands from real data.

Values are medians over the fifty stocks; facts after R. Cont, "Empirical properties of asset returns" (2001).
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import numpy as np
import pytest
from numpy.typing import NDArray

from marketdata import get_provider, universe

Floats = NDArray[np.float64]
SESSIONS_A_YEAR = 247


def acf(values: Floats, lag: int) -> float:
    centred = values - values.mean()
    return float((centred[lag:] * centred[:-lag]).sum() / (centred * centred).sum())


def kurtosis(values: Floats) -> float:
    return float((((values - values.mean()) / values.std()) ** 4).mean())


def correlation(left: Floats, right: Floats) -> float:
    return float(np.corrcoef(left, right)[0, 1])


@lru_cache(maxsize=64)
def logs(symbol: str) -> dict[str, Floats]:
    bars = get_provider().daily(symbol, date(2010, 1, 1), date(2025, 12, 31))
    columns = {name: np.log(getattr(bars, name).astype(np.float64)) for name in ("open", "high", "low", "close")}
    return {
        "move": np.diff(columns["close"]),
        "night": columns["open"][1:] - columns["close"][:-1],
        "day": (columns["close"] - columns["open"])[1:],
        "range": (columns["high"] - columns["low"])[1:],
        "volume": bars.volume[1:].astype(np.float64),
    }


def facts(symbol: str) -> dict[str, float]:
    data = logs(symbol)
    move, size = data["move"], np.abs(data["move"])
    whole = len(move) // 20 * 20
    return {
        "annual volatility": float(move.std() * np.sqrt(SESSIONS_A_YEAR)),
        "kurtosis": kurtosis(move),
        "kurtosis of 20 days": kurtosis(move[:whole].reshape(-1, 20).sum(axis=1)),
        "skew": float((((move - move.mean()) / move.std()) ** 3).mean()),
        "acf 1": acf(move, 1),
        "acf of size 1": acf(size, 1),
        "acf of size 5": acf(size, 5),
        "acf of size 20": acf(size, 20),
        "leverage": float(np.mean([correlation(move[:-lag], move[lag:] ** 2) for lag in range(1, 11)])),
        "overnight share": float(data["night"].var() / (data["night"].var() + data["day"].var())),
        "parkinson": float((data["range"] ** 2).mean() / (4 * np.log(2)) / (data["day"] ** 2).mean()),
        "volume and size": correlation(size, data["volume"]),
        "gap and day": correlation(data["night"], data["day"]),
        "volume and next move": correlation(data["volume"][:-1], move[1:]),
    }


@lru_cache(maxsize=1)
def medians() -> dict[str, float]:
    every = [facts(symbol) for symbol in universe.stocks()]
    return {name: float(np.median([found[name] for found in every])) for name in every[0]}


@pytest.mark.parametrize(
    ("fact", "low", "high"),
    [
        ("annual volatility", 0.20, 0.40),
        ("kurtosis", 4, 12),
        ("kurtosis of 20 days", 2.5, 8),
        ("skew", -0.8, 0.3),
        ("acf 1", -0.05, 0.05),
        ("acf of size 1", 0.10, 0.35),
        ("acf of size 5", 0.02, 0.28),
        ("acf of size 20", 0.02, 0.20),
        ("leverage", -0.15, -0.005),
        ("overnight share", 0.12, 0.35),
        ("parkinson", 0.9, 1.3),
        ("volume and size", 0.25, 0.65),
        ("gap and day", -0.03, 0.03),
        ("volume and next move", -0.03, 0.03),
    ],
)
def test_the_median_stock_is_inside_the_band_of_real_stocks(fact, low, high):
    assert low <= medians()[fact] <= high


@pytest.mark.parametrize(
    ("fact", "low", "high"),
    [
        ("annual volatility", 0.12, 0.22),
        ("kurtosis", 4.5, 16),
        ("overnight share", 0.25, 0.48),
        ("leverage", -0.15, -0.02),
        ("acf 1", -0.05, 0.05),
        ("parkinson", 0.9, 1.3),
    ],
)
def test_the_nifty_is_inside_the_band_of_the_real_one(fact, low, high):
    assert low <= facts("NIFTY50")[fact] <= high


def test_the_nifty_stands_still_on_no_lag_a_trader_could_use():
    move = logs("NIFTY50")["move"]
    assert max(abs(acf(move, lag)) for lag in range(1, 21)) < 0.03 + 3.3 / np.sqrt(len(move))


def test_stocks_move_with_the_index_and_with_each_other():
    moves = np.array([logs(symbol)["move"] for symbol in universe.stocks()])
    with_index = np.median([correlation(move, logs("NIFTY50")["move"]) for move in moves])
    pairs = np.corrcoef(moves)[np.triu_indices(len(moves), 1)]
    assert 0.35 <= with_index <= 0.75
    assert 0.15 <= np.median(pairs) <= 0.40


def test_stocks_of_one_group_move_together_more_than_strangers():
    it = correlation(logs("TCS")["move"], logs("INFY")["move"])
    assert it > correlation(logs("TCS")["move"], logs("TATASTEEL")["move"]) + 0.1
