"""Days that an administrator opened or closed. What does not belong here: the calendar they change, writes."""

from __future__ import annotations

from datetime import date

from django.db.models import Count, Max, QuerySet

from apps.market.models import MarketStatus


def list_market_status(*, start: date | None = None, end: date | None = None) -> QuerySet[MarketStatus]:
    """The days that were opened or closed by hand from ``start`` to ``end``, both included, newest first."""
    rows = MarketStatus.objects.order_by("-date")
    if start:
        rows = rows.filter(date__gte=start)
    return rows.filter(date__lte=end) if end else rows


def lock_market_status(*, day: date) -> MarketStatus | None:
    """What was said of a day, locked until the transaction ends, or None."""
    return MarketStatus.objects.select_for_update(no_key=True).filter(date=day).first()


def statuses(*, start: date, end: date) -> dict[date, MarketStatus]:
    """What was said of the days from ``start`` to ``end``, both included, by day."""
    return {row.date: row for row in list_market_status(start=start, end=end)}


def stamp() -> str:
    """A text that changes with every change of the table."""
    found = MarketStatus.objects.aggregate(count=Count("pk"), changed_at=Max("updated_at"))
    return f"{found['count']}-{found['changed_at'] and found['changed_at'].timestamp()}"
