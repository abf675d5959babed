"""One way to name any instrument. What does not belong here: prices."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from apps.core.errors import DomainError
from apps.market.enums import InstrumentType
from apps.market.errors import InstrumentNotFound
from apps.market.selectors import names, option_names
from apps.market.selectors.rules import rulebook_in_force
from apps.options import selectors as options_selectors
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.enums import InstrumentStatus
from marketdata import instrument_keys
from marketdata.instrument_keys import Future, InstrumentKey, InvalidInstrumentKey, Option

if TYPE_CHECKING:
    from apps.sectors.models import Sector
    from apps.stocks.models import Stock


@dataclass(frozen=True, slots=True)
class Instrument:
    """Something that can be traded; its row is a stock's or a sector's. Who asks decides what inactive means.

    An option has no row: it has ``option``, and the ``underlying`` that has one. Where a holiday moved its expiry,
    ``identifier`` is still what it was bought as, and ``option`` has the day on which it expires. A stock has the
    exchange's ``series`` of ``series_date``, where it is known.
    """

    type: InstrumentType
    identifier: str
    stock_id: int | None
    sector_id: int | None
    is_active: bool
    option: Option | None = None
    underlying: Instrument | None = None
    series: str = ""
    series_date: date | None = None


def get_instrument(*, instrument_type: str, identifier: str) -> Instrument:
    """The instrument of a type (stock, sector, option) and an identifier, like stock RELIANCE or sector NIFTY50.

    :raises InstrumentNotFound: if there is none; options have no row and go by name
    """
    found = _find(instrument_type=instrument_type, identifier=identifier)
    if found is None:
        raise InstrumentNotFound(
            f"There is no {instrument_type} named {identifier!r}.",
            details={"instrument_type": str(instrument_type), "instrument_identifier": identifier},
        )
    return found


def get_named_instrument(*, identifier: str) -> Instrument:
    """The instrument of a canonical key or of another platform's name for it, whatever its type.

    :raises InstrumentNotFound: if there is none
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: if it names an option that cannot be
    """
    (found,) = list_named_instruments(identifiers=[identifier])
    return found


def list_named_instruments(*, identifiers: Sequence[str]) -> list[Instrument]:
    """The instruments of these names, in this order.

    Two queries where all are keys of stocks and sectors; besides the rulebook's, two more where another platform's
    names are among them, and one where an option is not by the rules.

    :raises InstrumentNotFound: naming the first that does not exist
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: for the first that names an option that cannot be
    """
    rows = _rows({*identifiers, *filter(None, map(names.underlying_of, identifiers))})
    others = [name for name in identifiers if name not in rows]
    chosen = _choose(others, rows=rows) if others else {}
    return [_of_key(chosen[name], rows=rows) if name in chosen else rows[name] for name in identifiers]


def get_option(*, name: str) -> Option:
    """The option of its own key, by the day on which it expires now; whether it can be is not asked.

    :raises InstrumentNotFound: if it is the key of no option
    """
    try:
        key = instrument_keys.parse(name)
    except InvalidInstrumentKey as e:
        raise _no_such(name) from e
    if not isinstance(key, Option):
        raise _no_such(name)
    return options_selectors.as_it_expires(rules=rulebook_in_force(), option=key)


def find_named_instruments(*, identifiers: Sequence[str]) -> list[Instrument]:
    """The instruments of these names, without those that cannot be: the rules of options change while some are held.

    What cannot be is looked for by halves: one among a thousand costs some fifty queries, not a thousand.
    """
    try:
        return list_named_instruments(identifiers=identifiers)
    except DomainError:
        half = len(identifiers) // 2
        halves = (identifiers[:half], identifiers[half:]) if half else ()
        return [found for some in halves for found in find_named_instruments(identifiers=some)]


def _choose(identifiers: Sequence[str], *, rows: dict[str, Instrument]) -> dict[str, InstrumentKey]:
    """What names mean that no row has; ``rows`` gets the stocks and sectors that they are about."""
    rules = rulebook_in_force()
    meanings = {name: names.readings(name, rules=rules) for name in identifiers}
    about = {names.symbol_of(key) for keys in meanings.values() for key in keys}
    if about - rows.keys():
        rows |= _rows(about - rows.keys())
    known = {
        name: [key for key in keys if not isinstance(key, Future) and names.symbol_of(key) in rows]
        for name, keys in meanings.items()
    }
    for name, keys in known.items():
        if not keys:
            raise _no_such(name)
    return option_names.choose(known, rules=rules)


def option_on(underlying: Instrument, *, option: Option) -> Instrument:
    """An option as an instrument, which is as active as its underlying."""
    return Instrument(
        type=InstrumentType.OPTION,
        identifier=str(option),
        stock_id=None,
        sector_id=None,
        is_active=underlying.is_active,
        option=option,
        underlying=underlying,
    )


def _rows(symbols: Collection[str]) -> dict[str, Instrument]:
    # Assumption: no stock is called like a sector; if one were, the stock would be meant.
    stocks = stocks_selectors.list_stocks().prefetch_related(None).filter(enum__in=symbols)
    found = {each.enum: _of_stock(each) for each in stocks}
    if len(found) < len(symbols):
        sectors = sectors_selectors.list_sectors().filter(enum__in=symbols)
        found = {each.enum: _of_sector(each) for each in sectors} | found
    return found


def _of_key(key: InstrumentKey, *, rows: Mapping[str, Instrument]) -> Instrument:
    row = rows[names.symbol_of(key)]
    if not isinstance(key, Option):
        return row
    option = options_selectors.as_it_expires(rules=rulebook_in_force(), option=key)
    return replace(option_on(row, option=option), identifier=str(key))


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
        series=stock.series,
        series_date=stock.series_date,
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
