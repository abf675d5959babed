"""Making the blocks of stored 5-minute candles anew. What does not belong here: what a block is (stocks)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from apps.market import selectors
from apps.market.enums import InstrumentType
from apps.market.selectors import stored
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks import services as stocks_services


@dataclass(frozen=True, slots=True)
class RebuiltBlocks:
    """What was done for an instrument, and how far that is: days looked at, blocks written."""

    instrument: str
    days: int
    written: int
    done: int
    total: int


def rebuild_intraday_blocks(
    *, every: bool = False, progress: Callable[[RebuiltBlocks], None] = lambda _rebuilt: None
) -> int:
    """Make the blocks that days of 5-minute candles lack, or with ``every`` all of them, and count those written.

    A block that is right already is not written again. Rows are locked a few hundred at a time.

    :raises InvalidBars: if the candles of a day are not sound
    """
    names = [(InstrumentType.STOCK, each.enum) for each in stocks_selectors.list_stocks().prefetch_related(None)]
    names += [(InstrumentType.SECTOR, each.enum) for each in sectors_selectors.list_sectors()]
    total = 0
    for done, (instrument_type, name) in enumerate(names, start=1):
        instrument = selectors.get_instrument(instrument_type=instrument_type, identifier=name)
        table, owner_id = stored.candle_table(instrument)
        days, written = stocks_services.rebuild_blocks(table=table, owner_id=owner_id, every=every)
        total += written
        progress(RebuiltBlocks(instrument=name, days=days, written=written, done=done, total=len(names)))
    return total
