"""Every read that the history of an account needs. What does not belong here: prices, writes."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from django.db.models import QuerySet

from apps.trading.models import EquityDay, Fill, Position

if TYPE_CHECKING:
    from apps.users.models import User


def list_equity_days(
    *, user: User, account_id: int, start: date | None = None, end: date | None = None
) -> QuerySet[EquityDay]:
    """What the user's account was worth day by day between two days, both included, oldest first."""
    rows = EquityDay.objects.for_user(user).filter(paper_account_id=account_id).order_by("date")
    if start is not None:
        rows = rows.filter(date__gte=start)
    if end is not None:
        rows = rows.filter(date__lte=end)
    return rows


def list_fills_since(*, user: User, account_id: int, since: datetime) -> list[Fill]:
    """The account's fills booked since a moment of the real clock, oldest first."""
    rows = Fill.objects.for_user(user).filter(order__paper_account_id=account_id, created_at__gte=since)
    return list(rows.select_related("order").order_by("id"))


def list_noted_accounts_unscoped(*, day: date) -> set[int]:
    """The accounts whose worth at the end of a day is on record."""
    return set(EquityDay.objects.unscoped().filter(date=day).values_list("paper_account_id", flat=True))


def list_open_positions_unscoped() -> list[Position]:
    """Every position that is not flat."""
    return list(Position.objects.unscoped().exclude(quantity=0).order_by("id"))
