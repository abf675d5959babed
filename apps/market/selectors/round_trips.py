"""Reads of round trips. What does not belong here: writes."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import TruncDate

from apps.core import clock
from apps.market.models import Trade

if TYPE_CHECKING:
    from apps.users.models import User

MARK = "paper_account"


def list_round_trips(
    *, user: User, backtest_run_id: int | None = None, account_id: int | None = None
) -> QuerySet[Trade]:
    """The user's round trips of one backtest, or without one those of paper trading, in the order they were made.

    Of paper trading those of an account, which are marked with it; those of the one for practice bear no mark.
    """
    rows = Trade.objects.for_user(user).filter(backtest_run_id=backtest_run_id).order_by("id")
    if backtest_run_id is not None:
        return rows
    return rows.exclude(extra__has_key=MARK) if account_id is None else rows.filter(**{f"extra__{MARK}": account_id})


def count_paper_trades_unscoped(*, start: date, end: date) -> dict[date, dict[str, Any]]:
    """How many round trips of paper trading were closed on each day in India, by all users, and what they came to."""
    paper = Trade.objects.unscoped().filter(backtest_run_id=None, created_at__gte=clock.midnight(start))
    days = paper.filter(created_at__lt=clock.midnight(end, days=1)).annotate(
        on=TruncDate("created_at", tzinfo=clock.IST)
    )
    rows = days.values_list("on").order_by().annotate(Count("pk"), Sum("pnl"))
    return {on: {"paper_trades": number, "paper_pnl": pnl} for on, number, pnl in rows}
