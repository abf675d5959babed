"""Candle tables for the tests of fills: rupees and words in, fills as one readable line each out."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.simulation import books
from engine.types import Bars, Direction, Exits, Plan, Settings, Signals, Sizing, Trade

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


def line(trade: Trade) -> str:
    """``long 10: bar 0 at 100, bar 1 at 98, stop``: side, shares, entry, exit, reason."""
    entry = f"bar {trade.entry_index} at {trade.entry_price / 100:.12g}"
    leave = f"bar {trade.exit_index} at {trade.exit_price / 100:.12g}"
    return f"{trade.side} {trade.quantity}: {entry}, {leave}, {trade.exit_reason}"


def read(table: str) -> tuple[Bars, Signals]:
    """Bars, one a day, and signals of a table whose first line names its columns; signals are joined by ``+``."""
    header, *rows = [text.split() for text in table.strip().splitlines()]
    cells = [dict(zip(header, row, strict=True)) for row in rows]
    days = np.arange(20_000, 20_000 + len(cells))
    prices = {name: np.array([round(float(cell[name]) * 100) for cell in cells]) for name in PRICES}
    bars = Bars.checked(time=days * 86_400, session=days, volume=np.zeros_like(days), **prices)
    said = [cell["signal"].split("+") for cell in cells]
    assert all(word in (*WORDS, "-") for words in said for word in words)
    buy, sell, short, cover = (np.array([word in words for words in said]) for word in WORDS)
    return bars, Signals(buy, sell, short, cover, warmup_bars=0)


def plan(
    *,
    direction: Direction = "long",
    stop: float | None = None,
    target: float | None = None,
    trailing: float | None = None,
    sizing: Sizing | None = None,
) -> Plan:
    exits = Exits(stop_loss_pct=stop, target_pct=target, trailing_stop_pct=trailing)
    return Plan(name="table", direction=direction, exits=exits, sizing=sizing or Sizing())


def run(table: str, *, rupees: int = 1_000, settings: dict[str, Any] | None = None, **of_plan: Any) -> Outcome:
    """The fills of a table, by default long, all in, with 1,000 rupees, at the same close."""
    bars, signals = read(table)
    chosen = Settings(initial_cash=rupees * 100, **(settings or {}))
    return Outcome(books.simulate(signals=signals, plan=plan(**of_plan), bars=bars, settings=chosen))
