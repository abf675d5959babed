"""How a price series is asked for and shown, whatever table it is in. What does not belong here: reading tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

from apps.core import clock, errors
from apps.core.enums import SeriesFormat
from apps.stocks.constants import DEFAULT_PRICE_SPAN, MAX_PRICE_SPAN_DAYS
from apps.stocks.selectors.price_table import PriceColumns

Series = list[dict[str, object]] | dict[str, object]

PRICES = ("open", "high", "low", "close")


def date_range(*, start_date: date | None, end_date: date | None) -> tuple[date, date]:
    """The days meant: up to today in India, and a year long, where nothing else is said.

    :raises ValidationFailed: if the start is after the end, or the span is longer than twenty years
    """
    end = end_date or clock.today()
    start = start_date or end - DEFAULT_PRICE_SPAN
    if start > end:
        raise errors.ValidationFailed.field("start_date", "The start is after the end.")
    if (end - start).days > MAX_PRICE_SPAN_DAYS:
        raise errors.ValidationFailed.field("start_date", f"Ask for at most {MAX_PRICE_SPAN_DAYS} days at once.")
    return start, end


def draw_bars(bars: PriceColumns, *, series_format: str, max_points: int | None) -> Series:
    """Daily bars as the API shows them, in at most ``max_points`` bars."""
    bars = _merged(bars, max_points=max_points)
    days = np.datetime_as_string(bars.date).tolist()
    if series_format == SeriesFormat.COLUMNS:
        return {
            "time": days,
            **{name: (getattr(bars, name) / 100).tolist() for name in PRICES},
            "volume": bars.volume.tolist(),
        }
    columns = [_rupees(getattr(bars, name)) for name in PRICES]
    return [
        {"date": day, "open": open_, "high": high, "low": low, "close": close, "volume": volume}
        for day, open_, high, low, close, volume in zip(days, *columns, bars.volume.tolist(), strict=True)
    ]


def draw_candles(candles: Mapping[str, Mapping[str, object]], *, series_format: str) -> Series:
    """Candles keyed by opening time as the API shows them, by time."""
    times = sorted(candles)
    if series_format == SeriesFormat.COLUMNS:
        numbers = {name: [float(str(candles[time][name])) for time in times] for name in PRICES}
        return {"time": times, **numbers, "volume": [candles[time]["volume"] for time in times]}
    return [
        {
            "time": time,
            **{name: f"{Decimal(str(candles[time][name])):.2f}" for name in PRICES},
            "volume": candles[time]["volume"],
        }
        for time in times
    ]


def _merged(bars: PriceColumns, *, max_points: int | None) -> PriceColumns:
    """Neighbouring bars as one, so that no more than ``max_points`` are left and every peak and trough stays.

    A merged bar has the date and open of its first, the close of its last, the extremes and the volume of all.
    """
    if max_points is None or len(bars) <= max_points:
        return bars
    width = -(-len(bars) // max_points)
    first = np.arange(0, len(bars), width)
    last = np.append(first[1:], len(bars)) - 1
    return PriceColumns(
        date=bars.date[first],
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first),
        low=np.minimum.reduceat(bars.low, first),
        close=bars.close[last],
        volume=np.add.reduceat(bars.volume, first),
        source=bars.source,
    )


def _rupees(paise: NDArray[np.int64]) -> list[str]:
    """Paise as decimal strings of rupees; integers all the way, for a float would have to be rounded."""
    return [f"{value // 100}.{value % 100:02d}" for value in paise.tolist()]
