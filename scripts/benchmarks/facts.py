"""Stylised facts of prices, measured the same way on synthetic bars and on real ones.

After R. Cont, "Empirical properties of asset returns" (2001). Pure functions of columns. What does not belong here:
where the bars come from, and what values are acceptable.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SESSIONS_A_YEAR = 247
_HALF_HOUR = 6  # bars
_MIDDAY = slice(27, 51)  # 11:30 to 13:30
_SPAN = 16  # bars of the variance ratio


def acf(values: Floats, lag: int) -> float:
    """Autocorrelation at a lag."""
    centred = values - values.mean()
    return float((centred[lag:] * centred[:-lag]).sum() / (centred * centred).sum())


def kurtosis(values: Floats) -> float:
    """Fourth standardised moment; 3 for a normal."""
    return float((((values - values.mean()) / values.std()) ** 4).mean())


def correlation(left: Floats, right: Floats) -> float:
    """Pearson's correlation."""
    return float(np.corrcoef(left, right)[0, 1])


def of_daily(columns: Mapping[str, NDArray[np.generic]]) -> dict[str, float]:
    """Facts of one instrument's daily bars: columns open, high, low, close and volume of one length."""
    logs = {name: np.log(columns[name].astype(np.float64)) for name in ("open", "high", "low", "close")}
    move = np.diff(logs["close"])
    night, day = logs["open"][1:] - logs["close"][:-1], (logs["close"] - logs["open"])[1:]
    spread, volume = (logs["high"] - logs["low"])[1:], columns["volume"][1:].astype(np.float64)
    size, months = np.abs(move), move[: len(move) // 20 * 20].reshape(-1, 20).sum(axis=1)
    return {
        "annual volatility": float(move.std() * np.sqrt(SESSIONS_A_YEAR)),
        "kurtosis": kurtosis(move),
        "kurtosis of 20 days": kurtosis(months),
        "skew": float((((move - move.mean()) / move.std()) ** 3).mean()),
        "acf 1": acf(move, 1),
        "largest acf": max(abs(acf(move, lag)) for lag in range(1, 21)) - 3.3 / np.sqrt(len(move)),
        **{f"acf of size {lag}": acf(size, lag) for lag in (1, 5, 20)},
        "leverage": float(np.mean([correlation(move[:-lag], move[lag:] ** 2) for lag in range(1, 11)])),
        "overnight share": float(night.var() / (night.var() + day.var())),
        "parkinson": float((spread**2).mean() / (4 * np.log(2)) / (day**2).mean()),
        "volume and size": correlation(size, volume) if volume.any() else float("nan"),
        "gap and day": correlation(night, day),
        "volume and next move": correlation(volume[:-1], move[1:]) if volume.any() else float("nan"),
    }


def of_market(moves: Floats, index: Floats) -> dict[str, float]:
    """Facts of many stocks: ``moves`` of shape (stocks, days), and those of their index."""
    table = np.asarray(np.corrcoef(moves))
    pairs = table[np.triu_indices(len(moves), 1)]
    return {
        "stock and index": float(np.median([correlation(move, index) for move in moves])),
        "pairs of stocks": float(np.median(pairs)),
    }


def of_intraday(columns: Mapping[str, NDArray[np.generic]]) -> dict[str, float]:
    """Facts of 5-minute bars: columns of shape (days, bars); an index without volume gives nan for volume."""
    logs = {name: np.log(columns[name].astype(np.float64)) for name in ("open", "high", "low", "close")}
    inside, moves = logs["close"] - logs["open"], np.diff(logs["close"], axis=1)
    even: Floats = moves / moves.std(axis=0, keepdims=True)
    even = even / even.std(axis=1, keepdims=True)
    rows = even.shape[1] // _SPAN * _SPAN
    sums = even[:, :rows].reshape(len(even), -1, _SPAN).sum(axis=2)
    spread = (logs["high"] - logs["low"])[:, 1:]
    return {
        "5 min: first bar": float(inside[:, 0].std() / inside[:, _MIDDAY].std()),
        "5 min: kurtosis": kurtosis(even.ravel()),
        "5 min: acf 1": float((even[:, 1:] * even[:, :-1]).mean() / (even * even).mean()),
        "5 min: variance ratio": float((sums * sums).mean() / (_SPAN * (even * even).mean())),
        "5 min: range": float((spread**2).mean() / (4 * np.log(2)) / (moves**2).mean()),
        **_of_volume(columns["volume"].astype(np.float64)),
        **_of_prediction(logs["open"][:, :1], logs["close"]),
    }


def _of_volume(volume: Floats) -> dict[str, float]:
    total = volume.sum()
    if not total:
        return dict.fromkeys(("5 min: U of volume", "5 min: first half hour", "5 min: last half hour"), float("nan"))
    first, last = volume[:, :_HALF_HOUR], volume[:, -_HALF_HOUR:]
    edges = (first.mean() + last.mean()) / 2
    return {
        "5 min: U of volume": float(edges / volume[:, _MIDDAY].mean()),
        "5 min: first half hour": float(first.sum() / total),
        "5 min: last half hour": float(last.sum() / total),
    }


def _of_prediction(opens: Floats, closes: Floats) -> dict[str, float]:
    """What the beginning of a day says about its rest; a strategy could earn from anything but nothing."""
    morning, rest = closes[:, _HALF_HOUR - 1] - opens[:, 0], closes[:, -1] - closes[:, _HALF_HOUR - 1]
    return {"5 min: first half hour and rest": correlation(morning, rest)}


def medians(each: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The median of every fact over instruments."""
    return {name: float(np.median([facts[name] for facts in each])) for name in each[0]}
