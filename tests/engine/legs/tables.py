"""Tables of one day for the tests of option legs: rupees in, one readable line a trade out."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.legs import runner
from engine.legs.days import Contract, Day
from engine.legs.results import LegsResult, LegTrade
from engine.legs.rule import LegRule, LegsRule
from engine.simulation.moments import IST_OFFSET
from engine.types import Bars, Settings

FIRST_DAY = 20_000
STRIKE = 100.0
LOT = 10
NAMES = ("open", "high", "low", "close")
CASH = 100_000_00


def seconds(clock: str, *, day: int = 0) -> int:
    """Epoch seconds of ``HH:MM`` in India, days counted from day 20,000."""
    hours, minutes = clock.split(":")
    return (FIRST_DAY + day) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 - IST_OFFSET


def minute(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _column(cell: str) -> list[int]:
    """``50/60/40/55`` as open, high, low, close in paise; ``50`` is all four; ``-`` was not traded."""
    if cell == "-":
        return [0, 0, 0, 0]
    parts = cell.split("/")
    return [round(float(part) * 100) for part in (parts * 4 if len(parts) == 1 else parts)]


def day_of(
    table: str,
    *,
    number: int = 0,
    rights: str = "",
    expires_in: int = 0,
    strike: float = STRIKE,
    lot: int = LOT,
    settlement: float | None = None,
) -> Day:
    """A day of a table: ``HH:MM underlying leg leg ...`` a line."""
    rows = [line.split() for line in table.strip().splitlines()]
    cells = np.array([[_column(cell) for cell in row[1:]] for row in rows], np.int32)
    time = np.array([seconds(row[0], day=number) for row in rows])
    session = np.full(len(rows), FIRST_DAY + number)
    spot = {name: cells[:, 0, index] for index, name in enumerate(NAMES)}
    bars = Bars.checked(time=time, session=session, volume=np.zeros(len(rows), np.int64), **spot)
    rights = rights or "CP"[: cells.shape[1] - 1]
    contracts = tuple(
        Contract(
            name=f"{letter}{leg}",
            strike=round(strike * 100),
            right="CE" if letter == "C" else "PE",
            expiry=FIRST_DAY + number + expires_in,
            lot_size=lot,
            **{name: np.ascontiguousarray(cells[:, leg, index]) for index, name in enumerate(NAMES)},
        )
        for leg, letter in enumerate(rights, start=1)
    )
    return Day(bars, contracts, settlement=None if settlement is None else settlement * 100)


def rule_of(*legs: LegRule, entry: str = "09:20", leave: str = "09:40", **values: Any) -> LegsRule:
    return LegsRule("table", legs, entry_minute=minute(entry), exit_minute=minute(leave), **values)


def run(rule: LegsRule, *days: Day, **settings: Any) -> LegsResult:
    return runner.run(rule=rule, days=days, settings=Settings(**{"initial_cash": CASH, **settings}))


def line(trade: LegTrade) -> str:
    """``short C1: bar 0 at 50, bar 2 at 60, stop``."""
    entry = f"bar {trade.entry_index} at {trade.entry_price / 100:.12g}"
    leave = f"bar {trade.exit_index} at {trade.exit_price / 100:.12g}"
    return f"{trade.side} {trade.contract}: {entry}, {leave}, {trade.exit_reason}"


def lines(result: LegsResult) -> list[str]:
    return [line(trade) for trade in result.trades]
