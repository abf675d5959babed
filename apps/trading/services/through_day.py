"""The equity of an account through the last session, bar by bar. What does not belong here: whole days (history).

It is found backwards from this moment: at the end of each bar without what was booked after it, at the prices of then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from apps.core import clock, market_clock, money
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery
from apps.trading.constants import BAR, ZERO
from apps.trading.selectors import history
from apps.trading.services import book, closing
from apps.trading.services.closing import ValuedPosition
from apps.wallet import selectors as wallet_selectors

if TYPE_CHECKING:
    from apps.users.models import User
    from apps.wallet.models import PaperAccount

Quantities = dict[str, int]


def equity_today(*, user: User, account: PaperAccount | None, now: datetime) -> tuple[list[str], list[Decimal]]:
    """The moments at which the bars of the last session end, up to now, and the equity then; the last is now."""
    valued = closing.value_positions(user=user, now=now, account=account.pk if account else None)
    held = wallet_selectors.get_balances(user=user, paper_account=account)
    opens_at, closes_at = market_selectors.last_session(now=now)
    ends = _bar_ends(opens_at, until=min(now, closes_at))
    # The market's clock may be another one than the wall's, but both run at the same speed within a session.
    since = clock.now() - (now - opens_at)
    moves = wallet_selectors.list_cash_moves(user=user, paper_account=account, since=since) if account else []
    booked = history.list_fills_since(user=user, account_id=account.pk, since=since) if account else []
    changes = [
        (fill.created_at, fill.order.instrument, book.sign_of(fill.order.side) * fill.quantity) for fill in booked
    ]
    names = {each.position.instrument for each in valued} | {name for _, name, _ in changes}
    closes = {name: _closes(name, valued=valued, ends=ends, now=now) for name in names}
    values = []
    for place, end in enumerate(ends):
        later = sum((amount for at, amount in moves if market_clock.at(at) > end), ZERO)
        worth = (quantity * closes[name][place] for name, quantity in _held(valued, changes=changes, at=end).items())
        values.append(held.net_cash - later + sum(worth, ZERO))
    worth_now = sum((each.position.quantity * each.valuation.last_price for each in valued), ZERO)
    times = [each.isoformat() for each in (*ends, now.astimezone(clock.IST))]
    return times, [*values, held.net_cash + worth_now]


def _bar_ends(opens_at: datetime, *, until: datetime) -> list[datetime]:
    return [opens_at + number * BAR for number in range(1, max(0, (until - opens_at) // BAR) + 1)]


def _held(
    valued: Sequence[ValuedPosition], *, changes: Sequence[tuple[datetime, str, int]], at: datetime
) -> Quantities:
    """How much of each instrument was held at a moment of the market."""
    held: Quantities = defaultdict(int)
    for each in valued:
        held[each.position.instrument] += each.position.quantity
    for booked_at, name, quantity in changes:
        if market_clock.at(booked_at) > at:
            held[name] -= quantity
    return held


def _closes(name: str, *, valued: Sequence[ValuedPosition], ends: Sequence[datetime], now: datetime) -> list[Decimal]:
    """The price of an instrument at the end of each bar: its last final bar's close, before that the day's open.

    Without 5-minute bars the last price stands for all.
    """
    last = next((each.valuation.last_price for each in valued if each.position.instrument == name), ZERO)
    if not ends:
        return []
    query = CandleQuery(
        instrument=name, interval=Interval.FIVE_MINUTES, start=clock.today(at=ends[0]), limit=len(ends) + 1
    )
    candles = market_selectors.get_candles(query=query, now=now).candles
    if not len(candles):
        return [last] * len(ends)
    closed_at = candles.time + int(BAR.total_seconds())
    places = np.searchsorted(closed_at, [int(end.timestamp()) for end in ends], side="right") - 1
    return [money.rupees(int(candles.close[place] if place >= 0 else candles.open[0])) for place in places.tolist()]
