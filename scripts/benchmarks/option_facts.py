"""What a chain of options looks like, measured the same way on synthetic chains and on real ones.

Pure functions of columns. What does not belong here: where the chains come from, and what values are acceptable.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from marketdata import black

Floats = NDArray[np.float64]
_PLACES = (-2, -1, 1, 2)  # standard deviations from the money
_NEAR = 0.25
_WINGS = (1.75, 2.25)


@dataclass(frozen=True)
class Chain:
    """Prices and volumes of one expiry by ascending strike, and the time that is left in years."""

    strikes: Floats
    calls: Floats
    puts: Floats
    call_volume: Floats
    put_volume: Floats
    years: float


def forward(chain: Chain) -> float:
    """The strike where call and put cost the same, between the two nearest listed ones."""
    difference = chain.calls - chain.puts
    nearest = int(np.argmin(np.abs(difference)))
    return float(chain.strikes[nearest] + difference[nearest])


def of_chain(chain: Chain) -> dict[str, float]:
    """The smile in standard deviations over the volatility at the money, and where volume is."""
    level = forward(chain)
    is_call = chain.strikes >= level
    volatility = black.implied_volatility(
        np.where(is_call, chain.calls, chain.puts),
        forward=np.full(len(chain.strikes), level),
        strike=chain.strikes,
        years=np.full(len(chain.strikes), chain.years),
        is_call=is_call,
    )
    known = np.isfinite(volatility)
    away = np.log(chain.strikes / level)
    center = float(np.interp(0.0, away[known], volatility[known]))
    places = away / (center * np.sqrt(chain.years))
    smile = np.interp(_PLACES, places[known], volatility[known] / center, left=np.nan, right=np.nan)
    volume = chain.call_volume + chain.put_volume
    wings = (np.abs(places) >= _WINGS[0]) & (np.abs(places) <= _WINGS[1])
    near = np.abs(places) <= _NEAR
    ratio = volume[near].mean() / volume[wings].mean() if near.any() and volume[wings].any() else float("nan")
    return {
        **{f"smile at {place:+d} sd": float(value) for place, value in zip(_PLACES, smile, strict=True)},
        "volume at the money / at 2 sd": float(ratio),
        "put/call volume": float(chain.put_volume.sum() / chain.call_volume.sum()),
    }


def of_term(chains: Sequence[Chain]) -> dict[str, float]:
    """The power of time that the price of a straddle at the money grows with, over expiries."""
    prices, years = [], []
    for chain in chains:
        nearest = int(np.argmin(np.abs(chain.strikes - forward(chain))))
        prices.append(chain.calls[nearest] + chain.puts[nearest])
        years.append(chain.years)
    return {"straddle at the money ~ T^x": float(np.polyfit(np.log(years), np.log(prices), 1)[0])}


def of_index(level: Floats, moves: Floats) -> dict[str, float]:
    """A volatility index in points of volatility, one value a day at the close, beside the same days' log moves."""
    month = 21
    realised = np.array([moves[day : day + month].std() for day in range(1, len(moves) - month)]) * np.sqrt(247) * 100
    return {
        "volatility index": float(level.mean()),
        "its moves and the spot's": float(np.corrcoef(np.diff(np.log(level)), moves[1:])[0, 1]),
        "it over what follows": float(level[: len(realised)].mean() / realised.mean()),
    }
