"""One peer's times and trades on the bars of a file, as one line of JSON. Runs inside the throw-away environment.

Usage: engine_peers.py <peer> <daily.npz> <intraday.npz>. Every peer buys at the close where SMA(20) crosses above
SMA(50) and sells where it crosses below. What does not belong here: the project's engine, comparing.
"""

from __future__ import annotations

import json
import math
import sys
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

import numpy as np

# Prices and cash are whole paise, of which every peer's averages are exact: ties are ties for all.
FAST, SLOW, CASH = 20, 50, 100_000_000_000.0
# The shortest time is that of all within this; what takes longer is done once.
SECONDS = 0.5
BATCH = 500


def crossings(fast: Any, slow: Any) -> tuple[Any, Any]:
    """Where one line crosses another, upwards and downwards."""
    above, below, up, down = fast > slow, fast < slow, np.zeros(len(fast), bool), np.zeros(len(fast), bool)
    up[1:] = above[1:] & (fast[:-1] <= slow[:-1])
    down[1:] = below[1:] & (fast[:-1] >= slow[:-1])
    return up, down


def raptorbt() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """How raptorbt runs one pair, and many."""
    import raptorbt as peer  # type: ignore[import-not-found]

    config = peer.BacktestConfig(initial_capital=CASH, fees=0.0)

    def one(bars: Any, fast: int, slow: int) -> Any:
        columns = [bars[name] for name in ("open", "high", "low", "close", "volume")]
        up, down = crossings(peer.sma(bars["close"], fast), peer.sma(bars["close"], slow))
        result = peer.run_single_backtest(bars["time"], *columns, up, down, config=config)
        _ = result.metrics.sharpe_ratio, result.metrics.win_rate_pct
        return [(trade.entry_idx, trade.exit_idx) for trade in result.trades()]

    return one, lambda bars, pairs: [one(bars, *pair) for pair in pairs]


def backtesting() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """How backtesting.py runs one pair; many are as many runs."""
    import pandas as pd
    from backtesting import Backtest, Strategy  # type: ignore[import-not-found]

    class Crossing(Strategy):
        """Two simple averages."""

        fast, slow = FAST, SLOW

        def init(self) -> None:
            """Compute the averages."""
            close = pd.Series(self.data.Close)
            self.up, self.down = crossings(*(close.rolling(n).mean().to_numpy() for n in (self.fast, self.slow)))

        def next(self) -> None:
            """Trade the bar."""
            bar = len(self.data) - 1
            if not self.position and self.up[bar]:
                self.buy()
            elif self.position and self.down[bar]:
                self.position.close()

    def one(bars: Any, fast: int, slow: int) -> Any:
        names = {"Open": "open", "High": "high", "Low": "low", "Close": "close", "Volume": "volume"}
        frame = pd.DataFrame({name: bars[column] for name, column in names.items()}, pd.to_datetime(bars["time"]))
        found = Backtest(frame, Crossing, cash=CASH, trade_on_close=True).run(fast=fast, slow=slow)
        return list(zip(found._trades.EntryBar.tolist(), found._trades.ExitBar.tolist(), strict=True))  # noqa: SLF001

    return one, lambda bars, pairs: [one(bars, *pair) for pair in pairs]


def vectorbt() -> tuple[Callable[..., Any], Callable[..., Any]]:
    """How vectorbt runs one pair, and many at once."""
    import pandas as pd
    import vectorbt as peer  # type: ignore[import-not-found]

    def portfolio(bars: Any, fast: list[int], slow: list[int]) -> Any:
        close = pd.Series(bars["close"], pd.to_datetime(bars["time"]))
        first, second = peer.MA.run(close, fast, short_name="fast"), peer.MA.run(close, slow, short_name="slow")
        up, down = first.ma_crossed_above(second), first.ma_crossed_below(second)
        return peer.Portfolio.from_signals(close, up, down, init_cash=CASH, freq="1D")

    def one(bars: Any, fast: int, slow: int) -> Any:
        found = portfolio(bars, [fast], [slow])
        found.stats(silence_warnings=True)
        records = found.trades.records
        closed = records[records["status"] == 1]
        return list(zip(closed["entry_idx"].tolist(), closed["exit_idx"].tolist(), strict=True))

    def many(bars: Any, pairs: list[tuple[int, int]]) -> Any:
        for first in range(0, len(pairs), BATCH):
            fast, slow = zip(*pairs[first : first + BATCH], strict=True)
            found = portfolio(bars, list(fast), list(slow))
            _ = found.total_return(), found.max_drawdown(), found.sharpe_ratio(), found.trades.win_rate()

    return one, many


PEERS = {"raptorbt": raptorbt, "backtesting": backtesting, "vectorbt": vectorbt}
# How many of 10,000 and of 100 pairs are really run; the time of the others is in proportion.
SHARES = {"raptorbt": (2_500, 20), "backtesting": (10, 1), "vectorbt": (1_000, 5)}


def best_of(work: Callable[[], Any]) -> float:
    """The shortest of several times, seconds."""
    shortest, until = math.inf, time.perf_counter() + SECONDS
    while shortest == math.inf or time.perf_counter() < until:
        started = time.perf_counter()
        work()
        shortest = min(shortest, time.perf_counter() - started)
    return shortest


def main(name: str, *paths: str) -> None:
    """Measure a peer and print what it found."""
    warnings.simplefilter("ignore")
    one, many = PEERS[name]()
    daily, intraday = ({key: np.ascontiguousarray(value) for key, value in np.load(path).items()} for path in paths)
    pairs = [(fast, slow) for fast in range(2, 102) for slow in range(102, 202)]
    few = [(fast, slow) for fast in range(5, 55, 5) for slow in range(60, 260, 20)]
    shares = SHARES[name]
    trades = one(daily, FAST, SLOW), one(intraday, FAST, SLOW)
    step = len(pairs) // shares[0]
    times = {
        "daily": best_of(lambda: one(daily, FAST, SLOW)),
        "intraday": best_of(lambda: one(intraday, FAST, SLOW)),
        "pairs": best_of(lambda: many(daily, pairs[::step])) * len(pairs) / shares[0],
        "few": best_of(lambda: many(intraday, few[: shares[1]])) * len(few) / shares[1],
    }
    print(json.dumps({"version": version(name), "trades": trades, "times": times}))


if __name__ == "__main__":
    main(*sys.argv[1:])
