"""A session while it runs: the trades inside a bar, the bars so far, the last traded price.

A quote is a trade that has happened, never a point between two closes, which would know the second in advance.
What does not belong here: the clock (``now`` is an argument), and option prices.
"""

from __future__ import annotations

import itertools
from datetime import date, datetime
from functools import lru_cache

import numpy as np

from marketdata import intraday, paths, rng, sessions
from marketdata.elementary import Floats
from marketdata.types import IntradayBars, Price, Quote

TRADE_SECONDS = 5
TRADES = sessions.BAR_MINUTES * 60 // TRADE_SECONDS
_NOISE = 0.15  # standard deviation of a step between two trades, in ranges of the bar


def quote(symbol: str, now: datetime) -> Quote:
    """The last trade of a stock or an index at ``now``.

    :raises SymbolNotFound: if there is no such symbol
    :raises ValueError: if ``now`` is naive
    """
    path, day = paths.path(symbol), sessions.last_session(now)
    is_open = sessions.is_open(now)
    bars = bars_so_far(symbol, now) if is_open else session(symbol, day)
    count = int(bars.counts[0])
    slots = sessions.slots(sessions.sessions(sessions.FIRST_DAY, day)[-2:])
    return Quote(
        price=int(bars.close[0, count - 1]),
        at=last_trade_at(now) if is_open else sessions.at_close(day),
        is_open=is_open,
        open=int(bars.open[0, 0]),
        high=int(bars.high[0, :count].max()),
        low=int(bars.low[0, :count].min()),
        previous_close=int(path.close[slots[0]]),
        volume=int(bars.volume[0].sum()),
    )


def bars_so_far(symbol: str, now: datetime) -> IntradayBars:
    """The bars of the running session at ``now``, the forming one included; the rest of the row is 0.

    Its volume grows evenly. Assumption: nobody trades on the volume inside a bar.
    """
    whole = session(symbol, sessions.in_ist(now).date())
    bar, trade = _position(now)
    traded = trades(symbol, whole.date[0].item(), bar)[: trade + 1]
    opens, highs, lows, closes = (column.copy() for column in (whole.open, whole.high, whole.low, whole.close))
    volume = whole.volume.copy()
    for column in (opens, highs, lows, closes, volume):
        column[0, bar + 1 :] = 0
    highs[0, bar], lows[0, bar], closes[0, bar] = traded.max(), traded.min(), traded[-1]
    volume[0, bar] = volume[0, bar] * len(traded) // TRADES
    counts = np.array([bar + 1], dtype=np.int16)
    return intraday.sealed(IntradayBars(whole.date, opens, highs, lows, closes, volume, counts, forming=True))


@lru_cache(maxsize=1024)
def trades(symbol: str, day: date, bar: int) -> Price:
    """The trades of a bar, one every 5 seconds: the first at its open, the last at its close, high and low touched.

    Between the four, a random walk that is bent to them and reflected inside high and low.
    """
    bars = session(symbol, day)
    opened, high, low, closed = (
        int(getattr(bars, name)[0, bar]) // paths.TICK_PAISE for name in ("open", "high", "low", "close")
    )
    slot = (day - sessions.FIRST_DAY).days * intraday.BARS + bar
    drawn = rng.lanes(rng.words(rng.key(symbol, "trades"), rng.day_counters(np.array([slot]), TRADES + 2)))[0]
    at = {0: opened, TRADES - 1: closed}
    at |= _touches(drawn[TRADES:], [price for price in (high, low) if price not in (opened, closed)])
    walk = np.cumsum(rng.normal_table().take(drawn[:TRADES])) * (_NOISE * (high - low))
    moments = sorted(at)
    for start, end in itertools.pairwise(moments):
        steps = np.arange(end - start + 1) / (end - start)
        bend = (at[start] - walk[start]) * (1 - steps) + (at[end] - walk[end]) * steps
        walk[start:end] += bend[:-1]
    walk[-1] = closed
    prices = np.floor(_reflected(walk, low=low, high=high) + 0.5).astype(np.int32)
    prices[moments] = [at[moment] for moment in moments]
    prices *= paths.TICK_PAISE
    prices.flags.writeable = False
    return prices


def _touches(drawn: rng.Lanes, prices: list[int]) -> dict[int, int]:
    """Different moments between the first trade and the last at which the bar's extremes are touched."""
    free = list(range(1, TRADES - 1))
    return {free.pop(int(lane) % len(free)): price for lane, price in zip(drawn, prices, strict=False)}


def _reflected(values: Floats, *, low: int, high: int) -> Floats:
    """Values folded back at the bounds until they lie between them."""
    if low == high:
        return np.full(len(values), float(low))
    period = 2.0 * (high - low)
    inside = np.mod(values - low, period)
    return low + np.minimum(inside, period - inside)


def progress(now: datetime) -> float:
    """The part of the forming bar's trades that have happened, 0 at its first and 1 at its last."""
    return _position(now)[1] / (TRADES - 1)


@lru_cache(maxsize=1024)
def session(symbol: str, day: date) -> IntradayBars:
    """The whole session of a trading day."""
    return intraday.bars(symbol, np.array([day], dtype="datetime64[D]"))


def _position(now: datetime) -> tuple[int, int]:
    """The forming bar and its last trade, both counted from 0."""
    return divmod(sessions.seconds_open(now) // TRADE_SECONDS, TRADES)


def last_trade_at(now: datetime) -> datetime:
    """The moment of the last trade at ``now``, in a running session."""
    moment = sessions.in_ist(now)
    return moment.replace(second=moment.second - moment.second % TRADE_SECONDS, microsecond=0)
