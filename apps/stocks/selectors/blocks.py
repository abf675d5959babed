"""A day of 5-minute candles as a block of bytes, in which years are read many times faster than as JSON.

A block is a head of 16 bytes and a record a candle: of 12 bytes where candles follow one another every five minutes in
small steps, of 28 where not. Nothing is lost either way. What does not belong here: tables, and who writes blocks.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from numpy.typing import NDArray

from apps.stocks.constants import BAR_MINUTES, DAY_SECONDS, IST_SECONDS
from apps.stocks.selectors.candles import PRICES, IntradayColumns, Whole, first_of_days, minutes_of

STEPS, WHOLE = 0, 1
# ``unit`` divides every price of the day, so that the steps of a dear share are small too; ``open`` is the first price.
HEAD = np.dtype(
    [("day", "<i4"), ("open", "<i4"), ("minute", "<i2"), ("count", "<i2"), ("unit", "<i2"), ("kind", "<i2")]
)
HEAD_BYTES = HEAD.itemsize
# From the close before to the open, from the open to the close, from these two up to the high and down to the low.
STEP = np.dtype([("gap", "<i2"), ("move", "<i2"), ("above", "<u2"), ("below", "<u2"), ("volume", "<u4")])
RECORD = np.dtype([("minute", "<i4"), *((name, "<i4") for name in PRICES), ("volume", "<i8")])
UNIT_PAISE = 100


def pack(candles: IntradayColumns) -> list[bytes]:
    """The block of each day; the candles must be sound, for nothing is checked here."""
    bounds = first_of_days(candles.time)
    first = bounds[:-1]
    if not len(first):
        return []
    counts = np.diff(bounds)
    heads = np.zeros(len(first), dtype=HEAD)
    heads["day"] = (candles.time[first] + IST_SECONDS) // DAY_SECONDS
    heads["open"], heads["count"] = candles.open[first], counts
    heads["minute"] = minutes_of(candles.time[first])
    heads["unit"] = _units(candles, first=first)
    steps, fits = _steps(candles, first=first, units=np.repeat(heads["unit"], counts).astype(np.int64))
    follows = minutes_of(candles.time) == _even_minutes(heads)
    heads["kind"] = np.where(np.logical_and.reduceat(fits & follows, first), STEPS, WHOLE)
    whole = _records(candles)
    bodies = [(steps, whole)[kind] for kind in heads["kind"].tolist()]
    pairs = itertools.pairwise(bounds.tolist())
    return [
        head.tobytes() + body[start:stop].tobytes()
        for head, body, (start, stop) in zip(heads, bodies, pairs, strict=True)
    ]


def unpack(*, heads: bytes, bodies: bytes) -> IntradayColumns:
    """The candles of blocks, given all their heads and all their bodies, one after the other."""
    head = np.frombuffer(heads, dtype=HEAD)
    is_whole = head["kind"] == WHOLE
    if not is_whole.any():
        return _of_steps(np.frombuffer(bodies, dtype=STEP), head=head)
    if is_whole.all():
        return _of_records(np.frombuffer(bodies, dtype=RECORD), head=head)
    words = np.frombuffer(bodies, dtype="<i4")
    sizes = head["count"].astype(np.int64) * np.where(is_whole, RECORD.itemsize, STEP.itemsize) // 4
    belongs = np.repeat(is_whole, sizes)
    parts = [
        _of_steps(words[~belongs].view(STEP), head=head[~is_whole]),
        _of_records(words[belongs].view(RECORD), head=head[is_whole]),
    ]
    return IntradayColumns.joined(parts).in_order()


def _units(candles: IntradayColumns, *, first: Whole) -> Whole:
    """The greatest common divisor of a day's prices, and of a rupee."""
    of_bars = np.gcd(np.gcd(candles.open, candles.high), np.gcd(candles.low, candles.close))
    units: Whole = np.gcd(np.gcd.reduceat(of_bars, first), UNIT_PAISE)
    return units


def _steps(candles: IntradayColumns, *, first: Whole, units: Whole) -> tuple[NDArray[np.void], NDArray[np.bool_]]:
    """Candles as steps, and which of them lose nothing by it."""
    gap = candles.open - np.roll(candles.close, 1)
    gap[first] = 0
    columns = {
        "gap": gap // units,
        "move": (candles.close - candles.open) // units,
        "above": (candles.high - np.maximum(candles.open, candles.close)) // units,
        "below": (np.minimum(candles.open, candles.close) - candles.low) // units,
        "volume": candles.volume,
    }
    steps, fits = np.empty(len(candles), dtype=STEP), np.ones(len(candles), dtype=bool)
    for name, column in columns.items():
        steps[name] = column
        fits &= steps[name] == column
    return steps, fits


def _records(candles: IntradayColumns) -> NDArray[np.void]:
    records = np.empty(len(candles), dtype=RECORD)
    records["minute"] = minutes_of(candles.time)
    for name in (*PRICES, "volume"):
        records[name] = getattr(candles, name)
    return records


def _of_steps(steps: NDArray[np.void], *, head: NDArray[np.void]) -> IntradayColumns:
    """Candles of steps, in 32 bits and in place as far as it goes: half the time is memory's.

    Sums may overflow on their way, for no price does, and what is added wrongly is taken away again.
    """
    counts = head["count"]
    first = np.cumsum(counts, dtype=np.int64) - counts
    unit = head["unit"].astype(np.int32)
    units = unit[0] if len(unit) and (unit == unit[0]).all() else np.repeat(unit, counts)
    move = steps["move"].astype(np.int32)
    close = move + steps["gap"]
    np.cumsum(close, out=close)
    # A day's walk begins at its own open, whatever those before it sum to.
    start = head["open"] - (close[first] - move[first]) * unit
    close *= units
    close += np.repeat(start, counts)
    move *= units
    open_ = np.subtract(close, move, out=move)
    high, low = np.maximum(open_, close), np.minimum(open_, close)
    high += steps["above"] * units
    low -= steps["below"] * units
    times = _times(_even_minutes(head), head=head)
    return IntradayColumns(time=times, open=open_, high=high, low=low, close=close, volume=_wide(steps["volume"]))


def _of_records(records: NDArray[np.void], *, head: NDArray[np.void]) -> IntradayColumns:
    prices = {name: np.ascontiguousarray(records[name]) for name in PRICES}
    return IntradayColumns(time=_times(_wide(records["minute"]), head=head), **prices, volume=_wide(records["volume"]))


def _wide(column: NDArray[np.integer[Any]]) -> Whole:
    return column.astype(np.int64)


def _even_minutes(head: NDArray[np.void]) -> Whole:
    """The minute of each candle, if one follows the other every five minutes."""
    counts = head["count"]
    first = np.cumsum(counts, dtype=np.int64) - counts
    offset = head["minute"].astype(np.int64) - first * BAR_MINUTES
    minutes: Whole = np.repeat(offset, counts) + np.arange(counts.sum(), dtype=np.int64) * BAR_MINUTES
    return minutes


def _times(minutes: Whole, *, head: NDArray[np.void]) -> Whole:
    midnight = head["day"].astype(np.int64) * DAY_SECONDS - IST_SECONDS
    times: Whole = np.repeat(midnight, head["count"]) + minutes * 60
    return times
