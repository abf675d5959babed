"""Watchlists and price alerts for tests. What does not belong here: assertions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from apps.core import market_clock
from apps.trading import services
from apps.trading.models import PriceAlert, Watchlist
from apps.users.models import User


def make_watchlist(user: User, **values: Any) -> Watchlist:
    """A list of the user's, by default of RELIANCE."""
    return services.create_watchlist(user=user, **{"name": "Mine", "instruments": ["RELIANCE"], **values})


def make_alert(user: User, *, now: datetime | None = None, **values: Any) -> PriceAlert:
    """An armed alert of the user's, by default on RELIANCE above 1,000,000."""
    wanted = {"instrument": "RELIANCE", "condition": "above", "level": "1000000.00", **values}
    wanted["level"] = Decimal(wanted["level"])
    return services.create_alert(user=user, now=now or market_clock.now(), **wanted)
