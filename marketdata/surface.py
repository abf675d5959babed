"""What options are worth in volatility: expected variance until an expiry, its clock, and the smile.

The variance is the mean of the model's own, from the volatility known at the moment, and falls to exactly nothing at
15:30 of the expiry. The smile is SSVI (Gatheral and Jacquier, 2014) with phi = eta / sqrt(theta): the same in standard
deviations at every expiry, free of arbitrage for eta (1 + |rho|) <= 2. What does not belong here: prices.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from marketdata import elementary, factors, paths, profiles, rng, sessions, universe
from marketdata.elementary import Floats

BARS = profiles.BARS
_PREMIUM = 1.10**2  # options cost more variance than comes
_OVERNIGHT = 0.30  # of a weekday's variance happens before its open
_RHO = -0.20
_ETA = 0.75
_NOISE_SD = 0.015  # of the logarithm of theta, one value an expiry and bar
_LARGEST_MOVE = 4.0  # standard deviations of the day, beyond which the smile's level moves no more


@dataclass(frozen=True, slots=True)
class Forecast:
    """Expected variance at a day's open, without premium.

    ``today`` is that of the session, ``later`` that of all that follows until the expiry; ``response`` is the change
    of the logarithm of ``later`` for a move of the spot since the previous close, in logs.
    """

    today: float
    later: float
    response: float
    largest_move: float

    @property
    def theta(self) -> float:
        """What the options of the expiry have at the money, apart from noise and the spot's moves."""
        return (self.today + self.later) * _PREMIUM


class State(NamedTuple):
    """The slow and the fast part of log volatility of several factors at a slot."""

    slow: Floats
    fast: Floats


def deviations(theta: Floats, log_ratio: Floats) -> Floats:
    """The standard deviation of the smile at log strike / forward where that at the money squared is ``theta``."""
    moneyness = log_ratio * (_ETA / np.sqrt(theta))
    skewed = moneyness + _RHO
    skewed *= skewed
    skewed += 1 - _RHO * _RHO
    np.sqrt(skewed, out=skewed)
    moneyness *= _RHO
    moneyness += skewed
    moneyness += 1.0
    moneyness *= 0.5 * theta
    return np.sqrt(moneyness, out=moneyness)


def thetas(symbol: str, expiry: date, day: date, *, first: int, starts: Floats, passed: Floats) -> Floats:
    """Variance at the money until ``expiry`` for moments of the bars of ``day``, 0 at the close of the expiry.

    ``first`` is the number of the first bar; ``starts`` are the underlying's prices in paise at the start of each, of
    shape (bars,); ``passed`` is the part of the session's variance that has passed, of shape (..., bars).

    The level answers to the spot of the bar's start, so inside a bar it knows nothing of the bar.
    """
    found = forecast(symbol, expiry, day)
    slot = (day - sessions.FIRST_DAY).days
    path, last = paths.path(symbol), sessions.slot_before(day)
    before = path.log_close[slot] - path.day[slot] if last is None else path.log_close[last]
    moves = np.minimum(np.maximum(elementary.log(starts) - before, -found.largest_move), found.largest_move)
    level = _PREMIUM * _noise(symbol, expiry, slot)[first : first + len(starts)]
    return (found.today * (1.0 - passed) + found.later * elementary.exp(found.response * moves)) * level


def at_the_money_volatility(symbol: str, day: date, *, days: int = 30) -> float:
    """The volatility a year that options of ``days`` calendar days have at the money at the open of ``day``."""
    found = _forecast(symbol, (day - sessions.FIRST_DAY).days, days)
    return math.sqrt(found.theta * 365 / days)


@lru_cache(maxsize=4096)
def forecast(symbol: str, expiry: date, day: date) -> Forecast:
    """The expected variance from the open of ``day`` to the close of ``expiry``, which is not before it."""
    return _forecast(symbol, (day - sessions.FIRST_DAY).days, (expiry - day).days)


def _forecast(symbol: str, slot: int, days: int) -> Forecast:
    """The expected variance from the open of a slot to the close ``days`` slots later."""
    market, whole = _expected(symbol, slot, days + 1)
    weights = factors.slot_variance()[slot : slot + days + 1]
    weights = np.append(weights, np.ones(days + 1 - len(weights)))  # beyond the model's last day
    later = _sum(whole[1:] * weights[1:])
    spec, slow, fast = factors.MARKET, _decays(factors.SLOW_PHI, days), _decays(factors.FAST_PHI, days)
    gains = 2 * spec.leverage * spec.slow_sd * math.sqrt(1 - factors.SLOW_PHI**2) * slow
    gains += 2 * spec.leverage * spec.fast_sd * math.sqrt(1 - factors.FAST_PHI**2) * fast
    deviation = math.sqrt(float(whole[0]))
    # A standard deviation of the spot is ``share`` of one of the market, whose own part of the variance answers.
    share = math.sqrt(float(market[0])) / deviation
    gain = _sum(market[1:] * weights[1:] * gains) / later if days else 0.0
    return Forecast(
        today=float(whole[0] * weights[0]) * (1 - _OVERNIGHT),
        later=later,
        response=share * gain / deviation,
        largest_move=_LARGEST_MOVE * deviation,
    )


def _expected(symbol: str, slot: int, size: int) -> tuple[Floats, Floats]:
    """The market's part of the variance of a weekday, and the whole of it, expected for ``size`` slots from one on."""
    loads, market = paths.loads(symbol), factors.market()
    common = State(market.slow[slot : slot + 1], market.fast[slot : slot + 1])
    part = _mean_variance(factors.MARKET, np.array([loads.market * factors.MARKET_VOL]), common, common, size=size)
    sectors = [factors.sector(name) for name in loads.sectors]
    state = State(np.array([each.slow[slot] for each in sectors]), np.array([each.fast[slot] for each in sectors]))
    sizes = np.array([load * factors.SECTOR_VOL[name] for name, load in loads.sectors.items()])
    whole = part + _mean_variance(factors.SECTOR, sizes, state, common, size=size)
    own = [factors.own_state(name) for name in loads.own]
    state = State(np.array([float(slow[slot]) for slow, _ in own]), np.array([float(fast[slot]) for _, fast in own]))
    sizes = np.array([load * universe.stocks()[name].own_vol for name, load in loads.own.items()])
    whole += _mean_variance(factors.OWN, sizes, state, common, size=size)
    jumps = loads.market**2 * factors.jump_variance(factors.MARKET)
    jumps += math.fsum(load * load for load in loads.own.values()) * factors.jump_variance(factors.OWN)
    return part, whole + jumps


def _mean_variance(spec: factors.FactorSpec, sizes: Floats, state: State, market: State, *, size: int) -> Floats:
    """The expected variance of weekdays, summed over factors of a kind with these volatilities and states.

    The logarithm of volatility is normal around the decayed state, with the variance that news since then brings.
    """
    slow, fast = _decays(factors.SLOW_PHI, size), _decays(factors.FAST_PHI, size)
    mean = state.slow[:, None] * slow + state.fast[:, None] * fast
    spread = spec.slow_sd**2 * (1 - slow * slow) + spec.fast_sd**2 * (1 - fast * fast)
    if spec.market_load:
        mean += spec.market_load * (market.slow * slow + market.fast * fast)
        of_market = factors.MARKET.slow_sd**2 * (1 - slow * slow) + factors.MARKET.fast_sd**2 * (1 - fast * fast)
        spread += spec.market_load**2 * of_market
    level = elementary.exp(2 * (mean + spread - factors.log_vol_variance(spec)))
    level *= (sizes * sizes)[:, None]
    total: Floats = np.cumsum(level, axis=0)[-1]
    return total


@lru_cache(maxsize=512)
def _decays(phi: float, size: int) -> Floats:
    """Phi to the power of 0, 1, ... below ``size``."""
    return elementary.exp(np.arange(size, dtype=np.float64) * math.log(phi))


def _sum(values: Floats) -> float:
    """The sum from left to right; numpy's own order of adding is not promised."""
    return float(np.cumsum(values)[-1]) if len(values) else 0.0


@lru_cache(maxsize=1024)
def _noise(symbol: str, expiry: date, slot: int) -> Floats:
    """What the level of an expiry's smile differs by in each bar of a day."""
    counters = rng.day_counters(np.array([slot]), BARS)
    drawn = rng.lanes(rng.words(rng.key(f"{symbol}/{expiry}", "smile"), counters))[0, :BARS]
    return rng.lognormal_table(_NOISE_SD).take(drawn).astype(np.float64)
