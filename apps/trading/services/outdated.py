"""Orders and triggers whose prices and quantities a split or a bonus has outdated: they end, as they do at exchanges.

What does not belong here: what becomes of shares that are held (corporate_actions).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time

from apps.core import clock
from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType
from apps.market.selectors import ShareAction
from apps.trading import selectors
from apps.trading.enums import OrderStatus
from apps.trading.selectors import gtt as gtt_selectors
from apps.trading.services import ending, gtt

CORPORATE_ACTION = "CORPORATE_ACTION"


def end_outdated(*, now: datetime) -> None:
    """End what was asked for before the ex-date of an action of its share that has come, and still waits.

    Options on the share and replayed accounts are left alone, as their positions are.
    """
    orders = [row for row in selectors.list_active_orders_unscoped() if row.instrument_type == InstrumentType.STOCK]
    triggers = [row for row in gtt_selectors.list_active_gtts_unscoped() if row.instrument_type == InstrumentType.STOCK]
    names = {row.instrument for row in orders} | {row.instrument for row in triggers}
    actions = market_selectors.list_share_actions(instruments=names, until=clock.today(at=now))
    for order in orders:
        if _is_outdated(order.instrument, since=order.accepted_market_at, actions=actions):
            ending.end_seen(order, now=now, status=OrderStatus.CANCELLED, reason=CORPORATE_ACTION)
    for row in triggers:
        if _is_outdated(row.instrument, since=row.created_market_at, actions=actions):
            gtt.end_seen(row, reason=CORPORATE_ACTION)


def begins(action: ShareAction) -> datetime:
    """When the ex-date of an action begins."""
    return datetime.combine(action.ex_date, time(), tzinfo=clock.IST)


def _is_outdated(instrument: str, *, since: datetime, actions: Mapping[str, list[ShareAction]]) -> bool:
    return any(since < begins(action) for action in actions.get(instrument, ()))
