"""5-minute candles of an option as the table holds them: by date, then by opening time, in rupees.

What does not belong here: storing them, how the API shows them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache

from marketdata import sessions
from marketdata.types import IntradayBars

PRICES = ("open", "high", "low", "close")
DayCandles = dict[str, dict[str, float | int]]


def candles_by_day(bars: IntradayBars) -> Iterator[tuple[date, DayCandles]]:
    """The final candles of each day that has any."""
    rupees = [(getattr(bars, name) / 100).tolist() for name in PRICES]
    volumes = bars.volume.tolist()
    counts = bars.counts.tolist()
    if bars.forming:
        counts[-1] -= 1
    for number, (day, count) in enumerate(zip(bars.date.tolist(), counts, strict=True)):
        columns = (*(column[number][:count] for column in rupees), volumes[number][:count])
        if count:
            yield day, _by_time(_times(sessions.hours(day)[0])[:count], columns=columns)


def _by_time(times: list[str], *, columns: tuple[list[float], ...]) -> DayCandles:
    return {
        opened: {"open": open_, "high": high, "low": low, "close": close, "volume": volume}
        for opened, open_, high, low, close, volume in zip(times, *columns, strict=True)
    }


@cache
def _times(opens: time) -> list[str]:
    """When each bar of a session opens, HH:MM."""
    first = datetime.combine(date.min, opens, tzinfo=sessions.IST)
    step = timedelta(minutes=sessions.BAR_MINUTES)
    return [f"{first + number * step:%H:%M}" for number in range(sessions.bars_per_session())]
