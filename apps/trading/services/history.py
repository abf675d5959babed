"""What an account is worth: now, through today, and at the end of each day. What does not belong here: orders, money.

Equity is free and blocked cash, less what is borrowed, plus quantity times last price of every position; a short counts
below zero, for what it brought in is blocked cash.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from apps.core import clock, money
from apps.core.errors import ValidationFailed
from apps.market import selectors as market_selectors
from apps.trading.constants import ZERO
from apps.trading.enums import EquityBy
from apps.trading.models import EquityDay
from apps.trading.selectors import history
from apps.trading.services import closing, through_day
from apps.trading.services.closing import ValuedPosition
from apps.wallet import selectors as wallet_selectors
from apps.wallet.enums import PaperAccountKind
from apps.wallet.selectors import Balances
from engine.metrics import sampling

if TYPE_CHECKING:
    from apps.users.models import User
    from apps.wallet.models import PaperAccount


@dataclass(frozen=True, slots=True)
class Portfolio:
    """An account now, in rupees; ``day_pnl`` is today's part of the profit, before charges."""

    balances: Balances
    positions_value: Decimal
    unrealised: Decimal
    day_pnl: Decimal

    @property
    def equity(self) -> Decimal:
        """All that it is worth."""
        return self.balances.net_cash + self.positions_value


@dataclass(frozen=True, slots=True)
class EquityPoints:
    """Equity in rupees at the end of days or of 5-minute bars, sampled; the last one may be of this moment."""

    time: list[str]
    equity: list[float]
    points_total: int
    sampled: bool

    @property
    def points(self) -> list[dict[str, str | float]]:
        """The same as a list of objects."""
        return [{"time": time, "equity": equity} for time, equity in zip(self.time, self.equity, strict=True)]


def get_portfolio(*, user: User, now: datetime, account: int | None = None) -> Portfolio:
    """What an account of the user's, by default that for practice, is worth at its last prices.

    :raises NotFound: if there is no such account of the user's
    """
    valued = closing.value_positions(user=user, now=now, account=account)
    return _portfolio(wallet_selectors.get_balances_of(user=user, account=account), valued=valued)


def get_equity(
    *,
    user: User,
    by: str,
    points: int,
    now: datetime,
    account: int | None = None,
    **days: date,
) -> EquityPoints:
    """The equity of an account by day from ``start`` to ``end``, both included, or by bar of the last session.

    The day that has no end on record yet is shown as it is now.

    :raises NotFound: if there is no such account of the user's
    :raises ValidationFailed: for the account of a replay, whose days are not put on record, or if the start is after
        the end
    """
    start, end = days.get("start"), days.get("end")
    if start is not None and end is not None and start > end:
        raise ValidationFailed.field("from", "The start is after the end.")
    paper_account = _account(user, account_id=account)
    if by == EquityBy.BAR:
        times, values = through_day.equity_today(user=user, account=paper_account, now=now)
    else:
        times, values = _by_day(user, account=paper_account, now=now, start=start, end=end)
    equity = np.array([float(value) for value in values])
    kept = sampling.sample(equity, points=points)
    return EquityPoints(
        time=[times[place] for place in kept.tolist()],
        equity=equity[kept].tolist(),
        points_total=len(values),
        sampled=len(kept) < len(values),
    )


def note_equity(*, now: datetime) -> int:
    """Put on record what every account was worth when the last session ended, once; count those that were new."""
    opens_at, closes_at = market_selectors.last_session(now=now)
    if now < closes_at:
        return 0
    day = clock.today(at=opens_at)
    noted = history.list_noted_accounts_unscoped(day=day)
    rows = [
        each
        for each in wallet_selectors.list_balances_unscoped(besides=PaperAccountKind.REPLAY)
        if each[0].pk not in noted
    ]
    if not rows:
        return 0
    values = _values_unscoped(now=now)
    made = [
        EquityDay(
            user_id=account.user_id,
            paper_account=account,
            date=day,
            cash=held.cash,
            blocked=held.blocked,
            borrowed=held.borrowed,
            positions_value=values[account.pk],
            equity=held.net_cash + values[account.pk],
        )
        for account, held in rows
    ]
    EquityDay.objects.unscoped().bulk_create(made, ignore_conflicts=True, batch_size=1000)
    return len(made)


def _values_unscoped(*, now: datetime) -> Mapping[int, Decimal]:
    """What the positions of each account are worth at the last prices, those without one at their last fill's."""
    rows = history.list_open_positions_unscoped()
    names = sorted({row.instrument for row in rows})
    named = market_selectors.find_named_instruments(identifiers=names) if names else []
    found = market_selectors.find_quotes(named=named, now=now) if named else {}
    prices = {name: money.rupees(quote.price) for name, quote in found.items()}
    values: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        values[row.paper_account_id] += row.quantity * prices.get(row.instrument, row.last_price)
    return values


def _account(user: User, *, account_id: int | None) -> PaperAccount | None:
    if account_id is None:
        return wallet_selectors.list_accounts(user=user).filter(kind=PaperAccountKind.PRACTICE).first()
    found = wallet_selectors.get_account(user=user, account_id=account_id)
    if found.kind == PaperAccountKind.REPLAY:
        raise ValidationFailed.field("account", "The days of a replay are not put on record.")
    return found


def _portfolio(balances: Balances, *, valued: list[ValuedPosition]) -> Portfolio:
    return Portfolio(
        balances=balances,
        positions_value=sum((each.position.quantity * each.valuation.last_price for each in valued), ZERO),
        unrealised=sum((each.valuation.unrealised for each in valued), ZERO),
        day_pnl=sum((each.valuation.m2m for each in valued), ZERO),
    )


def _by_day(
    user: User, *, account: PaperAccount | None, now: datetime, start: date | None, end: date | None
) -> tuple[list[str], list[Decimal]]:
    rows = history.list_equity_days(user=user, account_id=account.pk, start=start, end=end) if account else []
    days = {row.date: row.equity for row in rows}
    today = clock.today(at=market_selectors.last_session(now=now)[0])
    if today not in days and (start is None or start <= today) and (end is None or today <= end):
        days[today] = get_portfolio(user=user, now=now, account=account.pk if account else None).equity
    return [day.isoformat() for day in days], list(days.values())
