"""Syncs and a small market for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from apps.core.configuration import override
from apps.sync import services
from apps.sync.models import SyncLog
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock

# A Monday evening: its session, and that of the Friday before, the 2nd, are final.
EVENING = "2026-01-05T18:00:00+05:30"
# December 2025 has 22 sessions, for Christmas is one of its 23 weekdays; January 1st and 2nd, and the 5th, follow.
HISTORY = "2025-12-01"
SESSIONS = 25


def make_market(*, stocks: Sequence[str] = ("INFY", "TCS"), sectors: Sequence[str] = ()) -> None:
    """A few instruments of the synthetic market without prices, and a short history with five days of candles."""
    for enum in stocks:
        make_stock(enum=enum)
    for enum in sectors:
        make_sector(enum=enum, name=enum)
    override("history.start_date", HISTORY)
    override("sync.intraday_days", "5")


def open_sync(sync_type: str = "stock", **values: Any) -> SyncLog:
    """A sync that waits, rung for by nobody."""
    return services.open_sync(order=services.Order(sync_type=sync_type, **values))


def run_sync(sync_type: str = "stock", **values: Any) -> SyncLog:
    """A sync that has been run to its end, as it is in the table."""
    log = open_sync(sync_type, **values)
    services.execute_all(log_id=log.pk)
    log.refresh_from_db()
    return log
