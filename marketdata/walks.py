"""The way from a day's open to its close: log prices at the ends of its 5-minute bars, before rounding.

A stock's walk mixes the noise of the market, its sector and its own by the day's shares of variance, on a clock of
its own day, and is bent to end at the daily close. An index's walk is the weighted sum of its constituents'.
Keyed by symbol and calendar day, so any range and any block gives the same bits. What does not belong here: prices.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from marketdata import paths, profiles, rng, sessions, universe
from marketdata.elementary import Floats
from marketdata.rng import Column, Singles
from marketdata.types import Days

BARS = profiles.BARS
BLOCK_ROWS = 256  # stock-days computed at once: a year, whose arrays stay near the processor's second cache
_STRETCH = 3  # bars of one state of volatility
_STRETCHES = BARS // _STRETCH
_PERSISTENCE = 0.88**_STRETCH
_VOL_SD = 0.48
# The more stocks' clocks differ, the more an index's morning would say about its afternoon: its constituents' daily
# moves are more alike than their walks.
_COMMON_VOL_SHARE = 0.85
# The day's move is limited to 7 %, so a walk of a larger deviation would wander out of every exchange's band.
_DAY_VARIANCE_LIMIT = 0.05**2
_UNIT = 2.0**45
_BOUNCE = 0.025  # standard deviation of a bar's last trade around the mid price, in daily volatilities


@dataclass(frozen=True, slots=True)
class Walk:
    """Log prices at the last trade of each bar, from the day's open, and the variance of each bar.

    Arrays of shape (..., days, bars); ``close[..., -1]`` is the day's move.
    """

    close: Floats
    variance: Singles


def walk(symbol: str, days: Days) -> Walk:
    """The walk of a stock or an index on at most ``BLOCK_ROWS`` trading days, without gaps, oldest first."""
    if symbol in universe.stocks():
        several = _stocks((symbol,), days)
        return Walk(several.close[0], several.variance[0])
    return _index(universe.indices()[symbol], days)


def _index(index: universe.Index, days: Days) -> Walk:
    closes = np.zeros((len(days), BARS))
    group = max(1, BLOCK_ROWS // len(days))
    for first in range(0, len(index.weights), group):
        members = index.weights[first : first + group]
        each = _stocks([symbol for symbol, _ in members], days)
        for position, (_, weight) in enumerate(members):
            closes += weight * each.close[position]
    path, slots = paths.index(index.symbol), sessions.slots(days)
    closes[:, -1] = path.day[slots]
    variance = _volatility(_market(int(slots[0]), int(slots[-1]))[1][:, 0])
    variance *= variance
    total = _running_sums(variance)[:, -1]
    variance *= (path.day_variance[slots] / total).astype(np.float32)[:, None]
    return Walk(closes, variance)


def _stocks(symbols: Sequence[str], days: Days) -> Walk:
    """Walks of several stocks, of shape (stocks, days, bars)."""
    slots = sessions.slots(days)
    first, last = int(slots[0]), int(slots[-1])
    listed = [universe.stocks()[symbol] for symbol in symbols]
    starts = np.array([rng.key(symbol, "walk") for symbol in symbols])
    drawn = rng.lanes(rng.words(starts[:, None, None], rng.day_counters(slots, 2 * BARS + _STRETCHES)))
    loads, day, variance = _day_parameters(listed, slots)
    market_noise, market_state = _market(first, last)
    noise = loads[0] * market_noise
    noise += loads[1] * _stacked([_sector(each.factor, first, last) for each in listed])
    noise += loads[2] * rng.single_normal_table().take(drawn[..., :BARS])
    state = math.sqrt(1 - _COMMON_VOL_SHARE) * _state(drawn[..., 2 * BARS : 2 * BARS + _STRETCHES])
    state += market_state
    closes, bar_variance = _bridge(noise, _volatility(state), day=day, variance=variance)
    spread = np.sqrt(variance) * (_BOUNCE * math.sqrt(12) / rng.LANE_VALUES)
    closes[..., :-1] += drawn[..., BARS : 2 * BARS - 1] * spread
    closes[..., :-1] -= spread * (0.5 * rng.LANE_VALUES - 0.5)
    return Walk(closes, bar_variance)


def _day_parameters(listed: Sequence[universe.Stock], slots: sessions.Slots) -> tuple[list[Singles], Floats, Floats]:
    """The loads on the three noises, the day's move and its variance, each of shape (stocks, days, 1)."""
    stock_paths = [paths.stock(each.symbol) for each in listed]
    day = _stacked([path.day[slots] for path in stock_paths])
    variance = _stacked([path.day_variance[slots] for path in stock_paths])
    shares = [paths.shared_variance(each, slots) for each in listed]
    market = _stacked([market for market, _ in shares]) / variance
    sector = _stacked([sector for _, sector in shares]) / variance
    own = np.maximum(1.0 - market - sector, 0.0)
    loads = [np.sqrt(part).astype(np.float32)[..., None] for part in (market, sector, own)]
    return loads, day[..., None], np.minimum(variance, _DAY_VARIANCE_LIMIT)[..., None]


def _bridge(noise: Singles, scale: Singles, *, day: Floats, variance: Floats) -> tuple[Floats, Singles]:
    """Bend a walk of ``scale`` x ``noise`` to the day's move; return it and the variance of each bar.

    The correction runs on the day's own clock: on the average day's, the morning would predict the afternoon.
    """
    bar_variance = scale * scale
    noise *= scale
    passed, walked = _running_sums(bar_variance), _running_sums(noise)
    ratio = variance / passed[..., -1:]
    to_move = np.sqrt(ratio)
    passed *= (day - walked[..., -1:] * to_move) / passed[..., -1:]
    walked *= to_move
    walked += passed
    walked[..., -1:] = day
    bar_variance *= ratio.astype(np.float32)
    return walked, bar_variance


def _running_sums(values: Singles) -> Floats:
    """Running sums along the last axis of values below 1,000 in size, in whole units: exact in any order of adding."""
    whole = (values * _UNIT).astype(np.int64)
    np.cumsum(whole, axis=-1, out=whole)
    return np.multiply(whole, 1 / _UNIT, dtype=np.float64)


def _volatility(state: Singles) -> Singles:
    """The volatility of each bar: the profile x (1 + sd / 2 x state) squared, which is near to a lognormal.

    ``state`` is of shape (stretches, ...), the result (..., bars).
    """
    level = 1.0 + 0.5 * _VOL_SD * state
    level *= level
    each = np.repeat(np.moveaxis(level, 0, -1), _STRETCH, axis=-1)
    each *= _profile()
    return each


@lru_cache(maxsize=1)
def _profile() -> Singles:
    return profiles.volatility().astype(np.float32)


def _state(drawn: rng.Lanes) -> Singles:
    """An AR(1) in its long-run distribution with variance 1, of shape (stretches, ...) from lanes (..., stretches)."""
    shocks = rng.single_normal_table().take(np.moveaxis(drawn, -1, 0))
    shocks[1:] *= math.sqrt(1 - _PERSISTENCE * _PERSISTENCE)
    return rng.ar1(_PERSISTENCE, shocks)


@lru_cache(maxsize=256)
def _market(first: int, last: int) -> tuple[Singles, Singles]:
    """Noise (days, bars) and common state (stretches, 1, days) on the trading days from one slot to another."""
    drawn = _shared_draws("market", first, last, BARS + _STRETCHES)
    state = math.sqrt(_COMMON_VOL_SHARE) * _state(drawn[:, BARS : BARS + _STRETCHES])
    return _read_only(rng.single_normal_table().take(drawn[:, :BARS])), _read_only(state[:, None])


@lru_cache(maxsize=256)
def _sector(name: str, first: int, last: int) -> Singles:
    """Noise (days, bars) of a sector on the trading days from one slot to another."""
    drawn = _shared_draws(f"sector/{name}", first, last, BARS)
    return _read_only(rng.single_normal_table().take(drawn[:, :BARS]))


def _shared_draws(name: str, first: int, last: int, size: int) -> rng.Lanes:
    """The first ``size`` lanes, or a few more, of a factor on the trading days from one slot to another, included."""
    every = sessions.slots(sessions.all_sessions())
    slots = every[np.searchsorted(every, first) : np.searchsorted(every, last, side="right")]
    return rng.lanes(rng.words(rng.key(name, "walk"), rng.day_counters(slots, size)))


def _stacked(columns: list[Column]) -> Column:
    """One array of several, along a new first axis; of a single one a view, for speed."""
    return columns[0][None] if len(columns) == 1 else np.stack(columns)


def _read_only(values: Singles) -> Singles:
    values.flags.writeable = False
    return values
