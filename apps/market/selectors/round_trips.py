"""Reads of round trips. What does not belong here: writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import QuerySet

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
