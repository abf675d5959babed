"""Which segment an instrument is traded in. What does not belong here: when a segment trades (sessions)."""

from __future__ import annotations

from typing import Final

from marketdata.instrument_keys import InstrumentKey, Spot
from marketdata.rulebook import aliases
from marketdata.rulebook.book import Rulebook

CASH: Final = "cash"
CASH_WITH_DERIVATIVES: Final = "cash_derivative"
DERIVATIVES: Final = "derivatives"
INDEX: Final = "index"
SEGMENTS = (CASH, CASH_WITH_DERIVATIVES, DERIVATIVES, INDEX)


def segment_of(rules: Rulebook, key: InstrumentKey) -> str:
    """The segment of an instrument. A share has derivatives where the rulebook knows their lot, on whatever date."""
    if not isinstance(key, Spot):
        return DERIVATIVES
    if rules.has(aliases.INDICES, key.symbol):
        return INDEX
    return CASH_WITH_DERIVATIVES if rules.has("lots", key.symbol) else CASH
