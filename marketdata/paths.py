"""Daily prices of every stock and index over all calendar days since 2005-01-01.

Indexed by calendar day, never by trading day: a holiday more or less moves no price. A stock is beta x market +
sector + own part around a slow trend, and stands at its base price on the anchor day; an index is the weighted sum
of its constituents' log prices, at the open and at the close. What does not belong here: which days are visible.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from marketdata import factors, rng, sessions, universe
from marketdata.types import Price

ANCHOR_DAY = date(2026, 1, 1)
TICK_PAISE = 5
_ANCHOR_SLOT = (ANCHOR_DAY - sessions.FIRST_DAY).days
_TREND = math.log(1.10) / 365.25  # a day
_PULL_PHI = 0.5 ** (1 / (5 * 365.25))  # half of the distance from the trend is gone after five years
# Both moves of a day at their limits stay inside 20 % of the previous close.
_NIGHT_LIMIT = 0.11
_DAY_LIMIT = 0.07
_VOLUME_SD = 0.40
_VOLUME_RANGE_POWER = 0.8
_MEAN_RANGE = 1.6  # mean range of a Brownian day in standard deviations, 2 * sqrt(2 / pi)


@dataclass(frozen=True, slots=True)
class Path:
    """One value per calendar day, closed days included; prices in paise on the tick, all arrays read-only.

    The logs are the prices before rounding; ``day_variance`` is that of the move from open to close.
    """

    log_open: rng.Floats
    log_close: rng.Floats
    day_variance: rng.Floats
    open: Price
    high: Price
    low: Price
    close: Price
    volume: NDArray[np.int64]


@cache
def stock(symbol: str) -> Path:
    """The path of a stock of the universe."""
    listed = universe.stocks()[symbol]
    parts = ((listed.beta, factors.market()), (1.0, factors.sector(listed.factor)), (1.0, factors.own(symbol)))
    night, day, variance = (np.zeros(factors.SLOTS) for _ in range(3))
    for load, factor in parts:
        night += load * factor.night
        day += load * factor.day
        variance += load * load * factor.day_variance
    night = np.clip(night, -_NIGHT_LIMIT, _NIGHT_LIMIT)
    day = np.clip(day, -_DAY_LIMIT, _DAY_LIMIT)
    distance = rng.ar1(_PULL_PHI, night + day)
    trend = (np.arange(factors.SLOTS) - _ANCHOR_SLOT) * _TREND
    log_close = math.log(listed.base_paise) + trend + (distance - distance[_ANCHOR_SLOT])
    log_open = log_close - day
    prices = _prices(f"stock/{symbol}", log_open, log_close, variance)
    typical = _MEAN_RANGE * math.sqrt(_typical_day_variance(listed))
    volume = _volume(symbol, listed.base_volume, np.log(prices[1] / prices[2]) / typical)
    return _sealed(Path(log_open, log_close, variance, *prices, volume))


@cache
def index(symbol: str) -> Path:
    """The path of an index; its volume is the number of its constituents' shares.

    Assumption: weights are constant and apply to log returns, so that the sum holds over any span of days. The
    range comes from the index's own variance until intraday bars give the constituents' joint extremes.
    """
    listed = universe.indices()[symbol]
    log_open, log_close = (np.full(factors.SLOTS, math.log(listed.base_paise)) for _ in range(2))
    volume = np.zeros(factors.SLOTS, dtype=np.int64)
    for member, weight in listed.weights:
        path, base = stock(member), math.log(universe.stocks()[member].base_paise)
        log_open += weight * (path.log_open - base)
        log_close += weight * (path.log_close - base)
        volume += path.volume
    variance = _index_variance(listed)
    prices = _prices(f"index/{symbol}", log_open, log_close, variance)
    return _sealed(Path(log_open, log_close, variance, *prices, volume))


def _index_variance(listed: universe.Index) -> rng.Floats:
    """Variance of an index from open to close: shared factors add up before squaring, own parts after."""
    market_load = 0.0
    sector_loads: dict[str, float] = {}
    variance = np.zeros(factors.SLOTS)
    for member, weight in listed.weights:
        constituent = universe.stocks()[member]
        market_load += weight * constituent.beta
        sector_loads[constituent.factor] = sector_loads.get(constituent.factor, 0.0) + weight
        variance += weight * weight * factors.own(member).day_variance
    variance += market_load * market_load * factors.market().day_variance
    for name, load in sector_loads.items():
        variance += load * load * factors.sector(name).day_variance
    return variance


def _prices(
    name: str, log_open: rng.Floats, log_close: rng.Floats, variance: rng.Floats
) -> tuple[Price, Price, Price, Price]:
    """Open, high, low and close on the tick.

    High and low are drawn from the exact distributions of the maximum and the minimum of a Brownian bridge from
    open to close: (x + sqrt(x^2 + 2 s^2 E)) / 2 with E exponential.

    Assumption: given open and close, the two are independent.
    """
    above, below = rng.uniforms(name, "range", factors.SLOTS)
    move = log_close - log_open
    high = log_open + 0.5 * (move + np.sqrt(move * move - 2 * variance * np.log(above)))
    low = log_open + 0.5 * (move - np.sqrt(move * move - 2 * variance * np.log(below)))
    opens, closes = _on_tick(log_open), _on_tick(log_close)
    highs = np.maximum(_on_tick(high), np.maximum(opens, closes))
    lows = np.minimum(_on_tick(low), np.minimum(opens, closes))
    return opens, highs, lows, closes


def _on_tick(log_price: rng.Floats) -> Price:
    """Log prices in paise as whole paise on the nearest tick, at least one tick."""
    ticks = np.floor(np.exp(log_price) / TICK_PAISE + 0.5)
    return (np.maximum(ticks, 1.0) * TICK_PAISE).astype(np.int32)


def _typical_day_variance(listed: universe.Stock) -> float:
    """Long-run variance of a stock from open to close on a weekday."""
    return (
        listed.beta**2 * factors.MARKET_VOL**2 * (1 - factors.MARKET.overnight_share)
        + factors.SECTOR_VOL[listed.factor] ** 2 * (1 - factors.SECTOR.overnight_share)
        + listed.own_vol**2 * (1 - factors.OWN.overnight_share)
    )


def _volume(symbol: str, typical: int, relative_range: rng.Floats) -> NDArray[np.int64]:
    """Shares traded: a typical day, more on days of wide range, and lognormal noise; at least one."""
    noise, _ = rng.normals(f"stock/{symbol}", "volume", factors.SLOTS)
    shares = typical * relative_range**_VOLUME_RANGE_POWER * np.exp(_VOLUME_SD * noise - 0.5 * _VOLUME_SD**2)
    return np.maximum(np.floor(shares + 0.5), 1.0).astype(np.int64)


def _sealed(path: Path) -> Path:
    """The same path with every array read-only: one caller's change must not become everybody's history."""
    for column in (getattr(path, name) for name in Path.__slots__):
        column.flags.writeable = False
    return path
