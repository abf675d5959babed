"""Bars for tests of indicators and rules. What does not belong here: expected values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import MAX_PRICE_PAISE, Bars

_DAY_SECONDS = 86_400


def bars_of(
    closes: Sequence[float] | NDArray[np.float64],
    *,
    highs: Sequence[float] | NDArray[np.float64] | None = None,
    lows: Sequence[float] | NDArray[np.float64] | None = None,
    volumes: Sequence[int] | None = None,
    sessions: Sequence[int] | None = None,
) -> Bars:
    """Bars from prices in rupees; without highs and lows every bar is its close."""
    close = np.rint(np.asarray(closes, dtype=float) * 100)
    days = np.arange(len(close))
    return Bars.checked(
        time=days * _DAY_SECONDS,
        session=days if sessions is None else np.asarray(sessions),
        open=close,
        high=close if highs is None else np.rint(np.asarray(highs) * 100),
        low=close if lows is None else np.rint(np.asarray(lows) * 100),
        close=close,
        volume=np.full(len(close), 1000) if volumes is None else np.asarray(volumes),
    )


def walk(size: int, *, seed: int = 7, step_paise: int = 5, start_paise: int = 150_000) -> Bars:
    """A seeded random walk on ticks, ten bars a session, volumes that differ."""
    random = np.random.default_rng(seed)
    close = np.maximum(start_paise + np.cumsum(random.integers(-40, 41, size)) * step_paise, step_paise)
    spread_up, spread_down = (random.integers(0, 30, size) * step_paise for _ in range(2))
    low = np.maximum(close - spread_down, 1)
    number = np.arange(size)
    return Bars.checked(
        time=number * 300,
        session=number // 10,
        open=close,
        high=close + spread_up,
        low=low,
        close=close,
        volume=random.integers(1, 100_000, size),
    )


def sessions(days: int, *, seed: int = 11, bars_a_day: int = 75) -> Bars:
    """A seeded random walk in five-minute bars from 09:15 on weekdays, some missing, of what expires on Thursdays.

    The first day is Monday 2025-09-01.
    """
    random = np.random.default_rng(seed)
    day = np.repeat([20332 + number // 5 * 7 + number % 5 for number in range(days)], bars_a_day)
    slot = np.tile(np.arange(bars_a_day), days)
    there = random.random(len(day)) < 0.9
    day, slot = day[there], slot[there]
    close = 50_000 + np.cumsum(random.integers(-40, 41, len(day))) * 5
    ahead = (close + random.integers(0, 20, len(day)) * 5, close - random.integers(0, 20, len(day)) * 5)
    open_ = np.clip(close + random.integers(-9, 10, len(day)) * 5, ahead[1], ahead[0])
    return Bars.checked(
        time=day * _DAY_SECONDS + 13_500 + slot * 300,
        session=day,
        open=open_,
        high=ahead[0],
        low=ahead[1],
        close=close,
        volume=random.integers(1, 100_000, len(day)),
        # Day 0 was a Thursday, so this is the next one, or the day itself.
        expiry=day + (-day) % 7,
    )


def head(bars: Bars, size: int) -> Bars:
    """The first bars, as if the future were not known."""
    names = ("time", "session", "open", "high", "low", "close", "volume", "expiry")
    return Bars.checked(**{name: getattr(bars, name)[:size] for name in names if getattr(bars, name) is not None})


def hostile() -> dict[str, Bars]:
    """Bars that break careless arithmetic: flat, gappy, cheapest, dearest, idle."""
    size = 260
    top = MAX_PRICE_PAISE / 100
    swings = np.where(np.arange(size) % 2 == 0, 0.01, top)
    return {
        "flat": bars_of([123.45] * size),
        "gappy": bars_of(np.where(np.arange(size) // 20 % 2 == 0, 100.0, 5000.0)),
        "cheapest": bars_of([0.01] * size),
        "dearest": bars_of([top] * size, volumes=[2**40] * size),
        "from one end to the other": bars_of(swings),
        "idle": bars_of(np.arange(1.0, size + 1), volumes=[0] * size),
    }
