"""The synthetic market as rows, for a new installation. What does not belong here: making prices (marketdata)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

import marketdata
from apps.core import configuration
from apps.market.services.importing import data_until
from apps.sectors import services as sectors_services
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from marketdata.types import DailyBars, Instrument, Provider

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SeedCounts:
    """What the seed wrote. ``kept_real`` counts instruments whose imported bars were left alone."""

    categories: int = 0
    stocks: int = 0
    sectors: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    kept_real: int = 0

    def plus(self, stored: stocks_services.StoredBars) -> SeedCounts:
        """These counts and what one more instrument did."""
        return dataclasses.replace(
            self,
            inserted=self.inserted + stored.inserted,
            updated=self.updated + stored.updated,
            unchanged=self.unchanged + stored.unchanged,
            removed=self.removed + stored.removed_synthetic,
            kept_real=self.kept_real + stored.skipped,
        )


def seed_universe(*, years: int, today: date, progress: Progress = lambda _done, _total, _symbol: None) -> SeedCounts:
    """Write the synthetic stocks, sectors, categories (industries) and their daily bars up to yesterday.

    The bars begin at the configured ``history.start_date``, at most ``years`` back. Each instrument is a transaction
    of its own; running again writes only what is missing. An instrument with imported bars is left alone, and bars
    of another version of the model are removed. ``progress`` gets done, total and symbol.
    """
    provider = marketdata.get_provider()
    stocks, sectors = provider.instruments("stock"), provider.instruments("sector")
    categories_made, stocks_made = stocks_services.seed_stocks(
        [stocks_services.SeedStock(enum=each.symbol, name=each.name, category=each.industry) for each in stocks]
    )
    sectors_made = sectors_services.seed_sectors({each.symbol: each.name for each in sectors})
    counts = SeedCounts(categories=categories_made, stocks=stocks_made, sectors=sectors_made)
    start, end = _history(years=years, today=today)
    instruments = (*stocks, *sectors)
    for done, each in enumerate(instruments, start=1):
        bars = provider.daily(each.symbol, start, end) if start <= end else None
        if bars is not None and len(bars):
            counts = counts.plus(_store(each, bars=bars, provider=provider))
        progress(done, len(instruments), each.symbol)
    return counts


def _history(*, years: int, today: date) -> tuple[date, date]:
    # 29 February has no twin in most years; the day before has.
    day = today - timedelta(days=1) if (today.month, today.day) == (2, 29) else today
    earliest = day.replace(year=day.year - years)
    return max(configuration.get_date("history.start_date"), earliest), today - timedelta(days=1)


def _store(instrument: Instrument, *, bars: DailyBars, provider: Provider) -> stocks_services.StoredBars:
    extra = {"source": provider.name, "version": provider.version}
    columns = _columns(bars)
    if instrument.kind == "stock":
        return stocks_services.store_synthetic_bars(
            enum=instrument.symbol, bars=columns, extra=extra, data_until=data_until(columns)
        )
    return sectors_services.store_synthetic_bars(enum=instrument.symbol, bars=columns, extra=extra)


def _columns(bars: DailyBars) -> stocks_selectors.PriceColumns:
    return stocks_selectors.PriceColumns(
        date=bars.date,
        open=bars.open.astype(np.int64),
        high=bars.high.astype(np.int64),
        low=bars.low.astype(np.int64),
        close=bars.close.astype(np.int64),
        volume=bars.volume,
    )
