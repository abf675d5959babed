"""Positions: what they are worth now, and closing them. What does not belong here: square-off and expiry (due)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from apps.core import clock, money
from apps.market import selectors as market_selectors
from apps.trading import errors, selectors
from apps.trading.constants import ZERO
from apps.trading.enums import Product, Purpose, Side
from apps.trading.models import Order, Position
from apps.trading.services import book, clocks, placing
from apps.trading.services.book import Valuation
from apps.trading.services.placing import Ticket
from apps.wallet import selectors as wallet_selectors
from marketdata.rulebook import sessions as rulebook_sessions

if TYPE_CHECKING:
    from apps.users.models import User


@dataclass(frozen=True, slots=True)
class ValuedPosition:
    """A position in the terms of today, at its last price."""

    position: Position
    average_price: Decimal
    valuation: Valuation


@dataclass(frozen=True, slots=True)
class Holding:
    """Shares held for delivery from before today; those of ``t1_quantity`` were bought a trading day ago."""

    instrument: str
    quantity: int
    t1_quantity: int
    average_price: Decimal
    fifo_average_price: Decimal
    last_price: Decimal
    pnl: Decimal


def value_positions(*, user: User, now: datetime, account: int | None = None, **wanted: str) -> list[ValuedPosition]:
    """The positions of an account, by default that for practice, with their worth; a flat one on its day only.

    ``wanted``: which of them, as selectors.list_positions takes it.

    :raises NotFound: if there is no such account of the user's
    """
    paper_account = wallet_selectors.get_chosen_account(user=user, account=account)
    now = clocks.moment_of(paper_account, now=now)
    today = clock.today(at=now)
    before = rulebook_sessions.full_day_before(market_selectors.rulebook_in_force(), today)
    rows = list(selectors.list_positions(user=user, account_id=account, **wanted))
    for row in rows:
        book.roll(row, day=today, day_before=before)
    shown = [row for row in rows if row.quantity or row.buy_quantity]
    quotes = clocks.quotes_for(paper_account, names=sorted({row.instrument for row in shown}), now=now)
    return [_valued(row, quote=quotes.get(row.instrument)) for row in shown]


def list_holdings(*, user: User, now: datetime, account: int | None = None, **wanted: str) -> list[Holding]:
    """What an account of the user's holds for delivery since before today, less what was sold of it."""
    held = []
    for each in value_positions(user=user, now=now, account=account, product=Product.CNC, **wanted):
        row = each.position
        kept = min(row.quantity, row.overnight_quantity)
        if kept > 0:
            waiting = min(row.t1_quantity, kept)
            pnl = ((each.valuation.last_price - each.average_price) * kept).quantize(ZERO)
            fifo = book.average_of(quantity=row.quantity, cost=row.fifo_cost)
            last = each.valuation.last_price
            held.append(Holding(row.instrument, kept - waiting, waiting, each.average_price, fifo, last, pnl))
    return held


def close_position(*, user: User, position_id: int, now: datetime, quantity: int | None = None) -> Order:
    """Close a position at market, all of it or a part.

    :raises NotFound: if it is missing or somebody else's
    :raises NothingToClose: if there is not that much of it
    :raises OrderRefused, InsufficientFunds: if the order is refused
    """
    position = selectors.get_position(user=user, position_id=position_id)
    wanted = abs(position.quantity) if quantity is None else quantity
    if not 0 < wanted <= abs(position.quantity):
        raise errors.NothingToClose(details={"quantity": position.quantity})
    ticket = _closing(position, quantity=wanted)
    return placing.place_order(user=user, ticket=ticket, now=now, purpose=Purpose.CLOSE).order


def close_all(*, user: User, now: datetime, account: int | None = None) -> list[Order]:
    """Close every position of an account at market; an order that is refused is among the answers, rejected.

    :raises NotFound: if there is no such account of the user's
    """
    wallet_selectors.get_chosen_account(user=user, account=account)
    rows = [row for row in selectors.list_positions(user=user, account_id=account) if row.quantity]
    return [
        placing.submit(
            user=user, ticket=_closing(row, quantity=abs(row.quantity)), now=now, purpose=Purpose.CLOSE
        ).order
        for row in rows
    ]


def _closing(position: Position, *, quantity: int) -> Ticket:
    return Ticket(
        instrument=position.instrument,
        side=Side.SELL if position.quantity > 0 else Side.BUY,
        quantity=quantity,
        product=position.product,
        account=position.paper_account_id,
    )


def _valued(row: Position, *, quote: market_selectors.MarketQuote | None) -> ValuedPosition:
    last = money.rupees(quote.price) if quote is not None else row.last_price
    before = money.rupees(quote.previous_close) if quote is not None and quote.previous_close is not None else None
    valuation = book.value(row, last_price=last, previous_close=before)
    return ValuedPosition(row, book.average_of(quantity=row.quantity, cost=row.cost), valuation)
