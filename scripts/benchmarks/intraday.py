"""scripts/bench intraday: how fast days of 5-minute candles are stored, and read for a run, beside what must be kept.

Runs inside the project's environment, on a database that is there. Times are wall times, the best of several. What
does not belong here: starting the database (command), judging the machine it runs on.
"""

from __future__ import annotations

import platform
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from typing import Any

import django

from scripts.benchmarks.market_speed import Figure

INSTRUMENT = "BENCHMARK5MIN"
MADE_LIKE = "RELIANCE"
LAST = date(2025, 12, 31)
DAYS = 2_500
WARM_READS = 200
PACKAGES = ("Django", "psycopg2-binary", "numpy", "orjson")
EXTRA = {"source": "import", "file": "benchmark"}


def main() -> None:
    """Store, read in this process and in fresh ones, and print the table."""
    days = _days()
    _forget()
    seconds, stored = _timed(lambda: _store(days))
    again, same = _timed(lambda: _store(days))
    if same.unchanged != DAYS:
        raise SystemExit(f"storing again changed rows: {same}")
    figures = [
        Figure("stock-days stored, JSON and block", DAYS / seconds, "days/s", 1000, more=True),
        Figure("the same days again, none of them written", DAYS / again, "days/s", 1000, more=True),
        Figure(f"{len(days):,} bars for a run, warm", _best(_load, times=WARM_READS), "ms", 15),
        Figure("the same, cold: a fresh process that connects", min(_cold(7)), "ms", 60),
        Figure("the same, made by the provider", _best(_make, times=5), "ms"),
        Figure("the same, from JSON alone", _best_without_blocks(), "ms"),
        Figure("blocks made anew from JSON", DAYS / _timed(_rebuild)[0], "days/s"),
    ]
    print(_versions())
    print(f"{stored.inserted} days new, {stored.updated} changed, {stored.unchanged} same")
    for figure in figures:
        print(figure.line())


def _versions() -> str:
    from django.db import connection

    versions = {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}
    versions["PostgreSQL"] = ".".join(str(part) for part in connection.get_database_version())
    return ", ".join(f"{name} {number}" for name, number in versions.items())


def _days() -> Any:
    from apps.stocks import selectors as stocks_selectors

    candles = stocks_selectors.IntradayColumns.of_sessions(_made())
    return candles.where(slice(int(stocks_selectors.first_of_days(candles.time)[-1 - DAYS]), None))


def _made() -> Any:
    import marketdata

    return marketdata.get_provider().intraday(MADE_LIKE, LAST.replace(year=LAST.year - 11), LAST)


def _make() -> int:
    from apps.market import selectors

    found = selectors.get_instrument(instrument_type="stock", identifier=MADE_LIKE)
    return len(selectors.load_bars(instrument=found, interval="5m", start=_first_day(), end=LAST).bars)


def _first_day() -> date:
    import marketdata

    first: date = marketdata.get_provider().sessions(LAST.replace(year=LAST.year - 11), LAST)[-DAYS].item()
    return first


def _store(days: Any) -> Any:
    from apps.stocks import services as stocks_services

    return stocks_services.store_imported_intraday(enum=INSTRUMENT, days=days, extra=EXTRA)


def _forget() -> None:
    """Take away what an earlier run left in a database of the operator's own."""
    from apps.stocks.models import Stock5MinByDay

    Stock5MinByDay.objects.filter(stock__enum=INSTRUMENT).delete()


def _load() -> int:
    from apps.market import selectors

    found = selectors.get_instrument(instrument_type="stock", identifier=INSTRUMENT)
    return len(selectors.load_bars(instrument=found, interval="5m", start=date(2000, 1, 1), end=LAST).bars)


def _cold(times: int) -> list[float]:
    """Milliseconds of the first read in processes of their own, with the connection, without starting Python."""
    command = [sys.executable, "-m", "scripts.benchmarks.intraday", "cold"]
    return [float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(times)]


def _best_without_blocks() -> float:
    from apps.stocks.models import Stock5MinByDay

    Stock5MinByDay.objects.filter(stock__enum=INSTRUMENT).update(candles_packed=None)
    return _best(_load, times=3)


def _rebuild() -> tuple[int, int]:
    from apps.stocks import selectors as stocks_selectors
    from apps.stocks import services as stocks_services
    from apps.stocks.models import Stock

    owner_id = Stock.objects.get(enum=INSTRUMENT).pk
    return stocks_services.rebuild_blocks(table=stocks_selectors.STOCK_CANDLES, owner_id=owner_id, every=False)


def _best(call: Callable[[], object], *, times: int) -> float:
    return min(_timed(call)[0] for _ in range(times)) * 1000


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = call()
    return time.perf_counter() - began, answer


def load_only() -> None:
    """Store, and print the milliseconds of a warm read: the best of so many that a moment's work beside it is over."""
    from engine import warming

    _forget()
    _store(_days())
    warming.keep_memory()
    print(_best(_load, times=WARM_READS))


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:] == ["cold"]:
        from apps.market import selectors  # noqa: F401  # what is measured is a read, not an import

        print(_timed(_load)[0] * 1000)
    else:
        from apps.stocks.models import Stock

        Stock.objects.get_or_create(enum=MADE_LIKE, defaults={"symbol": MADE_LIKE, "full_symbol": f"{MADE_LIKE}.NS"})
        load_only() if sys.argv[1:] == ["load"] else main()
