"""What a name may mean: our own key first, then other platforms' words. What does not belong here: what exists."""

from __future__ import annotations

from collections.abc import Iterator

from marketdata import instrument_keys
from marketdata.instrument_keys import InstrumentKey, InvalidInstrumentKey, Option, Spot
from marketdata.rulebook import Rulebook, aliases
from marketdata.rulebook.errors import RulebookError

CONTRACT_DIALECTS: tuple[aliases.Dialect, ...] = ("kite", "openalgo")


def readings(name: str, *, rules: Rulebook) -> list[InstrumentKey]:
    """The instruments that a name may mean, the likeliest first; they need not exist.

    A contract can be read in two ways: NIFTY26NOV24500CE is Kite's of November 2026 at 24500, and OpenAlgo's of
    26 November 2024 at 500.
    """
    return list(dict.fromkeys(_readings(name, rules=rules)))


def symbol_of(key: InstrumentKey) -> str:
    """The stock or sector that a key is, or is about."""
    return key.symbol if isinstance(key, Spot) else key.underlying


def underlying_of(name: str) -> str | None:
    """The underlying of an option's own key, or None if it is none."""
    try:
        key = instrument_keys.parse(name)
    except InvalidInstrumentKey:
        return None
    return key.underlying if isinstance(key, Option) else None


def _readings(name: str, *, rules: Rulebook) -> Iterator[InstrumentKey]:
    try:
        key = instrument_keys.parse(name)
    except InvalidInstrumentKey:
        # A row may be called what the canonical form would not allow, with a dot say.
        yield Spot(name)
        yield from _read(name, rules=rules, dialects=_dialects(name))
        return
    yield key
    if not isinstance(key, Spot):
        return
    # A plain word may also be an index's root at the exchange, or a contract.
    yield Spot(rules.symbol_of(name))
    if name.endswith(("CE", "PE")):
        found = _read(name, rules=rules, dialects=CONTRACT_DIALECTS)
        yield from (each for each in found if isinstance(each, Option))


def _dialects(name: str) -> tuple[aliases.Dialect, ...]:
    """Who writes names of this shape: with an exchange before a colon, with a suffix after a dot, with blanks."""
    if ":" in name:
        return ("fyers", "tradingview")
    return (*CONTRACT_DIALECTS, "yahoo")


def _read(name: str, *, rules: Rulebook, dialects: tuple[aliases.Dialect, ...]) -> Iterator[InstrumentKey]:
    for dialect in dialects:
        try:
            yield aliases.parse(rules, name, dialect)
        except RulebookError:
            continue
