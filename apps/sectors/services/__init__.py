"""Every write of sectors and their prices. What does not belong here: HTTP, single stocks."""

from apps.sectors.services.prices import (
    store_imported_bars,
    store_imported_intraday,
    store_synthetic_bars,
    store_synthetic_intraday,
)
from apps.sectors.services.sectors import change_sector, create_sector, seed_sectors

__all__ = [
    "change_sector",
    "create_sector",
    "seed_sectors",
    "store_imported_bars",
    "store_imported_intraday",
    "store_synthetic_bars",
    "store_synthetic_intraday",
]
