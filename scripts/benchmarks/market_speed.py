"""scripts/bench marketdata: how fast the synthetic market is made, on one thread, beside what it must keep.

Each figure is the best of several, in CPU time. What does not belong here: judging the machine it runs on.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from marketdata import get_provider, live, options, paths, sessions

YEAR = date(2025, 1, 1), date(2025, 12, 31)
TWENTY_YEARS = date(2006, 1, 1), date(2025, 12, 31)
DAY = date(2026, 1, 2)
NOW = datetime(2026, 1, 2, 11, 7, 33, tzinfo=sessions.IST)
BARS_A_DAY = 75


@dataclass(frozen=True)
class Figure:
    """A measurement, its unit, and its goal: a figure is good below it, or above it where ``more`` is better."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    more: bool = False

    def line(self) -> str:
        """The figure as text."""
        goal = "" if self.goal is None else f"{'>=' if self.more else '<='} {self.goal:g}"
        missed = self.goal is not None and (self.value < self.goal if self.more else self.value > self.goal)
        return f"{self.what:<52}{self.value:>9.3f} {self.unit:<8}{goal:<10}{'  MISSED' if missed else ''}".rstrip()


def cold() -> list[Figure]:
    """Figures of a process that has made nothing yet."""
    symbols = _stocks()
    began = time.process_time()
    for symbol in symbols:
        paths.stock(symbol)
    figures = [Figure("50 symbols cold, open, close and volume", time.process_time() - began, "s", 0.2)]
    began = time.process_time()
    paths.index("NIFTY50")
    figures.append(Figure("NIFTY 50 after that", time.process_time() - began, "s"))
    return figures


def warm() -> list[Figure]:
    """Figures of a process that has made the paths."""
    symbols, provider = _stocks(), get_provider()
    days = len(provider.sessions(*YEAR))
    year = _best(lambda: [provider.intraday(symbol, *YEAR) for symbol in symbols], times=7)
    chain = {
        name: options.chains([each.option for each in provider.contracts(name, DAY)])[0] for name in ("SBIN", "NIFTY50")
    }
    session = {name: live.session(name, DAY) for name in chain}
    one = chain["SBIN"].options[20]
    return [
        Figure(
            "5-minute bars, 50 stocks x a year", len(symbols) * days * BARS_A_DAY / year / 1e6, "M/s", 15, more=True
        ),
        Figure("a stock-day of 75 bars", _milliseconds(lambda: provider.intraday("SBIN", DAY, DAY)), "ms", 0.2),
        Figure("an index-day of 75 bars", _milliseconds(lambda: provider.intraday("NIFTY50", DAY, DAY)), "ms"),
        Figure("42 contracts x 75 bars, on a stock", _chain_time(chain["SBIN"], session["SBIN"]), "ms", 1),
        Figure("42 contracts x 75 bars, on NIFTY 50", _chain_time(chain["NIFTY50"], session["NIFTY50"]), "ms"),
        Figure("a quote of a stock", _milliseconds(lambda: provider.quotes(["SBIN"], NOW)), "ms", 0.2),
        Figure("a quote of an index", _milliseconds(lambda: provider.quotes(["NIFTY50"], NOW)), "ms", 0.2),
        Figure("a quote of an option", _milliseconds(lambda: provider.option_quotes([one], NOW)), "ms", 0.2),
        Figure("quotes of a chain of 42", _milliseconds(lambda: options.quotes(chain["SBIN"], NOW)), "ms"),
        Figure("Greeks of a chain of 42", _milliseconds(lambda: options.greeks(chain["SBIN"], NOW)), "ms"),
    ]


def memory() -> list[Figure]:
    """Memory of a process that has given 50 stocks x 20 years of 5-minute and daily bars."""
    provider = get_provider()
    began = time.process_time()
    for symbol in _stocks():
        for year in range(TWENTY_YEARS[0].year, TWENTY_YEARS[1].year + 1):
            provider.intraday(symbol, date(year, 1, 1), date(year, 12, 31))
    made = time.process_time() - began
    began = time.process_time()
    for symbol in _stocks():
        provider.daily(symbol, *TWENTY_YEARS)
    highs = time.process_time() - began
    return [
        Figure("50 stocks x 20 years of 5-minute bars, year by year", made, "s"),
        Figure("50 stocks x 20 years of daily bars after that", highs, "s"),
        Figure("memory then", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "MB", 120),
    ]


def _chain_time(chain: options.Chain, session: Any) -> float:
    return _milliseconds(lambda: options.candles(chain, session))


def _stocks() -> list[str]:
    return [each.symbol for each in get_provider().instruments("stock")]


def _milliseconds(call: Callable[[], object]) -> float:
    """The time of a call, the mean of a hundred, the best of several such."""

    def many() -> None:
        for _ in range(100):
            call()

    call()
    return _best(many, times=7) * 10


def _best(call: Callable[[], object], *, times: int) -> float:
    found = []
    for _ in range(times):
        began = time.process_time()
        call()
        found.append(time.process_time() - began)
    return min(found)


PARTS: dict[str, Callable[[], list[Figure]]] = {"cold": cold, "warm": warm, "memory": memory}


def main() -> None:
    """Measure each part in a process of its own and print the table."""
    for part in PARTS:
        command = [sys.executable, "-m", "scripts.benchmarks.market_speed", part]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        for line in json.loads(done.stdout):
            print(line)


if __name__ == "__main__":
    if sys.argv[1:]:
        print(json.dumps([figure.line() for figure in PARTS[sys.argv[1]]()]))
    else:
        main()
