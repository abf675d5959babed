"""Storing corporate actions. What does not belong here: reading them from files, adjusting prices (selectors)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from apps.market.models import CorporateAction
from apps.stocks.services import StoredBars
from marketdata.files.tables import Action

COLUMNS = ("shares_before", "shares_after", "subject", "extra")
BATCH_ROWS = 1_000


@transaction.atomic
def store_actions(*, actions: Sequence[Action], extra: Mapping[str, object]) -> StoredBars:
    """Store corporate actions, each once by instrument, ex-date and kind, and count them; a second time changes none.

    One without a ratio does not replace one that has it: the exchange's list never says what a demerger took.
    """
    ex_days = {each.ex_day for each in actions}
    rows = CorporateAction.objects.select_for_update().filter(ex_date__in=ex_days)
    known = {(row.instrument, row.ex_date, row.kind): row for row in rows}
    made, changed = [], []
    for action in actions:
        row = known.get((action.symbol, action.ex_day, action.kind))
        if row is None:
            made.append(_row(action, extra=extra))
        elif _changes(row, action=action, extra=extra):
            changed.append(row)
    CorporateAction.objects.bulk_create(made, batch_size=BATCH_ROWS)
    CorporateAction.objects.bulk_update(changed, [*COLUMNS, "updated_at"], batch_size=BATCH_ROWS)
    return StoredBars(inserted=len(made), updated=len(changed), unchanged=len(actions) - len(made) - len(changed))


def _row(action: Action, *, extra: Mapping[str, object]) -> CorporateAction:
    return CorporateAction(
        instrument=action.symbol, ex_date=action.ex_day, kind=action.kind, **_values(action, extra=extra)
    )


def _values(action: Action, *, extra: Mapping[str, object]) -> dict[str, object]:
    return {
        "shares_before": action.before or None,
        "shares_after": action.after or None,
        "subject": action.subject,
        "extra": dict(extra),
    }


def _changes(row: CorporateAction, *, action: Action, extra: Mapping[str, object]) -> bool:
    """Take over what an action says, and tell whether that is new."""
    if not action.before and row.shares_before:
        return False
    values = _values(action, extra=extra)
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = timezone.now()
    return True
