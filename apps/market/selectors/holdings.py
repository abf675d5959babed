"""What the price tables hold of a stock or a sector: from when to when, and of which source. No prices themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from apps.core import clock
from apps.market.selectors import stored
from apps.market.selectors.instruments import Instrument
from apps.stocks import selectors as stocks_selectors
from apps.stocks.constants import SYNTHETIC_SOURCE


@dataclass(frozen=True, slots=True)
class Holdings:
    """Daily bars from ``first_date`` to ``last_date`` with their label, and the first and last day of 5-minute bars.

    ``synced_date`` is the day in India of a stock's ``last_synced_at``; sectors have none.
    """

    first_date: date | None
    last_date: date | None
    label: stored.Label | None
    synced_date: date | None
    first_candle_date: date | None
    last_candle_date: date | None

    @property
    def has_real(self) -> bool:
        """Whether the bars were imported."""
        return self.label is not None and self.label.source != SYNTHETIC_SOURCE

    def is_within(self, *, start: date, end: date) -> bool:
        """Whether no daily bar stands outside the days from ``start`` to ``end``."""
        if self.first_date is None or self.last_date is None:
            return True
        return start <= self.first_date and self.last_date <= end


def get_holdings(*, instrument: Instrument) -> Holdings:
    """What there is of a stock or a sector."""
    table, owner_id = stored.daily_table(instrument)
    first, last = stocks_selectors.available_dates(table=table, owner_id=owner_id)
    candle_table, _ = stored.candle_table(instrument)
    first_candle, last_candle = stocks_selectors.candle_dates(table=candle_table, owner_id=owner_id)
    return Holdings(
        first_date=first,
        last_date=last,
        label=stored.find_label(instrument=instrument),
        synced_date=_synced_date(instrument),
        first_candle_date=first_candle,
        last_candle_date=last_candle,
    )


def _synced_date(instrument: Instrument) -> date | None:
    stock = stocks_selectors.find_stock(enum=instrument.identifier) if instrument.stock_id is not None else None
    return clock.today(at=stock.last_synced_at) if stock and stock.last_synced_at else None
