"""The queue across users: who runs, who waits, who is next. What does not belong here: claiming (services)."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Case, Count, IntegerField, Value, When

from apps.backtests.enums import RunStatus
from apps.backtests.models import BacktestRun
from apps.backtests.selectors.runs import SERIES


def running_by_user_unscoped() -> dict[int, int]:
    """How many runs of each user are running."""
    running = BacktestRun.objects.unscoped().filter(status=RunStatus.RUNNING)
    return dict(running.values_list("user_id").annotate(number=Count("id")))


def count_pending_unscoped() -> int:
    """How many runs wait."""
    return BacktestRun.objects.unscoped().filter(status=RunStatus.PENDING).count()


def count_before_unscoped(run: BacktestRun) -> int:
    """How many runs came before this one and still wait."""
    return BacktestRun.objects.unscoped().filter(status=RunStatus.PENDING, pk__lt=run.pk).count()


def get_run_unscoped(*, pk: int) -> BacktestRun:
    """Any user's run without its series, for the worker that has just claimed it."""
    return BacktestRun.objects.unscoped().defer(*SERIES).get(pk=pk)


def pick_pending_unscoped(*, running: Mapping[int, int], per_user: int) -> int | None:
    """The key of the run that is next: of the user with the fewest running, the oldest; None if nobody may.

    ``running`` counts the running of each user; a user with ``per_user`` of them is passed over.
    """
    pending = BacktestRun.objects.unscoped().filter(status=RunStatus.PENDING)
    eligible = pending.exclude(user_id__in=[user_id for user_id, number in running.items() if number >= per_user])
    if running:
        least_busy = Case(
            *[When(user_id=user_id, then=Value(number)) for user_id, number in running.items()],
            default=Value(0),
            output_field=IntegerField(),
        )
        eligible = eligible.order_by(least_busy, "id")
    else:
        eligible = eligible.order_by("id")
    return eligible.values_list("pk", flat=True).first()
