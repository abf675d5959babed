"""What the database itself refuses of a price row, in both price tables."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_daily_prices, make_stock

SOUND = ("2025-01-01", "100.00", "110.00", "95.00", "105.00", 1000)
IMPOSSIBLE = [
    (("2025-01-01", "100.00", "110.00", "100.01", "105.00", 1000), "inside_range"),
    (("2025-01-01", "100.00", "104.99", "95.00", "105.00", 1000), "inside_range"),
    (("2025-01-01", "110.01", "110.00", "95.00", "105.00", 1000), "inside_range"),
    (("2025-01-01", "100.00", "110.00", "95.00", "94.99", 1000), "inside_range"),
    (("2025-01-01", "0.00", "110.00", "0.00", "105.00", 1000), "above_zero"),
    (("2025-01-01", "100.00", "21474836.48", "95.00", "105.00", 1000), "price_fits"),
    (("2025-01-01", "100.00", "110.00", "95.00", "105.00", -1), "volume_not_negative"),
]


@pytest.mark.parametrize(("bar", "constraint"), IMPOSSIBLE)
def test_an_impossible_bar_cannot_be_stored(db: None, bar, constraint: str) -> None:
    stock, sector = make_stock(), make_sector()

    with pytest.raises(IntegrityError, match=f"stocks_daily_{constraint}"), transaction.atomic():
        make_daily_prices(stock=stock, bars=[bar])
    with pytest.raises(IntegrityError, match=f"sectors_daily_{constraint}"), transaction.atomic():
        make_sector_prices(sector=sector, bars=[bar])


def test_a_day_has_one_bar(db: None) -> None:
    stock, sector = make_stock(), make_sector()
    make_daily_prices(stock=stock, bars=[SOUND])
    make_sector_prices(sector=sector, bars=[SOUND])

    with pytest.raises(IntegrityError, match="stocks_daily_once"), transaction.atomic():
        make_daily_prices(stock=stock, bars=[SOUND])
    with pytest.raises(IntegrityError, match="sectors_daily_once"), transaction.atomic():
        make_sector_prices(sector=sector, bars=[SOUND])
