"""Which instruments a sync is about; one of options is about their underlyings. What does not belong here: prices."""

from __future__ import annotations

from collections.abc import Collection

from apps.market import selectors as market_selectors
from apps.market.errors import InstrumentNotFound
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.enums import InstrumentStatus
from apps.sync.enums import SyncType
from marketdata.rulebook import expiries


def list_instruments(*, sync_type: str, wanted: Collection[str] = ()) -> list[str]:
    """The identifiers of a type in their order: those wanted, active or not, or every active one.

    :raises InstrumentNotFound: naming the first wanted one that is not of the type
    """
    known = _known(sync_type)
    if not wanted:
        return [identifier for identifier, is_active in known.items() if is_active]
    for identifier in wanted:
        if identifier not in known:
            raise InstrumentNotFound(
                f"There is no {sync_type} named {identifier!r}.",
                details={"instrument_type": sync_type, "instrument_identifier": identifier},
            )
    return [identifier for identifier in known if identifier in set(wanted)]


def _known(sync_type: str) -> dict[str, bool]:
    """Every identifier of a type by name, and whether it is active; of options the underlyings."""
    stocks = stocks_selectors.list_stocks().prefetch_related(None)
    sectors = sectors_selectors.list_sectors()
    rows = {
        SyncType.STOCK: stocks.values_list("enum", "status"),
        SyncType.SECTOR: sectors.values_list("enum", "status"),
    }
    wanted = [rows[SyncType(sync_type)]] if sync_type in rows else rows.values()
    found = {enum: status == InstrumentStatus.ACTIVE for each in wanted for enum, status in each}
    if sync_type != SyncType.OPTION:
        return found
    rules = market_selectors.rulebook_in_force()
    return {enum: is_active for enum, is_active in found.items() if expiries.is_known(rules, enum)}
