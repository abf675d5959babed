"""Storing daily bars of sectors. What does not belong here: where the bars come from."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from apps.sectors import selectors
from apps.sectors.models import Sector
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services


@transaction.atomic
def store_imported_bars(
    *, enum: str, name: str, bars: stocks_selectors.PriceColumns, extra: Mapping[str, object]
) -> stocks_services.StoredBars:
    """Store real daily bars of a sector; a sector that is missing is made, active and with this name.

    Synthetic bars of the sector are removed first.
    """
    sector, _ = Sector.objects.get_or_create(enum=enum, defaults={"name": name})
    sector = selectors.lock_sector(sector_id=sector.pk)
    return stocks_services.replace_synthetic(table=selectors.SECTOR_PRICES, owner_id=sector.pk, bars=bars, extra=extra)


@transaction.atomic
def store_synthetic_bars(
    *, enum: str, bars: stocks_selectors.PriceColumns, extra: Mapping[str, object]
) -> stocks_services.StoredBars:
    """Store synthetic daily bars of a sector that exists, unless it has real ones."""
    sector = selectors.lock_sector(sector_id=Sector.objects.values_list("pk", flat=True).get(enum=enum))
    return stocks_services.store_beside_imported(
        table=selectors.SECTOR_PRICES, owner_id=sector.pk, bars=bars, extra=extra
    )
