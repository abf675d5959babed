"""Exits that belong together: a target and a stop of which one replaces the other, made by an entry or on their own.

The exits of a bracket begin with the first fill of its entry and grow with it; what one of them fills the other one
loses. They only ever reduce a position: they reserve no holding, and end with the position they were for.
What does not belong here: which exit a bar meets (exits), the price (matching).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from apps.trading import errors, selectors
from apps.trading.constants import ACTIVE
from apps.trading.enums import Leg, OrderStatus, OrderType, Side, Validity, Variety
from apps.trading.models import Order, Position
from apps.trading.services import book, ending, hours, journal
from apps.trading.services.desk import Desk

POSITION_CLOSED = "POSITION_CLOSED"


@dataclass(frozen=True, slots=True)
class Happened:
    """A fill of an order: how much at which price, on which bar, and whether it ended a position.

    ``opened`` is how much of it was not taken by what was held the other way.
    """

    quantity: int
    opened: int
    price: Decimal
    ends_position: bool
    bar_at: datetime | None = None


def check_levels(desk: Desk, *, order: Order) -> None:
    """Pass exits that lie on either side of the entry, or of the last price where there is none.

    :raises InvalidBracket: if one does not
    """
    if order.variety not in (Variety.BRACKET, Variety.OCO) or order.parent_id is not None:
        return
    side = book.sign_of(order.side) if order.variety == Variety.BRACKET else -book.sign_of(order.side)
    entries = (order.price, order.trigger_price) if order.variety == Variety.BRACKET else ()
    named = [price for price in entries if price is not None]
    given: list[Decimal | None] = [*named] or [desk.last_price]
    for price in given:
        is_beyond = price is None or order.target is None or side * (order.target - price) > 0
        is_before = price is None or order.stoploss is None or side * (price - order.stoploss) > 0
        if not (is_beyond and is_before):
            raise errors.InvalidBracket(details=_figures(order, entry=price))
    limit, stop = order.stoploss_price, order.stoploss
    if limit is not None and stop is not None and side * (stop - limit) < 0:
        raise errors.InvalidBracket(details=_figures(order, entry=given[0]))


def check_reduces(order: Order, *, position: Position | None) -> None:
    """Pass an exit of no more than is held: two requests to close one position must not turn it round.

    :raises NothingToClose: if it would turn the position round
    """
    held = position.quantity if position is not None else 0
    if order.quantity - order.filled_quantity > -held * book.sign_of(order.side):
        raise errors.NothingToClose(details={"quantity": held})


def after_fill(desk: Desk, *, order: Order, happened: Happened) -> None:
    """Bring the exits in line with a fill of an entry, of an exit, or of anything that ends the position."""
    if order.leg:
        _take_from_others(desk, order=order, happened=happened)
    if happened.ends_position:
        if order.leg and order.status in ACTIVE:
            ending.end(desk, order=order, status=OrderStatus.CANCELLED, reason=POSITION_CLOSED, bar_at=happened.bar_at)
        end_exits(desk, product=order.product, reason=POSITION_CLOSED, bar_at=happened.bar_at, besides=order)
    # What only closes something opens nothing that could need an exit.
    if order.variety == Variety.BRACKET and not order.leg and happened.opened:
        _protect(desk, order=order, happened=happened)


def end_exits(
    desk: Desk, *, product: str, reason: str, bar_at: datetime | None = None, besides: Order | None = None
) -> list[Order]:
    """End the exits of a position that is gone, with what is left of their entries: who has left enters no more."""
    ended = selectors.lock_exits_unscoped(
        account_id=desk.account_id,
        instrument=desk.instrument.identifier,
        product=product,
        besides=besides.pk if besides is not None else None,
    )
    for each in ended:
        ending.end(desk, order=each, status=OrderStatus.CANCELLED, reason=reason, bar_at=bar_at)
    return ended


def begin_stop(desk: Desk, *, order: Order) -> None:
    """Give the target of a pair without an entry its stop."""
    _begin(desk, order=order, leg=Leg.STOP, quantity=order.quantity, extreme=desk.last_price, bar_at=None)


def cancel_legs(desk: Desk, *, order: Order) -> None:
    """Cancel the exits of an order that was cancelled."""
    if order.variety in (Variety.BRACKET, Variety.OCO):
        for leg in selectors.lock_legs_unscoped(order=order):
            if leg.status in ACTIVE:
                ending.end(desk, order=leg, status=OrderStatus.CANCELLED, reason="PARENT_CANCELLED")


def _take_from_others(desk: Desk, *, order: Order, happened: Happened) -> None:
    for other in selectors.lock_relatives_unscoped(order=order):
        if not other.leg:
            if order.status == OrderStatus.COMPLETE:
                # Assumption: who has left does not go on entering.
                ending.end(
                    desk, order=other, status=OrderStatus.CANCELLED, reason="EXIT_FILLED", bar_at=happened.bar_at
                )
        elif other.quantity - other.filled_quantity <= happened.quantity:
            ending.end(
                desk, order=other, status=OrderStatus.CANCELLED, reason="OTHER_LEG_FILLED", bar_at=happened.bar_at
            )
        else:
            _resize(desk, order=other, by=-happened.quantity, reason="OTHER_LEG_FILLED", bar_at=happened.bar_at)


def _protect(desk: Desk, *, order: Order, happened: Happened) -> None:
    legs = selectors.lock_legs_unscoped(order=order)
    for leg in legs:
        if leg.status in ACTIVE:
            _resize(desk, order=leg, by=happened.opened, reason="ENTRY_FILLED", bar_at=happened.bar_at)
    if not legs:
        for kind, level in ((Leg.TARGET, order.target), (Leg.STOP, order.stoploss)):
            if level is not None:
                _begin(
                    desk,
                    order=order,
                    leg=kind,
                    quantity=happened.opened,
                    extreme=happened.price,
                    bar_at=happened.bar_at,
                )


def _resize(desk: Desk, *, order: Order, by: int, reason: str, bar_at: datetime | None) -> None:
    order.quantity += by
    details = {"quantity": order.quantity}
    journal.step(order, status=OrderStatus(order.status), reason=reason, at=desk.now, bar_at=bar_at, details=details)


def _begin(
    desk: Desk, *, order: Order, leg: Leg, quantity: int, extreme: Decimal | None, bar_at: datetime | None
) -> None:
    is_stop = leg == Leg.STOP
    stop_type = OrderType.SL_M if order.stoploss_price is None else OrderType.SL
    against = Side.SELL if order.side == Side.BUY else Side.BUY
    row = Order(
        user_id=order.user_id,
        paper_account_id=order.paper_account_id,
        client_order_id=f"{order.variety}:{order.pk}:{leg}",
        instrument=order.instrument,
        instrument_type=order.instrument_type,
        side=order.side if order.leg else against,
        quantity=quantity,
        product=order.product,
        order_type=stop_type if is_stop else OrderType.LIMIT,
        price=order.stoploss_price if is_stop else order.target,
        trigger_price=order.stoploss if is_stop else None,
        trailing=order.trailing if is_stop else None,
        trailing_unit=order.trailing_unit if is_stop else "",
        trail_extreme=extreme if is_stop and order.trailing is not None else None,
        validity=Validity.DAY,
        variety=order.variety,
        parent=order,
        leg=leg,
        tag=order.tag,
        fill_profile=order.fill_profile,
        accepted_market_at=desk.now,
        worked_until=desk.now,
        valid_until=desk.now,
    )
    # The bar that ends a session still belongs to it.
    session = hours.session_at(bar_at or desk.now, instrument=row.instrument)
    row.valid_until = hours.valid_until(row, session=session)
    journal.begin(row, status=OrderStatus.TRIGGER_PENDING if is_stop else OrderStatus.OPEN, reason="ENTRY_FILLED")


def _figures(order: Order, *, entry: Decimal | None) -> dict[str, str | None]:
    levels = {
        "entry": entry,
        "target": order.target,
        "stoploss": order.stoploss,
        "stoploss_price": order.stoploss_price,
    }
    return {name: None if level is None else str(level) for name, level in levels.items()}
