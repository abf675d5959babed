"""Counting what happened on each day. What does not belong here: reading the counts (selectors), beat (settings)."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Max

from apps.adminpanel.models import DailyFigures
from apps.backtests import selectors as backtests_selectors
from apps.core import clock
from apps.market import selectors as market_selectors
from apps.payments import selectors as payments_selectors
from apps.users import selectors as users_selectors
from apps.users.enums import Standing

COUNTED = (
    "signups", "trials", "conversions", "payments", "revenue", "refunds", "runs_completed", "runs_failed",
    "run_seconds", "run_seconds_p95", "paper_trades", "paper_pnl", "counted_at",
)  # fmt: skip
STANDINGS = ("on_trial", "subscribed", "expired")


@transaction.atomic
def refresh_figures() -> int:
    """Count today, yesterday and every day since the last count, or since the first account; tell how many.

    A day is counted anew until the day after is over, for what is written just after midnight; then it stays.
    """
    today = clock.today()
    last = DailyFigures.objects.aggregate(last=Max("day"))["last"] or users_selectors.first_signup_unscoped() or today
    start = min(last, today) - timedelta(days=1)
    rows = _count(start=start, end=today)
    DailyFigures.objects.bulk_create(rows, update_conflicts=True, unique_fields=["day"], update_fields=COUNTED)
    standings = users_selectors.count_standings_unscoped(on=today)
    DailyFigures.objects.filter(day=today).update(
        on_trial=standings[Standing.TRIAL],
        subscribed=standings[Standing.SUBSCRIBED],
        expired=standings[Standing.EXPIRED],
    )
    return len(rows)


def _count(*, start: date, end: date) -> list[DailyFigures]:
    span = {"start": start, "end": end}
    signups = users_selectors.count_signups_unscoped(**span)
    trials = users_selectors.count_trials_unscoped(**span)
    conversions = payments_selectors.count_conversions_unscoped(**span)
    takings = payments_selectors.sum_takings_unscoped(**span)
    runs = backtests_selectors.count_ended_unscoped(**span)
    trades = market_selectors.count_paper_trades_unscoped(**span)
    now = clock.now()
    rows = []
    for day in (start + timedelta(days=number) for number in range((end - start).days + 1)):
        figures = DailyFigures(
            day=day,
            signups=signups.get(day, 0),
            trials=trials.get(day, 0),
            conversions=conversions.get(day, 0),
            counted_at=now,
        )
        for name, value in (takings.get(day, {}) | runs.get(day, {}) | trades.get(day, {})).items():
            setattr(figures, name, value)
        rows.append(figures)
    return rows
