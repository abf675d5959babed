"""Ending a run before its result. What does not belong here: noticing it between stages (execution)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from apps.backtests import errors, selectors
from apps.backtests.enums import RunStatus
from apps.backtests.services import places, results

if TYPE_CHECKING:
    from apps.backtests.models import BacktestRun
    from apps.users.models import User


@transaction.atomic
def cancel_run(*, user: User, run_id: str) -> BacktestRun:
    """End one of the user's runs: a waiting one at once, a running one before it writes a result.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunAlreadyFinished: if it has ended
    """
    run = selectors.lock_run(user=user, run_id=run_id)
    if run.status not in (RunStatus.PENDING, RunStatus.RUNNING):
        raise errors.RunAlreadyFinished(details={"run_status": run.status})
    run.cancel_requested = True
    run.save(update_fields=["cancel_requested", "updated_at"])
    if run.status == RunStatus.PENDING:
        results.mark_cancelled(run=run)
    return places.show_run(user=user, run_id=run_id)
