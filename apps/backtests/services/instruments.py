"""What a run trades, by type and name. What does not belong here: prices."""

from __future__ import annotations

from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from apps.market.errors import InstrumentNotFound


def find_instrument(*, instrument_type: str, identifier: str) -> market_selectors.Instrument:
    """The instrument of a type and an identifier; an option goes by its contract key.

    :raises InstrumentNotFound: if there is none of this type
    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: if it names an option that cannot be
    """
    if instrument_type != InstrumentType.OPTION:
        return market_selectors.get_instrument(instrument_type=instrument_type, identifier=identifier)
    found = market_selectors.get_named_instrument(identifier=identifier)
    if found.option is None:
        raise InstrumentNotFound(
            f"{identifier!r} is no option: name one like NIFTY50-2026-11-24-25000-CE.",
            details={"instrument_type": instrument_type, "instrument_identifier": identifier},
        )
    return found
