"""The row of a position under the user's lock, in the terms of today. What does not belong here: what moves it."""

from __future__ import annotations

from apps.market import selectors as market_selectors
from apps.trading import selectors
from apps.trading.models import Position
from apps.trading.services import book
from apps.trading.services.desk import Desk
from marketdata.rulebook import sessions as rulebook_sessions


def position_of_today(desk: Desk, *, instrument: str, product: str, read: Position | None = None) -> Position:
    """The position under a product in today's terms; a new one, not stored yet, where there is none.

    ``read``: the position, locked, where the caller has read it.
    """
    found = read or selectors.lock_position(
        user=desk.user, account_id=desk.account_id, instrument=instrument, product=product
    )
    if found is not None:
        roll(desk, position=found)
        return found
    return Position(
        user_id=desk.user.pk,
        paper_account_id=desk.account_id,
        instrument=instrument,
        instrument_type=desk.instrument.type,
        product=product,
        day=desk.today,
        opened_market_at=desk.now,
    )


def roll(desk: Desk, *, position: Position) -> None:
    """Begin a new trading day in a position of an earlier one."""
    if position.day < desk.today:
        before = rulebook_sessions.full_day_before(market_selectors.rulebook_in_force(), desk.today)
        book.roll(position, day=desk.today, day_before=before)
