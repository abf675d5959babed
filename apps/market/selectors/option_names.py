"""Which of the options that a name may mean is meant, and whether it can be. What does not belong here: rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

import marketdata
from apps.core import market_clock
from apps.core.errors import DomainError
from apps.options import selectors as options_selectors
from marketdata.errors import SymbolNotFound
from marketdata.instrument_keys import InstrumentKey, Option
from marketdata.rulebook import Rulebook

PAISE = 100


def choose(known: Mapping[str, Sequence[InstrumentKey]], *, rules: Rulebook) -> dict[str, InstrumentKey]:
    """Of the meanings of each name the one that can be: a stock or a sector, or the first option.

    A date that was misread into a strike makes it dozens of times too high, which the spot tells.

    An option that the rules do not list can be if the tables hold it, which takes one query for all of them.

    :raises NoDerivatives, NotAnExpiry, StrikeOffGrid: why the first meaning of a name cannot be, if none can
    """
    spots = _spots({key.underlying for keys in known.values() for key in keys if isinstance(key, Option)})
    chosen: dict[str, InstrumentKey] = {}
    refused: dict[str, DomainError] = {}
    for name, keys in known.items():
        reasons = {key: _refusal(key, rules=rules, spots=spots) for key in keys}
        possible = [key for key, reason in reasons.items() if reason is None]
        if possible:
            chosen[name] = possible[0]
        else:
            refused[name] = next(reason for reason in reasons.values() if reason is not None)
    if refused:
        chosen |= _stored(refused, known=known)
    return chosen


def _stored(refused: Mapping[str, DomainError], *, known: Mapping[str, Sequence[InstrumentKey]]) -> dict[str, Option]:
    """The refused names that the tables hold after all.

    :raises DomainError: why a name is refused that they do not hold
    """
    options = [key for name in refused for key in known[name] if isinstance(key, Option)]
    stored = options_selectors.find_known(options=options)
    found = {}
    for name, reason in refused.items():
        held = [key for key in known[name] if isinstance(key, Option) and key in stored]
        if not held:
            raise reason
        found[name] = held[0]
    return found


def _refusal(key: InstrumentKey, *, rules: Rulebook, spots: Mapping[str, Decimal]) -> DomainError | None:
    if not isinstance(key, Option):
        return None
    try:
        option = options_selectors.as_it_expires(rules=rules, option=key)
        options_selectors.check_contract(rules=rules, option=option, spot=spots.get(key.underlying))
    except DomainError as reason:
        return reason
    return None


def _spots(symbols: set[str]) -> dict[str, Decimal]:
    return dict(_priced(sorted(symbols)))


def _priced(symbols: Sequence[str]) -> Iterator[tuple[str, Decimal]]:
    if "live" not in marketdata.get_provider().capabilities:
        return
    now = market_clock.now()
    for symbol in symbols:
        try:
            quote = marketdata.get_provider().quotes([symbol], now)[symbol]
        except SymbolNotFound:
            continue
        yield symbol, Decimal(quote.price) / PAISE
