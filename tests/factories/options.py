"""Stored options for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from apps.options import services
from marketdata.instrument_keys import Option, Right, parse

EXPIRY, DAY = date(2025, 9, 16), date(2025, 9, 11)
IMPORT = {"source": "import"}


def option_of(key: str) -> Option:
    """An option by its key."""
    found = parse(key)
    assert isinstance(found, Option)
    return found


def day_row(*, strike: str = "25000", right: Right = "CE", price: int | None = 10000, **values: Any) -> services.DayRow:
    """A day of NIFTY50's option in which every trade was at one price in paise; None is no trade."""
    row = services.DayRow(
        underlying_type="sector",
        underlying_symbol="NIFTY50",
        expiry_date=EXPIRY,
        option_type=right,
        option_strike=Decimal(strike),
        date=DAY,
        open=price,
        high=price,
        low=price,
        close=price,
        settle=price,
        underlying=2500550,
        volume=0 if price is None else 7500,
        open_interest=150,
        lot_size=75,
    )
    return row._replace(**values)


def make_option_days(rows: Sequence[services.DayRow]) -> services.StoredDays:
    """Imported days of options."""
    return services.store_option_days(rows=rows, extra=IMPORT)
