"""Stocks and sectors as one list, with what other platforms call them. What does not belong here: prices, ids."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from apps.core.errors import DomainError
from apps.market.enums import InstrumentType
from apps.market.selectors.instruments import Instrument, get_named_instrument
from apps.market.selectors.rules import rulebook_in_force
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.enums import InstrumentStatus
from marketdata import instrument_keys, rulebook
from marketdata.instrument_keys import InstrumentKey, Option, Spot
from marketdata.rulebook import aliases
from marketdata.rulebook.errors import UnknownAlias

COLUMNS = ("instrument", "instrument_name", "instrument_type")
# A contract, or a name with what only other platforms write.
FOREIGN = re.compile(r"[:^.]|\d(CE|PE)$|-(CE|PE)$")
Rows = QuerySet[Any, dict[str, str]] | list[dict[str, str]]
DIALECTS: tuple[aliases.Dialect, ...] = ("kite", "openalgo", "fyers", "tradingview", "yahoo")


def list_instruments(*, search: str = "", instrument_type: str = "") -> Rows:
    """Active instruments by key, as ``instrument``, ``instrument_name`` and ``instrument_type``.

    ``search`` looks into key and name, and understands other platforms' names. Options are too many to list: one is
    found by its own name, and the type option lists none.
    """
    named = _named(search) if FOREIGN.search(search) else None
    if named is not None and named.option is not None:
        return [_of_option(named.option)] if instrument_type in ("", InstrumentType.OPTION) else []
    search = named.identifier if named else search
    parts = {InstrumentType.STOCK: _stocks(search), InstrumentType.SECTOR: _sectors(search)}
    chosen = [rows for kind, rows in parts.items() if instrument_type in ("", kind)]
    if not chosen:
        return parts[InstrumentType.STOCK].none()
    first, *others = chosen
    return first.union(*others, all=True).order_by("instrument", "instrument_type")


def aliases_of(*, instrument: str, instrument_type: str) -> dict[str, str]:
    """What other platforms call an instrument, by platform; those without a known name are left out."""
    rules = rulebook_in_force()
    if instrument_type == InstrumentType.SECTOR and not rules.has(aliases.INDICES, instrument):
        return {}
    key = instrument_keys.parse(instrument) if instrument_type == InstrumentType.OPTION else Spot(instrument)
    names = ((dialect, _alias(rules, key=key, dialect=dialect)) for dialect in DIALECTS)
    return {dialect: name for dialect, name in names if name}


def _named(name: str) -> Instrument | None:
    """The active instrument of a name, or None if there is none."""
    try:
        found = get_named_instrument(identifier=name)
    except DomainError:
        return None
    return found if found.is_active else None


def _of_option(option: Option) -> dict[str, str]:
    strike = instrument_keys.strike_text(option.strike)
    return {
        "instrument": str(option),
        "instrument_name": f"{option.underlying} {option.expiry:%d %b %Y} {strike} {option.right}",
        "instrument_type": InstrumentType.OPTION.value,
    }


def _alias(rules: rulebook.Rulebook, *, key: InstrumentKey, dialect: aliases.Dialect) -> str:
    try:
        return aliases.form(rules, key, dialect)
    except UnknownAlias:
        return ""


def _stocks(search: str) -> QuerySet[Any, dict[str, str]]:
    rows = stocks_selectors.list_stocks(status=InstrumentStatus.ACTIVE).prefetch_related(None)
    name = Coalesce(KeyTextTransform("name", "extra"), Cast("symbol", TextField()))
    return _columns(rows.annotate(instrument_name=name), kind=InstrumentType.STOCK, search=search)


def _sectors(search: str) -> QuerySet[Any, dict[str, str]]:
    rows = sectors_selectors.list_sectors(status=InstrumentStatus.ACTIVE)
    name = Cast("name", TextField())
    return _columns(rows.annotate(instrument_name=name), kind=InstrumentType.SECTOR, search=search)


def _columns(rows: QuerySet[Any, Any], *, kind: InstrumentType, search: str) -> QuerySet[Any, dict[str, str]]:
    if search:
        rows = rows.filter(Q(enum__icontains=search) | Q(instrument_name__icontains=search))
    named = rows.annotate(instrument=Cast("enum", TextField()), instrument_type=Value(kind.value))
    chosen: QuerySet[Any, dict[str, str]] = named.order_by().values(*COLUMNS)
    return chosen
