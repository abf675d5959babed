"""Storing daily bars and 5-minute candles of sectors. What does not belong here: where the bars come from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from django.db import connection, transaction

from apps.sectors import selectors
from apps.sectors.models import Sector
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services
from apps.stocks.constants import SYNTHETIC_SOURCE

# A sector's candles are beside its day: a day that is missing is made of them. One that is there keeps its prices.
INSERT = """
        INSERT INTO {table} (
            {owner}, date, open_price, high_price, low_price, close_price, volume, extra,
            {candles}, {packed}, {extra}, created_at, updated_at
        )
        SELECT %(owner)s, date, open / 100.0, high / 100.0, low / 100.0, close / 100.0, volume, %(extra)s::jsonb,
               candles::jsonb, packed, %(extra)s::jsonb, now(), now()
        FROM changed"""
REMOVE_CANDLES = """
    UPDATE {table} SET {candles} = NULL, {packed} = NULL, {extra} = NULL, updated_at = now()
    WHERE {owner} = %s AND {candles} IS NOT NULL AND {source} = %s AND {version} IS DISTINCT FROM %s
"""


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


@transaction.atomic
def store_imported_intraday(
    *, enum: str, name: str, days: stocks_selectors.IntradayColumns, extra: Mapping[str, object]
) -> stocks_services.StoredBars:
    """Store days of real 5-minute candles of a sector, each whole; a sector that is missing is made with this name.

    Its synthetic days, with their candles, are removed first. A day without prices gets those of its candles.

    :raises InvalidBars: naming the first candle that is not sound
    """
    sector, _ = Sector.objects.get_or_create(enum=enum, defaults={"name": name})
    sector = selectors.lock_sector(sector_id=sector.pk)
    removed = stocks_services.remove_synthetic(table=selectors.SECTOR_PRICES, owner_id=sector.pk)
    stored = stocks_services.upsert_candles(
        table=selectors.SECTOR_CANDLES, owner_id=sector.pk, days=days, extra=extra, insert=INSERT
    )
    return dataclasses.replace(stored, removed_synthetic=removed)


@transaction.atomic
def store_synthetic_intraday(
    *, enum: str, days: stocks_selectors.IntradayColumns, extra: Mapping[str, object]
) -> stocks_services.StoredBars:
    """Store days of synthetic 5-minute candles of a sector that exists, each whole, unless it has real prices.

    Candles of another version of the model are removed. ``extra`` holds source and version. Days that are the same
    already are not touched; a day without prices gets those of its candles.

    :raises InvalidBars: naming the first candle that is not sound
    """
    sector = selectors.lock_sector(sector_id=Sector.objects.values_list("pk", flat=True).get(enum=enum))
    if stocks_services.has_real_bars(table=selectors.SECTOR_PRICES, owner_id=sector.pk):
        return stocks_services.StoredBars(skipped=True)
    with connection.cursor() as cursor:
        statement = selectors.SECTOR_CANDLES.compose(REMOVE_CANDLES)
        cursor.execute(statement, [sector.pk, SYNTHETIC_SOURCE, str(extra["version"])])
        removed: int = cursor.rowcount
    stored = stocks_services.upsert_candles(
        table=selectors.SECTOR_CANDLES, owner_id=sector.pk, days=days, extra=extra, insert=INSERT
    )
    return dataclasses.replace(stored, removed_synthetic=removed)
