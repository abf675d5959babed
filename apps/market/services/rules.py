"""Adding rows to the rulebook and switching them off. What does not belong here: what a table may hold (marketdata)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction

from apps.core import errors
from apps.core import services as core_services
from apps.market import selectors
from apps.market.errors import RuleExists
from apps.market.models import MarketRuleOverride
from marketdata import rulebook
from marketdata.rulebook import checks
from marketdata.rulebook.errors import InvalidRule

if TYPE_CHECKING:
    from apps.users.models import User

# Columns of a row that are fields of the request themselves; the others stand below ``columns``.
OWN_FIELDS = frozenset({"", "valid_from", "source"})


@transaction.atomic
def add_rule(*, user: User, values: Mapping[str, Any], ip_address: str | None) -> MarketRuleOverride:
    """Add a row to a table of the rulebook, in force within seconds, and write who did it.

    ``values``: table, valid_from, columns (all others of the table, as text), source, note.

    :raises ValidationFailed: naming the field, if the table cannot hold the row beside those it has
    :raises RuleExists: if an active override has the same key and date
    """
    _lock_rules()
    override = _override(user=user, values=values)
    twin = _twin(override)
    if twin:
        raise RuleExists(details={"id": twin.pk})
    _check_fits(override)
    override.save()
    _record(override, user=user, before=None, after=_snapshot(override), ip_address=ip_address)
    return override


@transaction.atomic
def switch_rule(*, user: User, rule_id: int, is_active: bool, ip_address: str | None) -> MarketRuleOverride:
    """Switch an override off, or on again, and write who did it; nothing is deleted.

    :raises NotFound: if there is none
    :raises ValidationFailed: if the rules cannot be used without it, or with it
    :raises RuleExists: if another one has taken its place
    """
    _lock_rules()
    override = selectors.get_rule(rule_id=rule_id)
    if override.is_active == is_active:
        return override
    override.is_active = is_active
    twin = _twin(override)
    if is_active and twin:
        raise RuleExists(details={"id": twin.pk})
    _check_fits(override)
    override.save(update_fields=["is_active", "updated_at"])
    _record(
        override, user=user, before={"is_active": not is_active}, after={"is_active": is_active}, ip_address=ip_address
    )
    return override


def _lock_rules() -> None:
    """One change at a time: each is checked against the rows that the others leave."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE market_rule_override IN SHARE ROW EXCLUSIVE MODE")


def _override(*, user: User, values: Mapping[str, Any]) -> MarketRuleOverride:
    table, columns = values["table"], values["columns"]
    common = {"valid_from": values["valid_from"].isoformat(), "source": values["source"]}
    for name in sorted(columns.keys() & common.keys()):
        raise errors.ValidationFailed.field(f"columns.{name}", "It stands beside the columns, not in them.")
    try:
        rulebook.row(table, {**columns, **common})
    except InvalidRule as error:
        raise _refused(error) from error
    shape = rulebook.TABLES[table]
    return MarketRuleOverride(
        rule_table=table,
        valid_from=values["valid_from"],
        key={name: columns[name] for name in shape.keys + shape.parts},
        values={name: columns[name] for name in shape.values},
        source=values["source"],
        note=values["note"],
        created_by=user,
    )


def _twin(override: MarketRuleOverride) -> MarketRuleOverride | None:
    same = selectors.list_active_rules().filter(
        rule_table=override.rule_table, valid_from=override.valid_from, key=override.key
    )
    return same.exclude(pk=override.pk).first()


def _check_fits(override: MarketRuleOverride) -> None:
    """Check the override against the rules without it, or these rules where it goes."""
    others = selectors.book_of(selectors.list_active_rules().exclude(pk=override.pk))
    try:
        if override.is_active:
            checks.added(others, selectors.row_of(override))
        else:
            checks.fits(others, selectors.row_of(override))
    except InvalidRule as error:
        raise _refused(error) from error


def _refused(error: InvalidRule) -> errors.ValidationFailed:
    if error.column in OWN_FIELDS:
        return errors.ValidationFailed.field(error.column or "table", error.reason)
    return errors.ValidationFailed.field(f"columns.{error.column}", error.reason)


def _record(
    override: MarketRuleOverride,
    *,
    user: User,
    before: Mapping[str, object] | None,
    after: Mapping[str, object],
    ip_address: str | None,
) -> None:
    core_services.record_change(
        actor=user.email,
        action="market_rule.add" if before is None else "market_rule.switch",
        subject={"id": override.pk, "table": override.rule_table},
        before=before,
        after=after,
        ip_address=ip_address,
    )
    selectors.forget_rules()
    transaction.on_commit(selectors.forget_rules)


def _snapshot(override: MarketRuleOverride) -> dict[str, object]:
    return {
        "valid_from": override.valid_from.isoformat(),
        "columns": override.columns,
        "source": override.source,
        "note": override.note,
        "is_active": override.is_active,
    }
