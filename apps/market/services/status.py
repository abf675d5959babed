"""Opening and closing a day by hand. What does not belong here: the calendar that it changes (selectors)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from apps.core import errors
from apps.core import services as core_services
from apps.market import selectors
from apps.market.models import MarketStatus
from marketdata import sessions

if TYPE_CHECKING:
    from apps.users.models import User


@transaction.atomic
def set_market_status(*, user: User, values: Mapping[str, Any], ip_address: str | None) -> MarketStatus:
    """Open or close a day and write who did it, with what was said of it before.

    ``values``: date, is_market_open, reason, and for a day that opens with hours of its own, its sessions as
    ``[{"open": "18:00", "close": "19:00"}]``.

    :raises ValidationFailed: if the calendar does not have the day
    :raises Conflict: if somebody else speaks of the day at this moment
    """
    day = values["date"]
    if not sessions.FIRST_DAY <= day <= sessions.LAST_DAY:
        message = f"The calendar goes from {sessions.FIRST_DAY} to {sessions.LAST_DAY}."
        raise errors.ValidationFailed.field("date", message)
    row = selectors.lock_market_status(day=day)
    before = None if row is None else _snapshot(row)
    row = row or MarketStatus(date=day)
    row.is_market_open, row.reason = values["is_market_open"], values["reason"] or None
    row.extra = {**row.extra, "sessions": values["sessions"]}
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        raise errors.Conflict(details={"date": day.isoformat()}) from error
    core_services.record_change(
        actor=user.email,
        action="market_status.set",
        subject={"date": day.isoformat()},
        before=before,
        after=_snapshot(row),
        ip_address=ip_address,
    )
    return row


def _snapshot(row: MarketStatus) -> dict[str, object]:
    return {
        "is_market_open": row.is_market_open,
        "reason": row.reason,
        "sessions": row.own_sessions,
    }
