"""Sweeps as their owner sees them, and which part of which sweep is next. What does not belong here: writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Now

from apps.backtests.enums import RunStatus
from apps.backtests.models import Sweep, SweepPart
from apps.core import errors
from apps.core.enums import TimeOrdering

if TYPE_CHECKING:
    from apps.users.models import User

OPEN = (RunStatus.PENDING, RunStatus.RUNNING)
# The part of a walk-forward that tries no combination: it begins when all the others are done.
TRADES = Q(first=F("last"))


def list_sweeps(
    *, user: User, status: str | None = None, kind: str | None = None, ordering: str = TimeOrdering.CREATED_DESC
) -> QuerySet[Sweep]:
    """The user's sweeps, newest first unless ordered otherwise, without what came of them."""
    wanted = {name: value for name, value in {"status": status, "kind": kind}.items() if value}
    return (
        _counted(Sweep.objects.for_user(user).filter(**wanted)).defer("extra").order_by(TimeOrdering(ordering).column)
    )


def get_sweep(*, user: User, sweep_id: str) -> Sweep:
    """One of the user's sweeps.

    :raises NotFound: if it is missing or belongs to someone else
    """
    return _first(_counted(Sweep.objects.for_user(user)).filter(sweep_id=sweep_id))


def lock_sweep(*, user: User, sweep_id: str) -> Sweep:
    """One of the user's sweeps, locked for an update.

    :raises NotFound: if it is missing or belongs to someone else
    """
    return _first(Sweep.objects.for_user(user).filter(sweep_id=sweep_id).select_for_update(no_key=True))


def count_open_sweeps(*, user: User) -> int:
    """How many sweeps of the user have not ended."""
    return Sweep.objects.for_user(user).filter(status__in=OPEN).count()


def list_done_unscoped(*, sweep_id: int) -> list[tuple[int, int, bytes]]:
    """The first combination, the one after the last, and the rows of each part of a sweep that is done."""
    done = SweepPart.objects.filter(sweep_id=sweep_id, status=RunStatus.COMPLETED, values__isnull=False)
    return [(first, last, bytes(raw or b"")) for first, last, raw in done.values_list("first", "last", "values")]


def list_claimable_unscoped() -> QuerySet[SweepPart]:
    """Parts that may be begun, or lost their worker; of the users with the fewest parts at work first."""
    at_work = (
        SweepPart.objects.filter(status=RunStatus.RUNNING, lease_expires_at__gte=Now())
        .filter(sweep__user_id=OuterRef("sweep__user_id"))
        .order_by()
        .values("sweep__user_id")
        .annotate(number=Count("id"))
        .values("number")
    )
    is_free = Q(status=RunStatus.PENDING) | Q(status=RunStatus.RUNNING, lease_expires_at__lt=Now())
    before = SweepPart.objects.filter(sweep_id=OuterRef("sweep_id"), number__lt=OuterRef("number"))
    may_begin = ~TRADES | ~Exists(before.exclude(status=RunStatus.COMPLETED))
    busy = Coalesce(Subquery(at_work, output_field=IntegerField()), 0)
    free = SweepPart.objects.filter(is_free, may_begin, sweep__status__in=OPEN)
    return free.order_by(busy, "sweep_id", "number")


def get_trading_part_unscoped(*, sweep_id: int) -> SweepPart:
    """The part of a walk-forward that trades what the others chose."""
    return SweepPart.objects.get(TRADES, sweep_id=sweep_id)


def get_choices_unscoped(*, sweep_id: int) -> dict[str, dict[str, Any]]:
    """What all windows of a walk-forward chose, by the number of the window."""
    parts = SweepPart.objects.filter(~TRADES, sweep_id=sweep_id).values_list("outcome", flat=True)
    return {number: chosen for outcome in parts for number, chosen in (outcome or {}).items()}


def list_joinable_unscoped() -> QuerySet[Sweep]:
    """Sweeps of which every part is done, and which have not ended."""
    done = Count("pieces", filter=Q(pieces__status=RunStatus.COMPLETED))
    return Sweep.objects.unscoped().filter(status__in=OPEN).annotate(done=done).filter(done=F("parts"))


def progress_unscoped(sweep: Sweep) -> float:
    """How much of a sweep is done, from 0 to 1."""
    return SweepPart.objects.filter(sweep=sweep, status=RunStatus.COMPLETED).count() / sweep.parts


def _counted(rows: QuerySet[Sweep]) -> QuerySet[Sweep]:
    done = Count("pieces", filter=Q(pieces__status=RunStatus.COMPLETED))
    return rows.annotate(finished_parts=done)


def _first(rows: QuerySet[Sweep]) -> Sweep:
    return errors.found(rows.first())
