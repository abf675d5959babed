"""Reads of round trips. What does not belong here: writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.market.models import Trade

if TYPE_CHECKING:
    from apps.users.models import User


def list_round_trips(*, user: User, backtest_run_id: int | None = None) -> QuerySet[Trade]:
    """The user's round trips of one backtest, or without one those of paper trading, in the order they were made."""
    return Trade.objects.for_user(user).filter(backtest_run_id=backtest_run_id).order_by("id")
