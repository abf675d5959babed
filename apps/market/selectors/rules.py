"""The rulebook in force: the package's data files and, above them, the rows that administrators added.

The synthetic market keeps the rules of its version, whatever is added here: its bytes never change.
What does not belong here: what a rule means and how a row is checked (marketdata), adding one (services).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.db.models import QuerySet

from apps.core import clock, errors
from apps.market.models import MarketRuleOverride
from marketdata import rulebook
from marketdata.rulebook import sessions
from marketdata.rulebook.errors import InvalidRule

CACHE_SECONDS = 2.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class RuleTable:
    """A table of the rulebook: the columns that a row is found by, those it leads to, and how many rows it has."""

    table: str
    key: tuple[str, ...]
    values: tuple[str, ...]
    rows: int


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A row in force; ``override_id`` is None for a row of the data files."""

    valid_from: date
    columns: dict[str, str]
    source: str
    override_id: int | None


class _Cache:
    """The book as last built, of which overrides, and when that was looked at."""

    ids: tuple[int, ...] | None = None
    book = rulebook.default()
    read_at = 0.0


def rulebook_in_force() -> rulebook.Rulebook:
    """The rules of the market with the active overrides, a few seconds old at most.

    A process looks every two seconds which overrides are active, and builds the book again where that has changed.
    """
    if _Cache.ids is None or clock.monotonic() - _Cache.read_at > CACHE_SECONDS:
        ids = tuple(list_active_rules().values_list("pk", flat=True))
        if ids != _Cache.ids:
            _Cache.ids, _Cache.book = ids, book_of(list_active_rules() if ids else ())
        _Cache.read_at = clock.monotonic()
    return _Cache.book


def contracts_end_by_rules(day: date) -> datetime:
    """When contracts that expire on a day cease in the real market."""
    return datetime.combine(day, sessions.expiry_close(rulebook_in_force(), day), tzinfo=clock.IST)


def rules_stamp() -> str:
    """A text that changes with the active overrides."""
    rulebook_in_force()
    return "-".join(str(each) for each in _Cache.ids or ())


def forget_rules() -> None:
    """Look again at the next question."""
    _Cache.ids = None


def book_of(overrides: Iterable[MarketRuleOverride]) -> rulebook.Rulebook:
    """The package's rules with just these overrides."""
    return rulebook.default().with_overrides(_readable(overrides))


def row_of(override: MarketRuleOverride) -> rulebook.Row:
    """The override as a row of the rulebook.

    :raises InvalidRule: if its table no longer holds such a row
    """
    common = {"valid_from": override.valid_from.isoformat(), "source": override.source}
    return rulebook.row(override.rule_table, {**override.columns, **common})


def list_rules(*, table: str = "", is_active: bool | None = None) -> QuerySet[MarketRuleOverride]:
    """The overrides, newest first: of one table or of all, active or not."""
    rows = MarketRuleOverride.objects.select_related("created_by").order_by("-pk")
    if table:
        rows = rows.filter(rule_table=table)
    return rows if is_active is None else rows.filter(is_active=is_active)


def list_active_rules() -> QuerySet[MarketRuleOverride]:
    """The overrides in force, oldest first."""
    return MarketRuleOverride.objects.filter(is_active=True).order_by("pk")


def get_rule(*, rule_id: int) -> MarketRuleOverride:
    """An override, active or not.

    :raises NotFound: if there is none
    """
    return errors.found(list_rules().filter(pk=rule_id).first())


def list_rule_tables() -> list[RuleTable]:
    """Every table of the rulebook in force."""
    counts = dict.fromkeys(rulebook.TABLES, 0)
    for each in rulebook_in_force():
        counts[each.table] += 1
    return [
        RuleTable(table=name, key=shape.keys + shape.parts, values=shape.values, rows=counts[name])
        for name, shape in rulebook.TABLES.items()
    ]


def list_rule_rows(*, table: str) -> list[RuleRow]:
    """The rows of a table in force, by date and then key.

    :raises NotFound: if there is no such table
    """
    if table not in rulebook.TABLES:
        raise errors.NotFound(f"There is no table named {table[:50]!r}.")
    ids = {(each.rule_table, each.valid_from, _words(each.key)): each.pk for each in list_active_rules()}
    rows = [
        RuleRow(
            valid_from=each.valid_from,
            columns=dict(each.columns),
            source=each.source,
            override_id=ids.get((table, each.valid_from, _words(_key(each)))),
        )
        for each in rulebook_in_force()
        if each.table == table
    ]
    return sorted(rows, key=lambda each: (each.valid_from, tuple(each.columns.values())))


def _key(each: rulebook.Row) -> dict[str, str]:
    shape = rulebook.TABLES[each.table]
    return {name: each.columns[name] for name in shape.keys + shape.parts}


def _words(key: dict[str, str]) -> frozenset[tuple[str, str]]:
    return frozenset(key.items())


def _readable(overrides: Iterable[MarketRuleOverride]) -> Iterator[rulebook.Row]:
    """The overrides as rows; one that a newer release cannot read counts as absent and is logged."""
    for override in overrides:
        try:
            read = row_of(override)
            rulebook.default().check_name(read)
        except InvalidRule as error:
            log.error("market_rule_invalid", rule_id=override.pk, reason=error.reason)
        else:
            yield read
