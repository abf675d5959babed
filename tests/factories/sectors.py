"""Sectors and their prices for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.sectors.models import Sector, SectorPriceDaily
from tests.factories.stocks import THREE_DAYS, Bar, columns_of


def make_sector(*, enum: str = "NIFTY50", **values: Any) -> Sector:
    """An active sector."""
    return Sector.objects.create(enum=enum, **{"name": "NIFTY 50", **values})


def make_sector_prices(*, sector: Sector, bars: Sequence[Bar] = THREE_DAYS, **values: Any) -> list[SectorPriceDaily]:
    """Daily prices of a sector."""
    return SectorPriceDaily.objects.bulk_create(
        SectorPriceDaily(sector=sector, **columns_of(bar), **values) for bar in bars
    )
