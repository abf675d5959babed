"""Orders that wait, worked on each final 5-minute bar once, in the order they came.

A bar counts if it opens at or after the order was taken. ``worked_until`` is stored with what the bar did, so that a
worker that dies between two bars, or two workers at once, neither lose a bar nor use one twice.
What does not belong here: square-off and expiry (due).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from apps.core import clock, money
from apps.market import selectors as market_selectors
from apps.market.enums import Interval
from apps.market.selectors import CandleQuery
from apps.trading import selectors
from apps.trading.constants import ACTIVE
from apps.trading.enums import OrderStatus, PriceSource, Product, Side
from apps.trading.models import Order
from apps.trading.services import changing, engaging, filling, journal, matching, rules, telling
from apps.trading.services.desk import Desk, open_desk
from apps.trading.services.filling import Deal
from apps.trading.services.matching import Prices
from apps.wallet import services as wallet_services
from apps.wallet.errors import InsufficientFunds

BAR = timedelta(minutes=5)
# Bars that are read at once: what is older than a week of sessions is not waited for.
MOST_BARS = 400


@dataclass(frozen=True, slots=True)
class TimedBar:
    """A final 5-minute bar of the market."""

    opens_at: datetime
    prices: Prices
    volume: int

    @property
    def closes_at(self) -> datetime:
        """When it was final."""
        return self.opens_at + BAR


def work_orders(*, now: datetime) -> int:
    """Work every order that waits on the bars that are final at ``now``; count those that something happened to."""
    waiting = selectors.list_active_orders_unscoped()
    since: dict[str, datetime] = {}
    for order in waiting:
        since[order.instrument] = min(order.worked_until, since.get(order.instrument, order.worked_until))
    bars = {name: list(bars_of(instrument=name, since=begin, now=now)) for name, begin in since.items()}
    return sum(_work(order, bars=bars[order.instrument], now=now) for order in waiting)


def bars_of(*, instrument: str, since: datetime, now: datetime) -> Iterator[TimedBar]:
    """The final bars of an instrument that open at or after a moment, oldest first."""
    if now - since < BAR:
        return
    query = CandleQuery(
        instrument=instrument, interval=Interval.FIVE_MINUTES, start=clock.today(at=since), limit=MOST_BARS
    )
    candles = market_selectors.get_candles(query=query, now=now).candles
    for place, second in enumerate(candles.time.tolist()):
        opens_at = datetime.fromtimestamp(second, tz=clock.IST)
        if opens_at >= since:
            figures = (int(getattr(candles, name)[place]) for name in ("open", "high", "low", "close"))
            yield TimedBar(opens_at, Prices(*figures), int(candles.volume[place]))


@transaction.atomic
def _work(seen: Order, *, bars: list[TimedBar], now: datetime) -> bool:
    """Work one order on its new bars; True if it changed."""
    is_new = any(bar.opens_at >= seen.worked_until for bar in bars)
    if not is_new and now < seen.valid_until:
        return False
    desk = open_desk(user=seen.user, instrument=seen.instrument, now=now, profile=seen.fill_profile)
    order = selectors.lock_order_unscoped(order_id=seen.pk)
    if order.status not in ACTIVE:
        return False
    before = order.version
    fresh = [bar for bar in bars if order.worked_until <= bar.opens_at < order.valid_until]
    for bar in fresh:
        desk.now = bar.closes_at
        _work_on(desk, order=order, bar=bar)
        if order.status not in ACTIVE:
            return True
    desk.now = now
    if now >= order.valid_until:
        changing.end(desk, order=order, status=OrderStatus.EXPIRED, reason="SESSION_ENDED")
        telling.tell(order, reason="SESSION_ENDED")
    elif fresh and order.version == before:
        journal.save(order)
    return order.version != before


def _work_on(desk: Desk, *, order: Order, bar: TimedBar) -> None:
    """What one bar makes of an order."""
    band = None
    if desk.terms.keeps_rules:
        last = money.rupees(bar.prices.open)
        band = rules.band_of(desk.instrument, previous_close=desk.previous_close, last_price=last, on=desk.today)
    found = matching.match(order, bar=bar.prices, instrument=desk.instrument, on=desk.today, band=band)
    order.worked_until = bar.closes_at
    if found.is_triggered and not order.is_triggered:
        order.is_triggered = True
        journal.step(order, status=OrderStatus.OPEN, reason="TRIGGERED", at=desk.now, bar_at=bar.opens_at)
    if found.price is None:
        return
    quantity = _fillable(desk, order=order, bar=bar)
    if quantity:
        deal = Deal(quantity, found.price, PriceSource.BAR, price_at=bar.closes_at, bar_at=bar.opens_at)
        _fill(desk, order=order, deal=deal)


def _fillable(desk: Desk, *, order: Order, bar: TimedBar) -> int:
    """How much of an order the bar fills: whole lots within the share of its volume that the profile grants."""
    left = order.quantity - order.filled_quantity
    if desk.terms.volume_share is None:
        return left
    lot = rules.lot_of(desk.instrument, on=desk.today)
    return min(left, int(bar.volume * desk.terms.volume_share) // lot * lot)


def _fill(desk: Desk, *, order: Order, deal: Deal) -> None:
    """Fill an order that waited, or reject it where cash or holding no longer suffice."""
    position = engaging.position_of(desk, order=order)
    held = position.quantity if position is not None else 0
    if order.product == Product.CNC and order.side == Side.SELL and held < deal.quantity:
        _refuse(desk, order=order, reason="NO_HOLDING")
        return
    try:
        with transaction.atomic():
            filling.execute(desk, order=order, deal=deal)
    except InsufficientFunds as refusal:
        order.refresh_from_db()
        desk.ledger = wallet_services.open_ledger(user_id=order.user_id)
        order.worked_until, order.refusal_details = deal.price_at, refusal.details
        _refuse(desk, order=order, reason=refusal.code)
        return
    telling.tell(order, reason=deal.reason)


def _refuse(desk: Desk, *, order: Order, reason: str) -> None:
    order.refusal_code = reason
    changing.end(desk, order=order, status=OrderStatus.REJECTED, reason=reason)
    telling.tell(order, reason=reason)
