"""What moves prices: the market, the sectors and each stock's own part, one value per calendar day.

A factor has a volatility that clusters and rises after falls (two AR(1) in log volatility, fed by the factor's own
returns from the NEXT day on) and rare jumps overnight. Stylised facts: R. Cont, "Empirical properties of asset
returns" (2001). What does not belong here: prices, and which days are trading days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from marketdata import elementary, rng, sessions, universe
from marketdata.elementary import Floats

SLOTS = (sessions.LAST_DAY - sessions.FIRST_DAY).days + 1
_WEEKEND_VARIANCE = 0.06
SLOW_PHI = 0.5 ** (1 / 110)  # half-lives in calendar days
FAST_PHI = 0.5 ** (1 / 8)


@dataclass(frozen=True, slots=True)
class FactorSpec:
    """The constants of a kind of factor; volatilities and jumps are log returns a day."""

    slow_sd: float  # of log volatility
    fast_sd: float
    leverage: float  # correlation of a return with the next change of log volatility
    overnight_share: float  # of the variance of a day
    market_load: float = 0.0  # of log volatility on the market's
    jump_chance: float = 0.0
    jump_mean: float = 0.0
    jump_sd: float = 0.0


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor's log returns by slot: ``night`` before the open, ``day`` from open to close.

    ``day_variance`` is the variance ``day`` was drawn with; ``slow`` and ``fast`` are its own parts of log volatility,
    known before the day's first trade.
    """

    night: Floats
    day: Floats
    day_variance: Floats
    slow: Floats
    fast: Floats


MARKET_VOL = 0.0085
MARKET = FactorSpec(
    slow_sd=0.42,
    fast_sd=0.36,
    leverage=-0.75,
    overnight_share=0.34,
    jump_chance=0.005,
    jump_mean=-0.030,
    jump_sd=0.020,
)
SECTOR = FactorSpec(slow_sd=0.28, fast_sd=0.22, leverage=-0.20, overnight_share=0.18, market_load=0.65)
OWN = FactorSpec(
    slow_sd=0.32,
    fast_sd=0.30,
    leverage=-0.15,
    overnight_share=0.03,
    market_load=0.50,
    jump_chance=0.012,
    jump_sd=0.030,
)
SECTOR_VOL = {
    "AUTO": 0.0070,
    "BANK": 0.0065,
    "CONSUMER": 0.0050,
    "ENERGY": 0.0065,
    "FINANCE": 0.0065,
    "FMCG": 0.0060,
    "INFRA": 0.0055,
    "IT": 0.0080,
    "METAL": 0.0085,
    "PHARMA": 0.0070,
}


@lru_cache(maxsize=1)
def slot_variance() -> Floats:
    """The share of a weekday's variance each calendar day carries.

    Assumption: a holiday carries a full day, for the model does not know holidays (adding one moves no price).
    """
    weekday = (np.arange(SLOTS) + sessions.FIRST_DAY.weekday()) % 7
    return np.where(weekday < 5, 1.0, _WEEKEND_VARIANCE)


@lru_cache(maxsize=1)
def market() -> Factor:
    """The factor every stock shares."""
    return _factor("market", MARKET_VOL, MARKET)


@cache
def sector(name: str) -> Factor:
    """The factor the stocks of a group share."""
    return _factor(f"sector/{name}", SECTOR_VOL[name], SECTOR)


def own(symbol: str) -> Factor:
    """The part of a stock that nothing else explains; not kept, for each stock needs its own once."""
    return _factor(f"stock/{symbol}", universe.stocks()[symbol].own_vol, OWN)


@lru_cache(maxsize=64)
def own_state(symbol: str) -> tuple[rng.Singles, rng.Singles]:
    """The slow and the fast part of a stock's own log volatility, in single precision: kept, for options need them."""
    found = own(symbol)
    return found.slow.astype(np.float32), found.fast.astype(np.float32)


@lru_cache(maxsize=1)
def _market_log_vol() -> Floats:
    """The market's log volatility, which the other factors' follow."""
    return market().slow + market().fast


def jump_variance(spec: FactorSpec) -> float:
    """The variance that jumps add to a weekday."""
    return spec.jump_chance * (spec.jump_mean**2 + spec.jump_sd**2)


def log_vol_variance(spec: FactorSpec) -> float:
    """The long-run variance of the log volatility of a factor."""
    variance = spec.slow_sd**2 + spec.fast_sd**2
    if spec.market_load:
        variance += spec.market_load**2 * log_vol_variance(MARKET)
    return variance


def _factor(name: str, volatility: float, spec: FactorSpec) -> Factor:
    """Draw a factor; the mean of its variance a weekday, without jumps, is ``volatility`` squared."""
    night_part, day_part = math.sqrt(spec.overnight_share), math.sqrt(1 - spec.overnight_share)
    night_z, day_z = rng.normals(name, "return", SLOTS)
    slow, fast = _log_volatility(name, night_part * night_z + day_part * day_z, spec)
    total = slow + fast
    if spec.market_load:
        total += spec.market_load * _market_log_vol()
    sigma = volatility * elementary.exp(total - log_vol_variance(spec)) * np.sqrt(slot_variance())
    day_sigma = day_part * sigma
    return Factor(
        night=night_part * sigma * night_z + _jumps(name, spec),
        day=day_sigma * day_z,
        day_variance=day_sigma * day_sigma,
        slow=slow,
        fast=fast,
    )


def _log_volatility(name: str, shock: Floats, spec: FactorSpec) -> tuple[Floats, Floats]:
    """Log volatility before each day's return: a slow and a fast AR(1), both leaning against the last shock."""
    slow_noise, fast_noise = rng.normals(name, "volatility", SLOTS)
    rest = math.sqrt(1 - spec.leverage**2)
    parts = []
    for noise, phi, sd in ((slow_noise, SLOW_PHI, spec.slow_sd), (fast_noise, FAST_PHI, spec.fast_sd)):
        news = np.empty(SLOTS)
        news[0] = sd * noise[0]  # starts in the long-run distribution
        news[1:] = sd * math.sqrt(1 - phi * phi) * (spec.leverage * shock[:-1] + rest * noise[1:])
        parts.append(rng.ar1(phi, news))
    return parts[0], parts[1]


def _jumps(name: str, spec: FactorSpec) -> Floats:
    """Rare overnight jumps; their mean is paid back evenly, so that they do not bend the trend."""
    if not spec.jump_chance:
        return np.zeros(SLOTS)
    chance = spec.jump_chance * slot_variance()
    chosen, size = rng.uniforms_and_normals(name, "jump", SLOTS)
    return np.where(chosen < chance, spec.jump_mean + spec.jump_sd * size, 0.0) - chance * spec.jump_mean
