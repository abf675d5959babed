"""Every read of sectors and their prices. What does not belong here: writes, single stocks."""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from apps.core import errors
from apps.sectors.models import Sector, SectorPriceDaily
from apps.stocks import selectors as stocks_selectors

SECTOR_PRICES = stocks_selectors.PriceTable(name="sector_price_daily", owner="sector_id")
SECTOR_CANDLES = stocks_selectors.CandleTable(
    name="sector_price_daily",
    owner="sector_id",
    candles="timewise_json",
    packed="timewise_packed",
    extra="timewise_extra",
)


def list_sectors(*, search: str = "", status: str = "", ordering: str = "enum") -> QuerySet[Sector]:
    """Sectors; ``search`` looks into identifier and name."""
    rows = Sector.objects.order_by(ordering, "id")
    if search:
        rows = rows.filter(Q(enum__icontains=search) | Q(name__icontains=search))
    return rows.filter(status=status) if status else rows


def get_sector(*, sector_id: int) -> Sector:
    """One sector.

    :raises NotFound: if it is missing
    """
    return errors.found(Sector.objects.filter(pk=sector_id).first())


def find_sector(*, enum: str) -> Sector | None:
    """The sector of an identifier, or None."""
    return Sector.objects.filter(enum=enum).first()


def lock_sector(*, sector_id: int) -> Sector:
    """One sector, locked until the transaction ends, so that its changes come one after the other.

    :raises NotFound: if it is missing
    """
    return errors.found(Sector.objects.select_for_update(no_key=True).filter(pk=sector_id).first())


def list_daily_prices(
    *,
    sector: str,
    start_date: date | None = None,
    end_date: date | None = None,
    series_format: str,
    max_points: int | None = None,
) -> stocks_selectors.Series:
    """Daily prices of the sector with this identifier, as the API shows them.

    :raises NotFound: if there is no such sector
    :raises ValidationFailed: if the start is after the end, or the span too long
    """
    start, end = stocks_selectors.date_range(start_date=start_date, end_date=end_date)
    bars = stocks_selectors.read_bars(table=SECTOR_PRICES, owner_id=_sector_id(sector), start=start, end=end)
    return stocks_selectors.draw_bars(bars, series_format=series_format, max_points=max_points)


def list_intraday_prices(*, sector: str, date: date, series_format: str) -> stocks_selectors.Series:
    """The 5-minute candles of one day, as the API shows them; none on a day without any.

    :raises NotFound: if there is no such sector
    """
    days = SectorPriceDaily.objects.filter(sector_id=_sector_id(sector), date=date)
    candles = days.values_list("timewise_json", flat=True).first()
    return stocks_selectors.draw_candles(candles or {}, series_format=series_format)


def _sector_id(enum: str) -> int:
    found = Sector.objects.filter(enum=enum).values_list("pk", flat=True).first()
    if found is None:
        raise errors.NotFound(f"There is no sector named {enum!r}.")
    return found
