"""The rulebook as a value: dated rows, looked up by trade date. It never changes; an override gives a new one.

What does not belong here: what a rule means (see the module of its subject), today, and any database.
"""

from __future__ import annotations

import csv
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from functools import lru_cache
from importlib import resources

from marketdata import tables as market_tables
from marketdata.rulebook import errors
from marketdata.rulebook.tables import TABLES, Row, row

OF_OTHERS = frozenset({"holidays"})  # tables whose file belongs to the calendar of the package


class Rulebook:
    """Rows by table, key and date. Where two rows share an identity, the later one given wins."""

    __slots__ = ("_dates", "_days", "_found", "_rows", "_symbols")

    def __init__(self, rows: Iterable[Row]) -> None:
        self._rows = {each.identity: each for each in rows}
        found: dict[tuple[str, tuple[str, ...]], list[Row]] = {}
        for each in self._rows.values():
            found.setdefault((each.table, each.key), []).append(each)
        self._found = {
            at: tuple(sorted(group, key=lambda each: (each.valid_from, _order(each)))) for at, group in found.items()
        }
        self._dates = {at: [each.valid_from for each in group] for at, group in self._found.items()}
        self._days = {(each.table, each.key, each.valid_from): each for each in self._rows.values()}
        aliases = (each for each in self._rows.values() if each.table == "index_aliases")
        self._symbols = {each.text("root"): each.text("symbol") for each in aliases}

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows.values())

    def with_overrides(self, rows: Iterable[Row]) -> Rulebook:
        """A rulebook that has these rows too; one with a known identity replaces the old row.

        :raises InvalidRule: if a row names an index by the exchange's root, under which nobody looks it up
        """
        added = list(rows)
        for each in added:
            self.check_name(each)
        return Rulebook([*self, *added])

    def check_name(self, added: Row) -> None:
        """Accept a row that calls its underlying by our symbol.

        :raises InvalidRule: if it names an index by the exchange's root, under which nobody looks it up
        """
        underlying = added.columns.get("underlying", "")
        symbol = self.symbol_of(underlying)
        if symbol != underlying:
            raise errors.InvalidRule(
                table=added.table, column="underlying", reason=f"underlying: write {symbol} for {underlying}"
            )

    def symbol_of(self, underlying: str) -> str:
        """The symbol of an underlying: ``NIFTY50`` for the exchange's root ``NIFTY``; any other name is itself."""
        return self._symbols.get(underlying, underlying)

    def root_of(self, underlying: str) -> str:
        """The exchange's root of an underlying: ``NIFTY`` for ``NIFTY50``; a stock's is its symbol."""
        symbol = self.symbol_of(underlying)
        return next((root for root, known in self._symbols.items() if known == symbol), symbol)

    def has(self, table: str, *key: str) -> bool:
        """Tell whether the key has a row on any date."""
        return (table, key) in self._found

    def rows(self, table: str, *key: str) -> tuple[Row, ...]:
        """Every row of a key, oldest first.

        :raises UnknownKey: as the subclass of the table, if the key has none
        """
        if (table, key) not in self._found:
            raise TABLES[table].unknown(table=table, key=key)
        return self._found[table, key]

    def group(self, table: str, *key: str, on: date) -> tuple[Row, ...]:
        """The rows of a key that are in force on a date: those of its last ``valid_from`` up to then.

        :raises UnknownKey: if the key has no row at all
        :raises RuleNotFound: if ``on`` is before its first row
        """
        rows = self.rows(table, *key)
        dates = self._dates[table, key]
        end = bisect_right(dates, on)
        if end == 0:
            raise errors.RuleNotFound(table=table, key=key, on=on)
        return rows[bisect_left(dates, dates[end - 1]) : end]

    def one(self, table: str, *key: str, on: date) -> Row:
        """The row of a key in force on a date.

        :raises UnknownKey: if the key has no row at all
        :raises RuleNotFound: if ``on`` is before its first row
        """
        return self.group(table, *key, on=on)[-1]

    def find_on(self, table: str, *key: str, day: date) -> Row | None:
        """The row of a key for exactly that day, for the tables whose rows are days."""
        return self._days.get((table, key, day))


def _order(each: Row) -> tuple[tuple[bool, str | float], ...]:
    """Rows of one day in the order of their parts; an empty limit comes last, an empty start first."""
    parts = ((name, each.columns[name]) for name in TABLES[each.table].parts)
    return tuple(
        (not text and name != "expiry_from", float(text or 0) if name == "up_to" else text) for name, text in parts
    )


def _file(table: str) -> Iterator[Row]:
    """The rows of a table's data file; lines starting with ``#`` are its header."""
    text = resources.files("marketdata.rulebook").joinpath(f"data/{table}.csv").read_text("utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return (row(table, columns) for columns in csv.DictReader(lines))


@lru_cache(maxsize=1)
def default() -> Rulebook:
    """The rulebook of the package's files."""
    read = [each for table in TABLES if table not in OF_OTHERS for each in _file(table)]
    holidays = (
        row("holidays", {"valid_from": line["date"], "reason": line["reason"], "source": line["source"]})
        for line in market_tables.rows("holidays")
    )
    return Rulebook([*read, *holidays])
