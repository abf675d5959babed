"""The tables of the rulebook: their columns, what identifies a row, and how a row is read and checked.

What does not belong here: the rows, which are data, and looking one up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from types import MappingProxyType

from marketdata.rulebook import errors
from marketdata.rulebook.readers import READERS

NO_LIMIT = Decimal("Infinity")
COMMON = ("valid_from", "source")


@dataclass(frozen=True, slots=True)
class Table:
    """The shape of a table.

    ``keys`` are what one asks by. ``parts`` tell apart the rows of one key and one ``valid_from``. ``unknown`` is
    raised for a key without any row.
    """

    keys: tuple[str, ...]
    values: tuple[str, ...]
    parts: tuple[str, ...] = ()
    unknown: type[errors.UnknownKey] = errors.UnknownKind

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column but ``valid_from`` and ``source``."""
        return self.keys + self.parts + self.values


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "stt": Table(("segment", "side"), ("rate_pct",), unknown=errors.UnknownSegment),
        "exchange_charges": Table(("exchange", "segment"), ("rate_pct",), unknown=errors.UnknownSegment),
        "stamp_duty": Table(("segment", "side"), ("rate_pct",), unknown=errors.UnknownSegment),
        "levies": Table(("levy",), ("rate_pct",)),
        "brokerage_plans": Table(
            ("plan", "segment"), ("model", "flat", "rate_pct", "statutory"), unknown=errors.UnknownPlan
        ),
        "fees": Table(("fee",), ("amount",)),
        "margins": Table(("kind", "item"), ("value",)),
        "intraday_margins": Table(("underlying",), ("margin_pct",), unknown=errors.UnknownUnderlying),
        "lots": Table(
            ("underlying",), ("lot_size",), parts=("expiry_from", "expiry_to"), unknown=errors.UnknownUnderlying
        ),
        "freeze": Table(("underlying",), ("quantity",), unknown=errors.UnknownUnderlying),
        "ticks": Table(("kind",), ("tick",), parts=("up_to",)),
        "price_bands": Table(("kind",), ("pct", "min_rupees", "rejects")),
        "breakers": Table(("trigger_pct",), ("halt",), parts=("from_time",)),
        "sessions": Table(("segment",), ("regime", "opens", "closes"), unknown=errors.UnknownSegment),
        "square_off": Table(("segment", "regime"), ("minutes",), unknown=errors.UnknownSegment),
        "auction_phases": Table((), ("phase", "closes"), parts=("opens",)),
        "holidays": Table((), ("reason",)),
        "special_sessions": Table((), ("kind_of_day", "windows", "reason")),
        "expiry_rules": Table(("underlying", "cycle"), ("weekday",), unknown=errors.UnknownUnderlying),
        "expiry_overrides": Table(("underlying",), ("actual_date",), unknown=errors.UnknownUnderlying),
        "strike_intervals": Table(("underlying",), ("interval",), parts=("up_to",), unknown=errors.UnknownUnderlying),
        "index_aliases": Table(("symbol",), ("root", "kite", "fyers", "tradingview", "yahoo")),
        "tradingview_symbols": Table(("tradingview",), ("symbol",)),
    }
)


@dataclass(frozen=True, slots=True)
class Row:
    """One rule: a line of a data file, or one that an administrator added. Build it with :func:`row`."""

    table: str
    valid_from: date
    columns: Mapping[str, str]
    source: str

    @property
    def key(self) -> tuple[str, ...]:
        """What the row is looked up by."""
        return tuple(self.columns[name] for name in TABLES[self.table].keys)

    @property
    def identity(self) -> tuple[str, date, tuple[str, ...]]:
        """What a later row must share to replace this one."""
        table = TABLES[self.table]
        return self.table, self.valid_from, tuple(self.columns[name] for name in table.keys + table.parts)

    def text(self, column: str) -> str:
        """The column as written."""
        return self.columns[column]

    def decimal(self, column: str) -> Decimal:
        """The column as an exact number."""
        return Decimal(self.columns[column])

    def limit(self, column: str) -> Decimal:
        """The column as a number; empty means without limit."""
        return Decimal(self.columns[column]) if self.columns[column] else NO_LIMIT

    def integer(self, column: str) -> int:
        """The column as a whole number."""
        return int(self.columns[column])

    def day(self, column: str, default: date) -> date:
        """The column as a date; empty means ``default``."""
        return date.fromisoformat(self.columns[column]) if self.columns[column] else default

    def time(self, column: str) -> time:
        """The column as a time of day, IST."""
        return time.fromisoformat(self.columns[column])


def row(table: str, columns: Mapping[str, str]) -> Row:
    """A checked row from text columns, ``valid_from`` (ISO date) and ``source`` among them.

    :raises InvalidRule: if there is no such table, or a column is missing, unknown or cannot be read; a source must be
        given, for a rule says where it comes from
    """
    if table not in TABLES:
        raise errors.InvalidRule(table=table, reason="there is no such table")
    expected = TABLES[table].columns + COMMON
    for name in sorted(set(columns) ^ set(expected)):
        raise errors.InvalidRule(table=table, column=name, reason=f"the columns must be {', '.join(expected)}")
    for name in expected:
        _check(table, name, columns[name])
    return Row(
        table=table,
        valid_from=date.fromisoformat(columns["valid_from"]),
        columns=MappingProxyType({name: columns[name] for name in TABLES[table].columns}),
        source=columns["source"],
    )


def _check(table: str, name: str, value: str) -> None:
    try:
        READERS[name](value)
    except ValueError as e:
        raise errors.InvalidRule(table=table, column=name, reason=f"{name}: {value[:50]!r} cannot be read") from e
