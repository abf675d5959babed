"""What the clock does to positions: intraday ones are squared off, expired contracts settled, each exactly once.

A worker that was away does it later, at the price of the moment it was due.
What does not belong here: orders that wait for a price (working).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from django.db import transaction

from apps.core import clock, configuration, money
from apps.market import selectors as market_selectors
from apps.market.enums import InstrumentType, Interval
from apps.market.selectors import CandleQuery, Instrument
from apps.trading import selectors
from apps.trading.constants import ZERO
from apps.trading.enums import OrderStatus, OrderType, PriceSource, Product, Purpose, Side, Sweep, Validity
from apps.trading.models import Order, Position
from apps.trading.services import delivery, ending, fees, filling, hours, journal, matching, sweeping, telling, working
from apps.trading.services.desk import Desk, open_desk
from apps.trading.services.filling import Deal
from apps.trading.services.matching import Prices
from marketdata.instrument_keys import Option

AUTO_SQUAREOFF = "auto_squareoff"
SQUAREOFF_TAG = "AUTO_SQUAREOFF"


@dataclass(frozen=True, slots=True)
class Price:
    """A price in paise, of when, from where."""

    paise: int
    at: datetime
    source: PriceSource
    bar_at: datetime | None = None


def close_due(*, now: datetime, replay: int | None = None) -> int:
    """Square off and settle whatever is due at ``now``; count the positions that were closed.

    What the bars up to that moment do to orders comes first, as in a backtest: a stop that one met is not squared off.

    ``replay``: of the account that a market is replayed for alone, else of all on the market's clock.
    """
    closed = 0
    for due in _moments_due(now=now, replay=replay):
        working.work_orders(now=due, replay=replay)
        closed += _close_all(due=due, now=now, replay=replay)
    return closed


def _moments_due(*, now: datetime, replay: int | None) -> list[datetime]:
    """When something that is held or waits was to be closed, up to ``now``, the earliest first."""
    moments = set()
    for order in selectors.list_active_orders_unscoped(replay=replay):
        if order.product == Product.MIS:
            moments.add(hours.squareoff_due(opened_at=order.accepted_market_at, instrument=order.instrument))
        elif order.instrument_type == InstrumentType.OPTION:
            moments.add(_expires_at(order.instrument))
    for held in selectors.list_intraday_positions_unscoped(replay=replay):
        moments.add(_squareoff_at(held))
    for held in selectors.list_option_positions_unscoped(replay=replay):
        moments.update((_last_squareoff_at(held), _expires_at(held.instrument)))
    return sorted(moment for moment in moments if moment <= now)


def _close_all(*, due: datetime, now: datetime, replay: int | None) -> int:
    """Close what was to be closed by one moment."""
    _cancel_orders(due=due, now=now, replay=replay)
    closed = 0
    for each in selectors.list_intraday_positions_unscoped(replay=replay):
        with sweeping.apart(each, sweep=Sweep.CLOSES):
            closed += _square_off(each, at=_squareoff_at(each), due=due, now=now)
    if configuration.get_str("options.expiry_mode") == AUTO_SQUAREOFF:
        for each in selectors.list_option_positions_unscoped(replay=replay):
            # What was opened later than that is settled, and what had ended before anybody could know.
            at = _last_squareoff_at(each)
            if each.opened_market_at < at and not _is_moved_and_over(each, now=now):
                with sweeping.apart(each, sweep=Sweep.CLOSES):
                    closed += _square_off(each, at=at, due=due, now=now)
    for each in selectors.list_option_positions_unscoped(replay=replay):
        if _expires_at(each.instrument) <= due:
            with sweeping.apart(each, sweep=Sweep.CLOSES):
                closed += _settle(each, now=now)
    return closed


def _cancel_orders(*, due: datetime, now: datetime, replay: int | None) -> None:
    """Cancel intraday orders that still wait when their positions are squared off; end those of expired contracts."""
    for seen in selectors.list_active_orders_unscoped(replay=replay):
        with sweeping.apart(seen, sweep=Sweep.CLOSES):
            _cancel_order(seen, due=due, now=now)


def _cancel_order(seen: Order, *, due: datetime, now: datetime) -> None:
    if seen.product == Product.MIS:
        at = hours.squareoff_due(opened_at=seen.accepted_market_at, instrument=seen.instrument)
        if at <= due:
            ending.end_seen(seen, now=now, status=OrderStatus.CANCELLED, reason="AUTO_SQUAREOFF")
    elif seen.instrument_type == InstrumentType.OPTION and _expires_at(seen.instrument) <= due:
        ending.end_seen(seen, now=now, status=OrderStatus.EXPIRED, reason="CONTRACT_EXPIRED")


def _squareoff_at(seen: Position) -> datetime:
    return hours.squareoff_due(opened_at=seen.opened_market_at, instrument=seen.instrument)


def _last_squareoff_at(seen: Position) -> datetime:
    """When an option is closed on its last day, before it expires."""
    morning = datetime.combine(market_selectors.get_option(name=seen.instrument).expiry, time(), tzinfo=clock.IST)
    return hours.squareoff_of(hours.session_at(morning, instrument=seen.instrument), instrument=seen.instrument)


def _is_moved_and_over(seen: Position, *, now: datetime) -> bool:
    option = market_selectors.get_option(name=seen.instrument)
    return str(option) != seen.instrument and _expires_at(seen.instrument) <= now


def _square_off(seen: Position, *, at: datetime, due: datetime, now: datetime) -> bool:
    return at <= due and _close_at(seen, due=at, now=now)


@transaction.atomic
def _close_at(seen: Position, *, due: datetime, now: datetime) -> bool:
    """Close a position at the price of the moment it was due; without any price it is tried again later."""
    desk = open_desk(user=seen.user, instrument=seen.instrument, now=now, account_id=seen.paper_account_id)
    position = _still_open(desk, seen=seen)
    price = _price_at(desk, due=due)
    if position is None or price is None:
        return False
    # A position that is opened again is squared off again, whatever the clock of the market does.
    key = f"squareoff:{position.pk}:{position.opened_market_at.isoformat()}:{due.isoformat()}"
    order = _order(desk, position=position, key=key, purpose=Purpose.AUTO_SQUAREOFF)
    found = matching.match(order, bar=Prices.at(price.paise), instrument=desk.instrument, on=clock.today(at=due))
    if found.price is None:
        return False
    deal = Deal(
        order.quantity,
        found.price,
        price.source,
        price_at=price.at,
        bar_at=price.bar_at,
        is_forced=True,
        reason="AUTO_SQUAREOFF",
    )
    _force(desk, order=order, deal=deal)
    fees.take_squareoff_fee(desk, order=order)
    telling.tell_recovery(user_id=desk.user.pk, due=due, now=now)
    return True


@transaction.atomic
def _settle(seen: Position, *, now: datetime) -> bool:
    """Settle an expired contract at its intrinsic value."""
    option = market_selectors.get_option(name=seen.instrument)
    desk = open_desk(user=seen.user, instrument=seen.instrument, now=now, account_id=seen.paper_account_id)
    position = _still_open(desk, seen=seen)
    if position is None or desk.instrument.underlying is None:
        return False
    official = _official_close(desk.instrument.underlying, option=option, now=now)
    if official is None:
        return False
    value = intrinsic(option, underlying=money.rupees(official.paise))
    side = delivery.side_of(desk, position=position, option=option, worth=value)
    if side is not None:
        value = ZERO
    key = _once(desk, event="expiry", instrument=seen.instrument, product=seen.product)
    order = _order(desk, position=position, key=key, purpose=Purpose.EXPIRY)
    deal = Deal(
        order.quantity,
        value,
        official.source,
        price_at=official.at,
        is_forced=True,
        charges=fees.exercise_stt(desk, order=order, value=value, option=option),
        reason="EXPIRED",
    )
    _force(desk, order=order, deal=deal)
    if side is not None:
        _deliver(desk, settled=order, strike=option.strike, side=side)
    telling.tell_recovery(user_id=desk.user.pk, due=_expires_at(seen.instrument), now=now)
    return True


def _deliver(desk: Desk, *, settled: Order, strike: Decimal, side: Side) -> None:
    """Buy or sell the shares of a settled option at its strike."""
    name = market_selectors.get_option(name=settled.instrument).underlying
    share = open_desk(user=desk.user, instrument=name, now=desk.now, profile=desk.profile, ledger=desk.ledger)
    leaves = Position(
        instrument=name,
        instrument_type=InstrumentType.STOCK,
        product=Product.CNC,
        quantity=settled.quantity if side == Side.SELL else -settled.quantity,
    )
    key = _once(desk, event="delivery", instrument=settled.instrument, product=settled.product)
    order = _order(share, position=leaves, key=key, purpose=Purpose.EXPIRY)
    deal = Deal(order.quantity, strike, PriceSource.STRIKE, price_at=desk.now, is_forced=True, reason="DELIVERED")
    _force(share, order=order, deal=deal)


def _once(desk: Desk, *, event: str, instrument: str, product: str) -> str:
    """Once for each contract, day of expiry and account: a client's id is the user's, whichever account it is for."""
    of_account = "" if desk.ledger.is_practice else f":{desk.account_id}"
    option = market_selectors.get_option(name=instrument)
    moved = "" if str(option) == instrument else f":{option.expiry}"
    return f"{event}:{instrument}:{product}{moved}{of_account}"


def intrinsic(option: Option, *, underlying: Decimal) -> Decimal:
    """What a contract is worth at its expiry; not rounded to a tick."""
    worth = underlying - option.strike if option.is_call else option.strike - underlying
    return max(ZERO, worth)


def _force(desk: Desk, *, order: Order, deal: Deal) -> None:
    journal.begin(order, status=OrderStatus.OPEN, reason=deal.reason)
    filling.execute(desk, order=order, deal=deal)
    telling.tell(order, reason=deal.reason)


def _still_open(desk: Desk, *, seen: Position) -> Position | None:
    """The position as it is under the lock, or None where somebody else closed it."""
    found = selectors.lock_position(
        user=desk.user, account_id=desk.account_id, instrument=seen.instrument, product=seen.product
    )
    return found if found is not None and found.quantity else None


def _order(desk: Desk, *, position: Position, key: str, purpose: Purpose) -> Order:
    return Order(
        user=desk.user,
        paper_account_id=desk.account_id,
        client_order_id=key,
        payload_hash="",
        instrument=position.instrument,
        instrument_type=position.instrument_type,
        side=Side.SELL if position.quantity > 0 else Side.BUY,
        quantity=abs(position.quantity),
        product=position.product,
        order_type=OrderType.MARKET,
        validity=Validity.DAY,
        purpose=purpose,
        tag=SQUAREOFF_TAG if purpose == Purpose.AUTO_SQUAREOFF else "",
        fill_profile=desk.profile,
        accepted_market_at=desk.now,
        worked_until=desk.now,
        valid_until=desk.now,
    )


def _price_at(desk: Desk, *, due: datetime) -> Price | None:
    """The close of the bar that ends when it is due, else the last price."""
    query = CandleQuery(
        instrument=desk.instrument.identifier,
        interval=Interval.FIVE_MINUTES,
        start=clock.today(at=due),
        before=due,
        limit=1,
    )
    candles = market_selectors.get_candles(query=query, now=desk.now).candles
    if len(candles):
        opens_at = datetime.fromtimestamp(int(candles.time[-1]), tz=clock.IST)
        return Price(int(candles.close[-1]), due, PriceSource.BAR, bar_at=opens_at)
    return Price(desk.quote.price, desk.quote.at, PriceSource.QUOTE) if desk.quote is not None else None


def _official_close(underlying: Instrument, *, option: Option, now: datetime) -> Price | None:
    """The underlying's close of the day of expiry, else its last 5-minute bar of that day."""
    at = market_selectors.contracts_end(option.expiry)
    for interval, source in ((Interval.DAY, PriceSource.DAILY_CLOSE), (Interval.FIVE_MINUTES, PriceSource.LAST_BAR)):
        query = CandleQuery(
            instrument=underlying.identifier, interval=interval, start=option.expiry, before=at, limit=1
        )
        candles = market_selectors.get_candles(query=query, now=now).candles
        if len(candles):
            return Price(int(candles.close[-1]), at, source)
    return None


def _expires_at(contract: str) -> datetime:
    return market_selectors.contracts_end(market_selectors.get_option(name=contract).expiry)
