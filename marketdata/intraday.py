"""5-minute bars and the daily extremes they have: prices on the tick, whole shares that sum to the day.

What does not belong here: the walk between open and close (``walks``), which bars are visible at a moment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from marketdata import elementary, paths, profiles, rng, sessions, walks
from marketdata.elementary import Floats
from marketdata.rng import Column, Singles
from marketdata.types import Days, IntradayBars, Price

BARS = profiles.BARS
_COLUMNS = ("date", "open", "high", "low", "close", "volume", "counts")
_NEXT_OPEN = 0.15  # of a bar's move happens before its first trade
_RANGE_VARIANCE = 1.3  # of a bar's variance: real bars reach farther than their two ends tell
_VOLUME_SD = 0.45  # of the logarithm of a bar's volume, apart from its range
_VOLUME_UNIT = 2.0**20  # weights are added as whole numbers, which any order of adding sums alike


def bars(symbol: str, days: Days) -> IntradayBars:
    """The bars of a symbol on trading days without gaps, oldest first; read-only."""
    prices = [np.empty((len(days), BARS), dtype=np.int32) for _ in range(4)]
    volume = np.empty((len(days), BARS), dtype=np.int64)
    for first in range(0, len(days), walks.BLOCK_ROWS):
        rows = slice(first, first + walks.BLOCK_ROWS)
        slots = sessions.slots(days[rows])
        drawn = _draws(symbol, slots)
        ranges = _prices(symbol, days[rows], drawn=drawn, columns=[column[rows] for column in prices])
        _volume(drawn[:, 2 * BARS : 3 * BARS], ranges, of_day=paths.path(symbol).volume[slots], column=volume[rows])
    opens, highs, lows, closes = prices
    return sealed(IntradayBars(days, opens, highs, lows, closes, volume, np.full(len(days), BARS, dtype=np.int16)))


def joined(parts: Sequence[IntradayBars]) -> IntradayBars:
    """The bars of one instrument over consecutive stretches of days as one, the last of which may be forming."""
    columns = {name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS}
    return sealed(IntradayBars(**columns, forming=parts[-1].forming))


def stacked(days: Sequence[IntradayBars]) -> list[IntradayBars]:
    """From bars of many instruments on a day each, of shape (instruments, bars), those of each over the days."""
    columns = {name: np.stack([getattr(day, name) for day in days], axis=1) for name in _COLUMNS}
    return [_part(columns, row, forming=days[-1].forming) for row in range(len(days[0]))]


def one_by_one(several: IntradayBars) -> Iterator[IntradayBars]:
    """The days of an instrument's bars, each by itself."""
    columns = {name: getattr(several, name) for name in _COLUMNS}
    for day in range(len(several)):
        yield _part(columns, slice(day, day + 1), forming=False)


def _part(columns: Mapping[str, NDArray[Any]], rows: int | slice, *, forming: bool) -> IntradayBars:
    return sealed(IntradayBars(**{name: column[rows] for name, column in columns.items()}, forming=forming))


def sealed(made: IntradayBars) -> IntradayBars:
    """The same bars with every column read-only: one caller's change must not become everybody's history."""
    for name in _COLUMNS:
        getattr(made, name).flags.writeable = False
    return made


@lru_cache(maxsize=4096)
def extremes(symbol: str, year: int) -> tuple[Price, Price]:
    """The daily highs and lows of a symbol's sessions in a calendar year, read-only."""
    days = sessions.sessions(date(year, 1, 1), date(year, 12, 31))
    columns = [np.empty((len(days), BARS), dtype=np.int32) for _ in range(4)]
    _prices(symbol, days, drawn=_draws(symbol, sessions.slots(days)), columns=columns)
    highest, lowest = columns[1].max(axis=1), columns[2].min(axis=1)
    for column in (highest, lowest):
        column.flags.writeable = False
    return highest, lowest


def _draws(symbol: str, slots: sessions.Slots) -> rng.Lanes:
    """Of each day, a lane a bar for the high, one for the low and one for the volume, in this order."""
    return rng.lanes(rng.words(rng.key(symbol, "bars"), rng.day_counters(slots, 3 * BARS)))


def _prices(symbol: str, days: Days, *, drawn: rng.Lanes, columns: list[Price]) -> Singles:
    """Fill open, high, low and close, each of shape (days, bars); return each bar's range before rounding.

    High and low come from the exact distributions of the maximum and the minimum of a Brownian bridge between two
    prices: (x + sqrt(x^2 + 2 s^2 E)) / 2 with E exponential.

    Assumption: given open and close of a bar, the two are independent.
    """
    path, slots = paths.path(symbol), sessions.slots(days)
    level = path.open_ticks[slots][:, None]  # prices are in ticks from here
    walk = walks.walk(symbol, days)
    closes = elementary.exp_near_zero(walk.close)
    closes *= level
    opens = _opens(walk.close, closes)
    opens[:, :1] = level
    half = (closes - opens).astype(np.float32)
    half *= 0.5
    np.abs(half, out=half)
    variance = walk.variance
    variance *= (0.5 * _RANGE_VARIANCE * level * level).astype(np.float32)
    above = _excess(drawn[:, :BARS], half=half, variance=variance)
    below = _excess(drawn[:, BARS : 2 * BARS], half=half, variance=variance)
    half *= 2
    half += above
    half += below
    first, high, low, last = columns
    _round(opens, first)
    _round(closes, last)
    first[:, 0], last[:, -1] = path.open[slots], path.close[slots]
    _round(above, high)
    _round(below, low)
    high += np.maximum(first, last)
    np.subtract(np.minimum(first, last), low, out=low)
    return half


def _excess(drawn: rng.Lanes, *, half: Singles, variance: Singles) -> Singles:
    """How far each bar goes beyond its farther end.

    ``half`` is half the distance of the ends, ``variance`` half the bar's variance.
    """
    excess = rng.exponential_table().take(drawn)
    excess *= variance
    excess += half * half
    np.sqrt(excess, out=excess)
    excess -= half
    return excess


def _round(ticks: Column, column: Price) -> None:
    """Write numbers of ticks, none negative, as whole paise on the nearest tick; ``ticks`` is used up."""
    ticks += 0.5
    column[...] = ticks  # which cuts off what is behind the point
    column *= paths.TICK_PAISE


def _opens(walk: Floats, closes: Floats) -> Floats:
    """First trades: a part of a bar's move, in logs, has happened before; the first bar's is left to the caller."""
    opens = np.empty_like(closes)
    early = walk[:, 1:] - walk[:, :-1]
    early *= _NEXT_OPEN
    series = early * (1 / 6)
    for coefficient in (0.5, 1.0):
        series += coefficient
        series *= early
    series += 1.0
    np.multiply(closes[:, :-1], series, out=opens[:, 1:])
    return opens


def _volume(drawn: rng.Lanes, ranges: Singles, *, of_day: NDArray[np.int64], column: NDArray[np.int64]) -> None:
    """Spread the day's shares over its bars: profile x lognormal noise x range, to the last share.

    Assumption: an index's shares, the sum of its constituents', are spread the same way, not summed bar by bar.
    """
    weights = rng.lognormal_table(_VOLUME_SD).take(drawn)
    weights *= ranges
    weights *= _volume_per_range()
    passed = np.cumsum(weights.astype(np.int64), axis=1)
    np.maximum(passed, np.arange(1, BARS + 1), out=passed)
    shares = passed * (of_day / passed[:, -1])[:, None]
    shares += 0.5
    traded = shares.astype(np.int64)
    column[:, 0] = traded[:, 0]
    np.subtract(traded[:, 1:], traded[:, :-1], out=column[:, 1:])


@lru_cache(maxsize=1)
def _volume_per_range() -> Singles:
    return (_VOLUME_UNIT * profiles.volume() / profiles.volatility()).astype(np.float32)
