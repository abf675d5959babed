"""Candle tables for the tests of fills: rupees and words in, fills as one readable line each out."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.simulation import books
from engine.simulation.moments import IST_OFFSET
from engine.types import Bars, Direction, Entries, Exits, Plan, Settings, Signals, Sizing, Trade

WORDS = ("buy", "sell", "short", "cover")
PRICES = ("open", "high", "low", "close")


class Outcome:
    """What a simulation gave, in rupees."""

    def __init__(self, written: books.Books) -> None:
        self.trades = books.list_trades(written.trades)
        self.open_trades = books.list_trades(written.open_trades)
        self.rejections = books.list_rejections(written.rejections)
        self.fills = [line(trade) for trade in self.trades]
        self.still_open = [line(trade) for trade in self.open_trades]
        self.equity = (written.equity / 100).tolist()
        self.exposed_bars = written.exposed_bars
        self.charges = written.charges / 100
        self.traded = written.traded / 100
        self.refused = [f"bar {refusal.index} {refusal.side}: {refusal.reason}" for refusal in self.rejections]


def line(trade: Trade) -> str:
    """``long 10: bar 0 at 100, bar 1 at 98, stop``: side, shares, entry, exit, reason."""
    entry = f"bar {trade.entry_index} at {trade.entry_price / 100:.12g}"
    leave = f"bar {trade.exit_index} at {trade.exit_price / 100:.12g}"
    return f"{trade.side} {trade.quantity}: {entry}, {leave}, {trade.exit_reason}"


def read(table: str) -> tuple[Bars, Signals]:
    """Bars and signals of a table whose first line names its columns; signals are joined by ``+``.

    One bar a day from day 20,000, unless the table has a column ``time`` (``0-09:15``: day from there, India's time).
    """
    header, *rows = [text.split() for text in table.strip().splitlines()]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    times = np.array([seconds(cell.get("time", f"{index}-00:00")) for index, cell in enumerate(cells)])
    days = (times + IST_OFFSET) // 86_400
    prices = {name: np.array([round(float(cell[name]) * 100) for cell in cells]) for name in PRICES}
    bars = Bars.checked(time=times, session=days, volume=np.zeros_like(days), **prices)
    said = [cell["signal"].split("+") for cell in cells]
    assert all(word in (*WORDS, "-") for words in said for word in words)
    buy, sell, short, cover = (np.array([word in words for words in said]) for word in WORDS)
    return bars, Signals(buy, sell, short, cover, warmup_bars=0)


def seconds(time: str) -> int:
    """Epoch seconds of ``day-HH:MM`` in India, days counted from day 20,000."""
    day, clock = time.split("-")
    hours, minutes = clock.split(":")
    return (20_000 + int(day)) * 86_400 + int(hours) * 3_600 + int(minutes) * 60 - IST_OFFSET


def plan(
    *,
    direction: Direction = "long",
    stop: float | None = None,
    target: float | None = None,
    trailing: float | None = None,
    sizing: Sizing | None = None,
    exits: Exits | None = None,
    entries: Entries | None = None,
) -> Plan:
    exits = exits or Exits(stop_loss_pct=stop, target_pct=target, trailing_stop_pct=trailing)
    return Plan(name="table", direction=direction, exits=exits, sizing=sizing or Sizing(), entries=entries or Entries())


def run(
    table: str,
    *,
    rupees: int = 1_000,
    settings: dict[str, Any] | None = None,
    atr: list[float] | None = None,
    **of_plan: Any,
) -> Outcome:
    """The fills of a table, by default long, all in, with 1,000 rupees, at the same close; ``atr`` in rupees."""
    bars, signals = read(table)
    chosen = Settings(initial_cash=rupees * 100, **(settings or {}))
    ranges = None if atr is None else np.array(atr) * 100
    return Outcome(books.simulate(signals=signals, plan=plan(**of_plan), bars=bars, settings=chosen, atr=ranges))
