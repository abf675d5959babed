"""Rows added to the rulebook, for tests. What does not belong here: assertions."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.market import services
from apps.market.models import MarketRuleOverride
from apps.users.models import User

STT = {"segment": "options", "side": "SELL", "rate_pct": "0.2"}


def make_rule(user: User, *, year: int = 2027, **values: Any) -> MarketRuleOverride:
    """A securities transaction tax of 0.2 % on options sold from 1 April of a year, unless told otherwise."""
    given = {"table": "stt", "valid_from": date(year, 4, 1), "columns": STT, "source": "test", "note": "", **values}
    return services.add_rule(user=user, values=given, ip_address=None)
