"""What is held, as lists in order. What does not belong here: what it is worth (closing)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from apps.trading.enums import HeldOrdering
from apps.trading.services import closing
from apps.trading.services.closing import Holding, ValuedPosition

if TYPE_CHECKING:
    from apps.users.models import User


def list_positions(
    *, user: User, now: datetime, account: int | None = None, ordering: str = HeldOrdering.CREATED, **wanted: str
) -> list[ValuedPosition]:
    """The positions of an account with their worth; ``wanted``: a text to ``search`` for, an instrument, a product.

    :raises NotFound: if there is no such account of the user's
    """
    rows = closing.value_positions(user=user, now=now, account=account, **wanted)
    return _arranged(rows, ordering=ordering, keys=[(row.position.instrument, row.valuation.pnl) for row in rows])


def list_holdings(
    *, user: User, now: datetime, account: int | None = None, ordering: str = HeldOrdering.CREATED, **wanted: str
) -> list[Holding]:
    """The holdings of an account; ``wanted``: a text to ``search`` for, an instrument.

    :raises NotFound: if there is no such account of the user's
    """
    rows = closing.list_holdings(user=user, now=now, account=account, **wanted)
    return _arranged(rows, ordering=ordering, keys=[(row.instrument, row.pnl) for row in rows])


def _arranged(rows: list[Any], *, ordering: str, keys: list[tuple[Any, Any]]) -> list[Any]:
    """Rows, which come oldest first, in another order; ``keys`` are the instrument and the profit of each."""
    numbers = list(range(len(rows)))
    column = {"instrument": 0, "pnl": 1}.get(ordering.removeprefix("-"))
    if column is not None:
        numbers.sort(key=lambda number: keys[number][column])
    if ordering.startswith("-"):
        numbers.reverse()
    return [rows[number] for number in numbers]
