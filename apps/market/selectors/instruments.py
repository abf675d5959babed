"""One way to name any instrument. What does not belong here: prices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.market.enums import InstrumentType
from apps.market.errors import InstrumentNotFound
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.enums import InstrumentStatus

if TYPE_CHECKING:
    from apps.sectors.models import Sector
    from apps.stocks.models import Stock


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that can be traded; its row is a stock's or a sector's. Who asks decides what inactive means."""

    type: InstrumentType
    identifier: str
    stock_id: int | None
    sector_id: int | None
    is_active: bool


def get_instrument(*, instrument_type: str, identifier: str) -> Instrument:
    """The instrument of a type (stock, sector, option) and an identifier, like stock RELIANCE or sector NIFTY50.

    :raises InstrumentNotFound: if there is none; of options there are none yet
    """
    found = _find(instrument_type=instrument_type, identifier=identifier)
    if found is None:
        raise InstrumentNotFound(
            f"There is no {instrument_type} named {identifier!r}.",
            details={"instrument_type": str(instrument_type), "instrument_identifier": identifier},
        )
    return found


def get_named_instrument(*, identifier: str) -> Instrument:
    """The instrument of a canonical key, whatever its type.

    :raises InstrumentNotFound: if there is none
    """
    # Assumption: no stock is called like a sector; if one were, the stock would be meant.
    for instrument_type in (InstrumentType.STOCK, InstrumentType.SECTOR):
        found = _find(instrument_type=instrument_type, identifier=identifier)
        if found is not None:
            return found
    raise _no_such(identifier)


def list_named_instruments(*, identifiers: Sequence[str]) -> list[Instrument]:
    """The instruments of these canonical keys, in this order, in two queries.

    :raises InstrumentNotFound: naming the first that does not exist
    """
    stocks = stocks_selectors.list_stocks().prefetch_related(None).filter(enum__in=identifiers)
    sectors = sectors_selectors.list_sectors().filter(enum__in=identifiers)
    found = {each.enum: _of_sector(each) for each in sectors} | {each.enum: _of_stock(each) for each in stocks}
    for identifier in identifiers:
        if identifier not in found:
            raise _no_such(identifier)
    return [found[identifier] for identifier in identifiers]


def _find(*, instrument_type: str, identifier: str) -> Instrument | None:
    if instrument_type == InstrumentType.STOCK:
        stock = stocks_selectors.find_stock(enum=identifier)
        return _of_stock(stock) if stock else None
    if instrument_type == InstrumentType.SECTOR:
        sector = sectors_selectors.find_sector(enum=identifier)
        return _of_sector(sector) if sector else None
    return None


def _of_stock(stock: Stock) -> Instrument:
    return Instrument(
        type=InstrumentType.STOCK,
        identifier=stock.enum,
        stock_id=stock.pk,
        sector_id=None,
        is_active=stock.status == InstrumentStatus.ACTIVE,
    )


def _of_sector(sector: Sector) -> Instrument:
    return Instrument(
        type=InstrumentType.SECTOR,
        identifier=sector.enum,
        stock_id=None,
        sector_id=sector.pk,
        is_active=sector.status == InstrumentStatus.ACTIVE,
    )


def _no_such(identifier: str) -> InstrumentNotFound:
    return InstrumentNotFound(
        f"There is no instrument named {identifier!r}.", details={"instrument_identifier": identifier}
    )
