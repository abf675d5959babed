"""Daily open, close and volume of every stock and index over all calendar days since 2005-01-01.

Indexed by calendar day, never by trading day: a holiday more or less moves no price. A stock is beta x market +
sector + own part around a slow trend, and stands at its base price on the anchor day; an index is the weighted sum
of its constituents' log prices, at the open and at the close. What does not belong here: the way from open to close
(``intraday``), and which days are visible.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray

from marketdata import elementary, factors, rng, sessions, universe
from marketdata.elementary import Floats
from marketdata.errors import SymbolNotFound
from marketdata.types import Price

ANCHOR_DAY = date(2026, 1, 1)
TICK_PAISE = 5
_ANCHOR_SLOT = (ANCHOR_DAY - sessions.FIRST_DAY).days
_TREND = math.log(1.10) / 365.25  # a day
_PULL_PHI = 0.5 ** (1 / (5 * 365.25))  # half of the distance from the trend is gone after five years
# Both moves of a day at their limits stay inside 20 % of the previous close.
_NIGHT_LIMIT = 0.11
_DAY_LIMIT = 0.07
_VOLUME_LEVEL = 1.2  # which makes ``base_volume`` the median day
_VOLUME_SD = 0.45
_VOLUME_MOVE_SHARE = 0.4  # of a day's activity that comes from its moves, the rest from its volatility


@dataclass(frozen=True, slots=True)
class Path:
    """One value per calendar day, closed days included; prices in paise on the tick, all arrays read-only.

    ``log_close`` is before rounding, and so is ``open_ticks``, the open in ticks; ``day`` is the log of the move from
    open to close, ``day_variance`` the variance it was drawn with.
    """

    log_close: Floats
    day: Floats
    day_variance: Floats
    open_ticks: Floats
    open: Price
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
    volume = _volume(listed, moves=night * night + day * day, variance=variance)
    return _path(log_close, day=day, variance=variance, volume=volume)


@cache
def index(symbol: str) -> Path:
    """The path of an index; its volume is the number of its constituents' shares.

    Assumption: weights are constant and apply to log returns, so that the sum holds over any span of days.
    """
    listed = universe.indices()[symbol]
    log_close, day = np.full(factors.SLOTS, math.log(listed.base_paise)), np.zeros(factors.SLOTS)
    volume = np.zeros(factors.SLOTS, dtype=np.int64)
    for member, weight in listed.weights:
        path, base = stock(member), math.log(universe.stocks()[member].base_paise)
        log_close += weight * (path.log_close - base)
        day += weight * path.day
        volume += path.volume
    return _path(log_close, day=day, variance=_index_variance(listed), volume=volume)


def path(symbol: str) -> Path:
    """The path behind a symbol, stock or index.

    :raises SymbolNotFound: if there is no such symbol
    """
    if symbol in universe.stocks():
        return stock(symbol)
    if symbol in universe.indices():
        return index(symbol)
    raise SymbolNotFound(symbol)


def shared_variance(listed: universe.Stock, slots: sessions.Slots | slice) -> tuple[Floats, Floats]:
    """The parts of a stock's day variance that come from the market and from its sector."""
    market = listed.beta * listed.beta * factors.market().day_variance[slots]
    return market, factors.sector(listed.factor).day_variance[slots]


@dataclass(frozen=True, slots=True)
class Loads:
    """How much of each factor a symbol moves with: the market, sectors, and stocks' own parts."""

    market: float
    sectors: Mapping[str, float]
    own: Mapping[str, float]


@cache
def loads(symbol: str) -> Loads:
    """The loads of a stock or an index: shared factors add up over constituents, own parts do not.

    :raises SymbolNotFound: if there is no such symbol
    """
    if symbol in universe.stocks():
        listed = universe.stocks()[symbol]
        return Loads(listed.beta, {listed.factor: 1.0}, {symbol: 1.0})
    if symbol not in universe.indices():
        raise SymbolNotFound(symbol)
    market = 0.0
    sectors: dict[str, float] = {}
    weights = universe.indices()[symbol].weights
    for member, weight in weights:
        constituent = universe.stocks()[member]
        market += weight * constituent.beta
        sectors[constituent.factor] = sectors.get(constituent.factor, 0.0) + weight
    return Loads(market, sectors, dict(weights))


def _index_variance(listed: universe.Index) -> Floats:
    """Variance of an index from open to close."""
    parts = loads(listed.symbol)
    variance = parts.market * parts.market * factors.market().day_variance
    for name, load in parts.sectors.items():
        variance += load * load * factors.sector(name).day_variance
    for member, weight in parts.own.items():
        market, sector = shared_variance(universe.stocks()[member], slice(None))
        variance += weight * weight * (stock(member).day_variance - market - sector)
    return variance


def _path(log_close: Floats, *, day: Floats, variance: Floats, volume: NDArray[np.int64]) -> Path:
    """The path with its prices, read-only: one caller's change must not become everybody's history."""
    open_ticks = elementary.exp(log_close - day) / TICK_PAISE
    close_ticks = elementary.exp(log_close) / TICK_PAISE
    made = Path(log_close, day, variance, open_ticks, _on_tick(open_ticks), _on_tick(close_ticks), volume)
    for column in (getattr(made, name) for name in Path.__slots__):
        column.flags.writeable = False
    return made


def _on_tick(ticks: Floats) -> Price:
    """Prices in ticks as whole paise on the nearest tick, at least one tick."""
    return (np.maximum(np.floor(ticks + 0.5), 1.0) * TICK_PAISE).astype(np.int32)


def _typical_variance(listed: universe.Stock) -> float:
    """Long-run variance of a stock's weekday, night included, jumps left out."""
    return listed.beta**2 * factors.MARKET_VOL**2 + factors.SECTOR_VOL[listed.factor] ** 2 + listed.own_vol**2


def _volume(listed: universe.Stock, *, moves: Floats, variance: Floats) -> NDArray[np.int64]:
    """Shares traded: a typical day, more on volatile days and on those of large moves, and lognormal noise.

    ``moves`` is the sum of the squares of the day's two moves. At least one share.
    """
    noise, _ = rng.normals(f"stock/{listed.symbol}", "volume", factors.SLOTS)
    activity = _VOLUME_MOVE_SHARE * moves + (1 - _VOLUME_MOVE_SHARE) * variance
    shares = np.sqrt(activity / _typical_variance(listed)) * elementary.exp(_VOLUME_SD * noise)
    return np.maximum(np.floor(_VOLUME_LEVEL * listed.base_volume * shares + 0.5), 1.0).astype(np.int64)
