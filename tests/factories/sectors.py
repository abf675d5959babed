"""Sectors and their prices for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from apps.sectors.models import Sector, SectorPriceDaily
from tests.factories.stocks import THREE_DAYS, Bar


def make_sector(*, enum: str = "NIFTY50", **values: Any) -> Sector:
    """An active sector."""
    return Sector.objects.create(enum=enum, **{"name": "NIFTY 50", **values})


def make_sector_prices(*, sector: Sector, bars: Sequence[Bar] = THREE_DAYS, **values: Any) -> list[SectorPriceDaily]:
    """Daily prices of a sector."""
    return SectorPriceDaily.objects.bulk_create(
        SectorPriceDaily(
            sector=sector,
            date=date.fromisoformat(day),
            open_price=open_,
            high_price=high,
            low_price=low,
            close_price=close,
            volume=volume,
            **values,
        )
        for day, open_, high, low, close, volume in bars
    )
