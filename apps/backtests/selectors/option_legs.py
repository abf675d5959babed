"""The result of an option rule by day and by leg. What does not belong here: its trades, its equity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apps.backtests.selectors.runs import get_completed_run

if TYPE_CHECKING:
    from apps.users.models import User


def get_option_result(*, user: User, run_id: str) -> dict[str, Any]:
    """Days, legs and margin of one of the user's completed runs; none where it is no option rule.

    :raises NotFound: if it is missing or belongs to someone else
    :raises RunNotFinished: if it has no result
    """
    run = get_completed_run(user=user, run_id=run_id, fields=("extra",))
    return {**{name: run.extra.get(name, []) for name in ("days", "legs")}, "margin": run.extra.get("margin")}
