"""scripts/bench sync: how fast prices come into the tables, beside what it must keep. Wall time, one process.

Runs inside the project's environment, on a database of its own or with nothing in it of the synthetic market. What does
not belong here: how fast prices are made (market_speed), starting servers.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import django

from scripts.benchmarks.market_speed import Figure

YEARS = 10
INTRADAY_DAYS = 60
STOCKS = 50
# Names of their own, that no provider knows.
DAILY, INTRADAY = "BENCHDAILY", "BENCHINTRADAY"


def main() -> None:
    """Measure and print the table."""
    django.setup()
    for figure in (*_whole_sync(), _daily_rows(), _intraday_days()):
        print(figure.line())


def _whole_sync() -> list[Figure]:
    """50 stocks for the first time: ten years of daily bars, sixty days of 5 minutes; and a second time."""
    import marketdata
    from apps.core import clock
    from apps.core.configuration import override
    from apps.stocks import services as stocks_services

    override("history.start_date", (clock.today() - timedelta(days=YEARS * 365)).isoformat())
    override("sync.intraday_days", str(INTRADAY_DAYS))
    stocks = marketdata.get_provider().instruments("stock")[:STOCKS]
    stocks_services.seed_stocks(
        [stocks_services.SeedStock(enum=each.symbol, name=each.name, category=each.industry) for each in stocks]
    )
    names = [each.symbol for each in stocks]
    first, log = _timed(lambda: _sync(names))
    rows, days = log.extra["daily_inserted"], log.extra["intraday_inserted"]
    again, _ = _timed(lambda: _sync(names))
    return [
        Figure(f"sync of {log.success_count} stocks: {rows} daily bars, {days} days of 5 minutes", first, "s", 15),
        Figure("the same once more: the last day again, no row changed", again, "s"),
    ]


def _sync(names: list[str]) -> Any:
    from apps.sync import services

    log = services.open_sync(order=services.Order(sync_type="stock", instruments=names))
    services.execute_all(log_id=log.pk)
    log.refresh_from_db()
    return log


def _daily_rows() -> Figure:
    """Daily bars that are made already: packed, copied and upserted into an empty stock."""
    import numpy as np

    import marketdata
    from apps.core import clock
    from apps.stocks import selectors as stocks_selectors
    from apps.stocks import services as stocks_services

    bars: Any = marketdata.get_provider().daily("TCS", date(2006, 1, 1), date(2025, 12, 31))
    prices = {name: getattr(bars, name).astype(np.int64) for name in ("open", "high", "low", "close", "volume")}
    columns = stocks_selectors.PriceColumns(date=bars.date, **prices)
    names = _made(DAILY, 10)
    seconds, _ = _timed(
        lambda: [
            stocks_services.store_synthetic_bars(enum=name, bars=columns, extra=_extra(), data_until=clock.now())
            for name in names
        ]
    )
    return Figure("daily bars stored", len(names) * len(columns) / seconds, "rows/s", 40_000, more=True)


def _intraday_days() -> Figure:
    """Days of 5-minute bars that are made already: written as JSON, copied and upserted into an empty stock."""
    import marketdata
    from apps.stocks import selectors as stocks_selectors
    from apps.stocks import services as stocks_services

    bars = marketdata.get_provider().intraday("TCS", date(2025, 1, 1), date(2025, 12, 31))
    columns = stocks_selectors.IntradayColumns.of_sessions(bars)
    names = _made(INTRADAY, 4)
    seconds, _ = _timed(
        lambda: [stocks_services.store_synthetic_intraday(enum=name, days=columns, extra=_extra()) for name in names]
    )
    return Figure("stock-days of 5 minutes stored", len(names) * len(bars) / seconds, "days/s", 1_000, more=True)


def _made(stem: str, count: int) -> list[str]:
    """Stocks without prices."""
    from apps.stocks import services as stocks_services

    names = [f"{stem}{number}" for number in range(count)]
    stocks_services.seed_stocks(
        [stocks_services.SeedStock(enum=name, name=name, category="Benchmark") for name in names]
    )
    return names


def _extra() -> dict[str, object]:
    import marketdata

    provider = marketdata.get_provider()
    return {"source": provider.name, "version": provider.version}


def _timed(call: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    answer = call()
    return time.perf_counter() - began, answer


if __name__ == "__main__":
    main()
