"""The installation in figures: counted days, and queues as they are. What does not belong here: counting (services).

A fixed number of queries, none of which grows with users, runs or trades: days are read as they were counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from apps.adminpanel.constants import DEFAULT_DAYS, MAX_DAYS
from apps.adminpanel.models import DailyFigures
from apps.backtests import selectors as backtests_selectors
from apps.core import clock, errors
from apps.sync import selectors as sync_selectors

SUMS = (
    "signups", "trials", "conversions", "payments", "revenue", "refunds", "runs_completed", "runs_failed",
    "run_seconds", "paper_trades", "paper_pnl",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Days from ``start`` to ``end``, both included, with their sums in ``total``; how things stand now.

    ``now`` is the day that was counted last, None before the first; ``as_of`` is when.
    """

    start: date
    end: date
    as_of: datetime | None
    now: DailyFigures | None
    total: DailyFigures
    days: Sequence[DailyFigures]
    queue: backtests_selectors.QueueDepth
    sync_items: int
    syncs: Sequence[sync_selectors.SyncHealth]


def get_dashboard(*, start: date | None = None, end: date | None = None) -> Dashboard:
    """The figures of some days, by default the last thirty; a day that was not counted has none.

    :raises ValidationFailed: if the range is reversed or longer than a year
    """
    end = end or clock.today()
    start = start or end - timedelta(days=DEFAULT_DAYS - 1)
    if not 0 <= (end - start).days < MAX_DAYS:
        raise errors.ValidationFailed.field("from", f"Ask for 1 to {MAX_DAYS} days.")
    counted = {row.day: row for row in DailyFigures.objects.filter(day__range=(start, end))}
    last = DailyFigures.objects.order_by("-day").first()
    as_of = last.counted_at if last else None
    days = [
        counted.get(day) or DailyFigures(day=day)
        for day in (start + timedelta(days=number) for number in range((end - start).days + 1))
    ]
    return Dashboard(
        start=start,
        end=end,
        as_of=as_of,
        now=last,
        total=_total(days),
        days=days,
        queue=backtests_selectors.get_queue_depth_unscoped(),
        sync_items=sync_selectors.count_unfinished(),
        syncs=sync_selectors.list_health(),
    )


def _total(days: Sequence[DailyFigures]) -> DailyFigures:
    """The sums of days as a day that is none; a percentile has no sum."""
    return DailyFigures(**{name: sum(getattr(day, name) for day in days) for name in SUMS})
