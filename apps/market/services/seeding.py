"""The synthetic market as rows, for a new installation. What does not belong here: making prices (marketdata)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import marketdata
from apps.core import configuration
from apps.market import selectors
from apps.market.services import filling
from apps.sectors import services as sectors_services
from apps.stocks import services as stocks_services

CANDLE_DAYS = 5

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class SeedCounts:
    """What the seed wrote. ``kept_real`` counts instruments whose imported bars were left alone.

    ``candle_days`` counts days of 5-minute bars, of each instrument.
    """

    categories: int = 0
    stocks: int = 0
    sectors: int = 0
    inserted: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    kept_real: int = 0
    candle_days: int = 0

    def plus(self, stored: stocks_services.StoredBars, *, candle_days: int) -> SeedCounts:
        """These counts and what one more instrument did."""
        return dataclasses.replace(
            self,
            inserted=self.inserted + stored.inserted,
            updated=self.updated + stored.updated,
            unchanged=self.unchanged + stored.unchanged,
            removed=self.removed + stored.removed_synthetic,
            kept_real=self.kept_real + stored.skipped,
            candle_days=self.candle_days + candle_days,
        )


def seed_universe(*, years: int, today: date, progress: Progress = lambda _done, _total, _symbol: None) -> SeedCounts:
    """Write the synthetic stocks, sectors, categories (industries) and their bars up to yesterday.

    Daily bars begin at the configured ``history.start_date``, at most ``years`` back; 5-minute bars are those of the
    last five sessions, and the first sync fetches more. Running again writes only what is missing. An instrument with
    imported bars is left alone, and bars of another version of the model are removed. ``progress`` gets done, total
    and symbol.
    """
    provider = marketdata.get_provider()
    stocks, sectors = provider.instruments("stock"), provider.instruments("sector")
    categories_made, stocks_made = stocks_services.seed_stocks(
        [stocks_services.SeedStock(enum=each.symbol, name=each.name, category=each.industry) for each in stocks]
    )
    sectors_made = sectors_services.seed_sectors({each.symbol: each.name for each in sectors})
    counts = SeedCounts(categories=categories_made, stocks=stocks_made, sectors=sectors_made)
    start, end = _history(years=years, today=today)
    symbols = [each.symbol for each in (*stocks, *sectors)]
    recent = max(start, filling.first_of_last(CANDLE_DAYS, until=end))
    for done, instrument in enumerate(selectors.list_named_instruments(identifiers=symbols), start=1):
        daily = filling.fill_daily(instrument=instrument, start=start, until=end).daily
        candles = filling.fill_candles(instrument=instrument, start=recent, until=end)
        counts = counts.plus(daily, candle_days=candles.inserted)
        progress(done, len(symbols), instrument.identifier)
    return counts


def _history(*, years: int, today: date) -> tuple[date, date]:
    # 29 February has no twin in most years; the day before has.
    day = today - timedelta(days=1) if (today.month, today.day) == (2, 29) else today
    earliest = day.replace(year=day.year - years)
    return max(configuration.get_date("history.start_date"), earliest), today - timedelta(days=1)
