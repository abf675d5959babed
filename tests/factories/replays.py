"""Replays of a made-up past for tests. What does not belong here: assertions."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from apps.trading import services
from apps.trading.models import Order, Replay
from apps.trading.services import Ticket
from apps.users.models import User
from tests.factories.trading import OPEN_AT

DAY = date.fromisoformat(OPEN_AT[:10])


def make_replay(user: User, **values: Any) -> Replay:
    """A replay of one day with 100,000 rupees."""
    wanted = {"name": "Replay", "start": DAY, "cash": Decimal("100000.00"), **values}
    return services.start_replay(user=user, **wanted)


def place_in(replay: Replay, **values: Any) -> Order:
    """An order of the replay's account, by default to buy 10 RELIANCE at market for the day."""
    for name in ("price", "trigger_price", "target", "stoploss", "trailing"):
        if name in values:
            values[name] = Decimal(values[name])
    wanted = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10, "product": "MIS", **values}
    ticket = Ticket(**wanted, account=replay.paper_account_id)
    return services.place_order(user=replay.user, ticket=ticket, now=replay.created_at).order


def move(replay: Replay, *, bars: int) -> Replay:
    """The replay so many bars later."""
    return services.advance_replay(user=replay.user, replay_id=replay.pk, bars=bars)
