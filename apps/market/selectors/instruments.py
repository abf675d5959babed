"""One way to name any instrument. What does not belong here: prices."""

from __future__ import annotations

from dataclasses import dataclass

from apps.market.enums import InstrumentType
from apps.market.errors import InstrumentNotFound
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.enums import InstrumentStatus


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
    if instrument_type == InstrumentType.STOCK:
        stock = stocks_selectors.find_stock(enum=identifier)
        if stock is not None:
            return Instrument(
                type=InstrumentType.STOCK,
                identifier=stock.enum,
                stock_id=stock.pk,
                sector_id=None,
                is_active=stock.status == InstrumentStatus.ACTIVE,
            )
    if instrument_type == InstrumentType.SECTOR:
        sector = sectors_selectors.find_sector(enum=identifier)
        if sector is not None:
            return Instrument(
                type=InstrumentType.SECTOR,
                identifier=sector.enum,
                stock_id=None,
                sector_id=sector.pk,
                is_active=sector.status == InstrumentStatus.ACTIVE,
            )
    raise InstrumentNotFound(
        f"There is no {instrument_type} named {identifier!r}.",
        details={"instrument_type": str(instrument_type), "instrument_identifier": identifier},
    )
