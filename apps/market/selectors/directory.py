"""Stocks and sectors as one list, with what other platforms call them. What does not belong here: prices, ids."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce

from apps.market.enums import InstrumentType
from apps.sectors import selectors as sectors_selectors
from apps.stocks import selectors as stocks_selectors
from apps.stocks.enums import InstrumentStatus
from marketdata import rulebook
from marketdata.instrument_keys import Spot
from marketdata.rulebook import aliases
from marketdata.rulebook.errors import UnknownAlias

COLUMNS = ("instrument", "instrument_name", "instrument_type")
DIALECTS: tuple[aliases.Dialect, ...] = ("kite", "openalgo", "fyers", "tradingview", "yahoo")


def list_instruments(*, search: str = "", instrument_type: str = "") -> QuerySet[Any, dict[str, str]]:
    """Active instruments by key, as ``instrument``, ``instrument_name`` and ``instrument_type``.

    ``search`` looks into key and name.
    """
    parts = {InstrumentType.STOCK: _stocks(search), InstrumentType.SECTOR: _sectors(search)}
    chosen = [rows for kind, rows in parts.items() if instrument_type in ("", kind)]
    if not chosen:
        return parts[InstrumentType.STOCK].none()
    first, *others = chosen
    return first.union(*others, all=True).order_by("instrument", "instrument_type")


def aliases_of(*, instrument: str, instrument_type: str) -> dict[str, str]:
    """What other platforms call a stock or a sector, by platform; those without a known name are left out."""
    rules = rulebook.default()
    if instrument_type == InstrumentType.SECTOR and not rules.has(aliases.INDICES, instrument):
        return {}
    names = ((dialect, _alias(rules, symbol=instrument, dialect=dialect)) for dialect in DIALECTS)
    return {dialect: name for dialect, name in names if name}


def _alias(rules: rulebook.Rulebook, *, symbol: str, dialect: aliases.Dialect) -> str:
    try:
        return aliases.form(rules, Spot(symbol), dialect)
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
