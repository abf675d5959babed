"""The cases of the reference tables: which bars, which signals, which fill.

Prices are integer paise. What does not belong here: filling an order, and the project's own indicators, which are
confirmed by these and so are not used.
"""

from __future__ import annotations

import csv
import gzip
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple


@dataclass(frozen=True)
class Case:
    """One table: which bars, which signals, how orders fill. ``levels``: with stop and target."""

    name: str
    file: str
    first_date: str
    last_date: str
    signals: str
    cash: int
    fill_on: str
    levels: bool


_RELIANCE = ("daily_equity/RELIANCE.csv.gz", "2019-10-01", "2023-06-30", "sma_10_30", 100_000)
_NIFTY = ("daily_index/NIFTY_50.csv.gz", "2015-01-01", "2025-12-31", "rsi_14_30_70", 1_000_000)
_TCS = ("daily_equity/TCS.csv.gz", "2019-10-01", "2025-09-30", "sma_10_30", 100_000)
_HDFCBANK = ("daily_equity/HDFCBANK.csv.gz", "2019-10-01", "2025-06-30", "sma_10_30", 100_000)
_BANK = ("daily_index/NIFTY_BANK.csv.gz", "2015-01-01", "2025-12-31", "rsi_14_30_70", 1_000_000)
# Bars of 5 minutes that are made, not read: nobody's prices, so the test of them needs no file.
WALK = "walk_5m"
_WALK = (WALK, "2024-01-01", "2024-01-26", "sma_10_30", 100_000)
CASES = [
    Case("a_reliance_sma_same_close", *_RELIANCE, "same_close", levels=False),
    Case("a_reliance_sma_next_open", *_RELIANCE, "next_open", levels=False),
    Case("b_nifty_rsi_same_close", *_NIFTY, "same_close", levels=False),
    Case("b_nifty_rsi_next_open", *_NIFTY, "next_open", levels=False),
    Case("c_reliance_sma_levels_same_close", *_RELIANCE, "same_close", levels=True),
    Case("c_reliance_sma_levels_next_open", *_RELIANCE, "next_open", levels=True),
    Case("d_nifty_rsi_levels_same_close", *_NIFTY, "same_close", levels=True),
    Case("e_tcs_sma_same_close", *_TCS, "same_close", levels=False),
    Case("f_hdfcbank_sma_levels_same_close", *_HDFCBANK, "same_close", levels=True),
    Case("g_bank_rsi_next_open", *_BANK, "next_open", levels=False),
    Case("h_walk_sma_same_close", *_WALK, "same_close", levels=False),
    Case("h_walk_sma_next_open", *_WALK, "next_open", levels=False),
    Case("h_walk_sma_levels_same_close", *_WALK, "same_close", levels=True),
    Case("h_walk_sma_levels_next_open", *_WALK, "next_open", levels=True),
]


class Bars(NamedTuple):
    """Dates (of bars of 5 minutes the moment of the open in India) and integer paise, one a bar."""

    date: list[str]
    open: list[int]
    high: list[int]
    low: list[int]
    close: list[int]


def load_bars(path: Path, case: Case) -> Bars:
    """Read the bars of the case's range as integer paise.

    :raises SystemExit: if a price is finer than a paisa or a bar's open or close lies outside its range
    """
    with gzip.open(path, "rt", newline="") as lines:
        rows = [row for row in csv.DictReader(lines) if case.first_date <= row["date"] <= case.last_date]
    columns = []
    for name in ("open", "high", "low", "close"):
        paise = [Decimal(row[name]) * 100 for row in rows]
        if any(value != int(value) for value in paise):
            sys.exit(f"{path.name}: {name} is not in whole paise")
        columns.append([int(value) for value in paise])
    bars = Bars([row["date"] for row in rows], *columns)
    for date, *prices in zip(*bars, strict=True):
        if prices[1] != max(prices) or prices[2] != min(prices):
            sys.exit(f"{path.name}: open or close outside high and low on {date}")
    return bars


def _draws() -> Iterator[int]:
    """Whole numbers without end, the same on every machine. Source: Knuth, MMIX: a linear congruential generator."""
    state = 4
    while True:
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        yield state >> 33


def walk_bars() -> Bars:
    """A random walk on ticks of 5 paise: 75 bars of 5 minutes a weekday, a gap each morning."""
    draws = _draws()
    rows: list[tuple[str, int, int, int, int]] = []
    price, opens = 50_000, datetime(2024, 1, 1, 9, 15, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    for day in (opens + timedelta(days=number) for number in range(26)):
        if day.weekday() > 4:
            continue
        price += (next(draws) % 401 - 200) * 5
        for begins in (day + timedelta(minutes=5 * number) for number in range(75)):
            close = price + (next(draws) % 121 - 60) * 5
            high = max(price, close) + next(draws) % 40 * 5
            low = min(price, close) - next(draws) % 40 * 5
            rows.append((f"{begins:%Y-%m-%dT%H:%M}", price, high, low, close))
            price = close + (next(draws) % 11 - 5) * 5
    return Bars(*(list(column) for column in zip(*rows, strict=True)))


def crosses(left: list[Any], right: list[Any]) -> tuple[list[bool], list[bool]]:
    """CROSS_ABOVE and CROSS_BELOW of two series, False where any of the four values is None (not available)."""
    above, below = [False] * len(left), [False] * len(left)
    for i in range(1, len(left)):
        a0, a1, b0, b1 = left[i - 1], left[i], right[i - 1], right[i]
        if None not in (a0, a1, b0, b1):
            above[i] = a0 <= b0 and a1 > b1
            below[i] = a0 >= b0 and a1 < b1
    return above, below


def sma(closes: list[int], n: int) -> list[Fraction | None]:
    """Exact mean of the last n closes, from index n-1 on."""
    return [None if i < n - 1 else Fraction(sum(closes[i - n + 1 : i + 1]), n) for i in range(len(closes))]


def rsi(closes: list[int], n: int) -> list[float | None]:
    """Wilder's RSI: first averages are plain means of n changes (index n), then (previous * (n-1) + now) / n."""
    changes = [now - before for before, now in pairwise(closes)]
    gain = sum(max(change, 0) for change in changes[:n]) / n
    loss = sum(max(-change, 0) for change in changes[:n]) / n
    values: list[float | None] = [None] * n + [100 * gain / (gain + loss)]
    for change in changes[n:]:
        gain = (gain * (n - 1) + max(change, 0)) / n
        loss = (loss * (n - 1) + max(-change, 0)) / n
        values.append(100 * gain / (gain + loss))
    return values


def signals(bars: Bars, case: Case) -> tuple[list[bool], list[bool]]:
    """Entry and exit signals of the case, one a bar."""
    size = len(bars.close)
    if case.signals == "sma_10_30":
        enter, leave = crosses(sma(bars.close, 10), sma(bars.close, 30))
    else:
        values = rsi(bars.close, 14)
        enter, leave = crosses(values, [30] * size)[0], crosses(values, [70] * size)[1]
    if enter[-1] or leave[-1]:
        sys.exit(f"{case.name}: a signal on the last bar, where backtesting.py cannot fill at the close")
    return enter, leave
