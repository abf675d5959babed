"""Whose prices a caller says a file holds. What does not belong here: what the file itself says."""

from __future__ import annotations

from apps.core.errors import ValidationFailed
from apps.market import errors, selectors
from apps.market.selectors import names
from apps.options import errors as options_errors
from marketdata import instrument_keys
from marketdata.files import cash, naming
from marketdata.instrument_keys import InvalidInstrumentKey, Spot
from marketdata.rulebook import Rulebook, aliases
from marketdata.rulebook.errors import RulebookError

NO_OPTIONS = (options_errors.NoDerivatives, options_errors.NotAnExpiry, options_errors.StrikeOffGrid)


def named(text: str) -> str:
    """Our symbol of the stock or index that ``text`` names as we or another platform do; a stock may yet be made.

    :raises ForeignMarket: if it is an index of another exchange
    :raises ValidationFailed: on the field instrument, if it names a contract, or nothing that a stock may be called
    """
    try:
        found = selectors.get_named_instrument(identifier=naming.index_of(text) or text)
    except errors.InstrumentNotFound:
        symbol = _unknown(text, rules=selectors.rulebook_in_force())
    except NO_OPTIONS as e:
        raise _contract() from e
    else:
        if found.option is not None:
            raise _contract()
        symbol = found.identifier
    return naming.index_of(symbol) or symbol


def _unknown(text: str, *, rules: Rulebook) -> str:
    """The symbol of what has no row: the plainest reading of the text."""
    readings = names.readings(text, rules=rules)
    plain = [key.symbol for key in readings if isinstance(key, Spot)]
    if len(plain) < len(readings) or _is_contract(plain[-1], rules=rules):
        raise _contract()
    try:
        instrument_keys.parse(plain[-1])
        return cash.symbol_of(plain[-1])
    except (InvalidInstrumentKey, ValueError) as e:
        message = "Write the symbol of a stock in capitals, like RELIANCE or M&M, or the name of an index."
        raise ValidationFailed.field("instrument", message) from e


def _is_contract(symbol: str, *, rules: Rulebook) -> bool:
    """Whether a platform calls a future or an option so."""
    for dialect in names.CONTRACT_DIALECTS:
        try:
            key = aliases.parse(rules, symbol, dialect)
        except RulebookError:
            continue
        if not isinstance(key, Spot):
            return True
    return False


def _contract() -> ValidationFailed:
    return ValidationFailed.field(
        "instrument", "Name a stock or an index: futures and options have files of their own."
    )
