"""The checks of an order, in their order; the first that fails decides. What does not belong here: filling it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from apps.core import configuration, money
from apps.market import selectors as market_selectors
from apps.trading import errors, selectors
from apps.trading.enums import OrderType, Product, Side, Variety
from apps.trading.models import Order, Position
from apps.trading.services import book, brackets, hours, rules
from apps.trading.services.desk import Desk
from marketdata.rulebook import lots, ticks

# Two 5-minute bars.
FRESH = timedelta(minutes=10)


def check(desk: Desk, *, order: Order, position: Position | None, is_sliced: bool = False) -> None:
    """Pass an order that may be worked on; whether the cash suffices is seen when it is filled or blocked.

    ``is_sliced``: it is cut into orders below the freeze quantity.

    :raises OrderRefused: naming the first rule it breaks
    """
    if not configuration.get_bool("trading.enabled"):
        raise errors.TradingHalted
    check_contract(desk)
    _check_name(desk, order=order, position=position)
    _check_session(desk, order=order)
    _check_product(desk, order=order, position=position)
    if desk.terms.keeps_rules:
        _check_quantity(desk, order=order, is_sliced=is_sliced)
        _check_ticks(desk, order=order)
        _check_circuit(desk, order=order)
        _check_stop_market(desk, order=order)
    _check_trigger(desk, order=order)
    brackets.check_levels(desk, order=order)
    _check_price(desk, order=order)
    _check_risk(desk, order=order, position=position)


def check_contract(desk: Desk) -> None:
    """Pass if the instrument is still traded.

    :raises InstrumentInactive, ExpiredContract: if it is not
    """
    if not desk.instrument.is_active:
        raise errors.InstrumentInactive(details={"instrument": desk.instrument.identifier})
    option = desk.instrument.option
    if option is None:
        return
    if desk.now >= market_selectors.contracts_end(option.expiry):
        raise errors.ExpiredContract(details={"expiry_date": option.expiry.isoformat()})


def check_series(desk: Desk, *, product: str) -> None:
    """Pass if a position may be opened under this product in the series that the share trades in.

    # Assumption: what was bought for delivery may be sold on the same day; the exchange would settle both.

    :raises ProductNotAllowed: if each trade is settled by delivery, and the product is none of delivery
    """
    if product != Product.CNC and rules.is_delivered_only(desk.instrument, on=desk.today):
        raise errors.ProductNotAllowed(
            "Shares of this series are traded for delivery only.",
            details={"product": product, "series": desk.instrument.series},
        )


def _check_name(desk: Desk, *, order: Order, position: Position | None) -> None:
    """Pass what does not add to a contract under a name that only those have who held it before its expiry moved."""
    option = desk.instrument.option
    if option is None or str(option) == desk.instrument.identifier or _only_reduces(order, position=position):
        return
    raise errors.ContractMoved(details={"expiry_date": option.expiry.isoformat(), "instrument": str(option)})


def _check_session(desk: Desk, *, order: Order) -> None:
    if not keeps_hours(desk) and order.variety != Variety.AMO:
        return
    session = hours.session_at(desk.now, instrument=order.instrument)
    if order.is_for_next_session:
        if session.is_open:
            raise errors.AmoNotAllowed
        return
    if not session.is_open:
        opens_at = session.opens_at.isoformat() if session.opens_at else None
        raise errors.MarketClosed(details={"opens_at": opens_at})


def keeps_hours(desk: Desk) -> bool:
    """Whether orders are taken in sessions only.

    # Assumption: practice (profile ``instant``) may trade at any time at the last price, unless configured otherwise.
    """
    return desk.terms.needs_live_price or not configuration.get_bool("trading.instant_at_any_time")


def _check_product(desk: Desk, *, order: Order, position: Position | None) -> None:
    is_option = desk.instrument.option is not None
    held = position.quantity if position is not None else 0
    if order.product == Product.CNC:
        if is_option:
            raise errors.ProductNotAllowed("Options cannot be held for delivery.", details={"product": order.product})
        if order.side == Side.SELL:
            _check_holding(desk, order=order, held=held)
    if order.product == Product.NRML and desk.terms.keeps_rules and not is_option:
        raise errors.ProductNotAllowed("Shares are held under CNC or MIS.", details={"product": order.product})
    if not _only_reduces(order, position=position):
        check_series(desk, product=order.product)
        if order.product == Product.MIS:
            _check_before_squareoff(desk, order=order)


def _only_reduces(order: Order, *, position: Position | None) -> bool:
    held = position.quantity if position is not None else 0
    return order.quantity - order.filled_quantity <= -held * book.sign_of(order.side)


def _check_holding(desk: Desk, *, order: Order, held: int) -> None:
    pending = selectors.count_pending_sales(
        user=desk.user, account_id=desk.account_id, instrument=order.instrument, besides=order.pk
    )
    free = max(0, held - pending)
    if order.quantity - order.filled_quantity > free:
        raise errors.NoHolding(details={"held": held, "pending_sales": pending, "available": free})


def _check_before_squareoff(desk: Desk, *, order: Order) -> None:
    session = hours.session_at(desk.now, instrument=order.instrument)
    due = hours.squareoff_of(session, instrument=order.instrument)
    if session.is_open and desk.now >= due:
        raise errors.ProductNotAllowed(
            "Intraday positions have been squared off for today.", details={"squareoff_at": due.isoformat()}
        )


def _check_quantity(desk: Desk, *, order: Order, is_sliced: bool) -> None:
    lot = rules.lot_of(desk.instrument, on=desk.today)
    if not lots.is_whole_lots(order.quantity, lot=lot):
        raise errors.InvalidLot(details={"lot_size": lot, "quantity": order.quantity})
    freeze = rules.freeze_of(desk.instrument, on=desk.today)
    if freeze is not None and order.quantity > freeze and not is_sliced:
        raise errors.FreezeQuantity(details={"freeze_quantity": freeze, "quantity": order.quantity})


def _check_ticks(desk: Desk, *, order: Order) -> None:
    for name in ("price", "trigger_price", "target", "stoploss", "stoploss_price"):
        price: Decimal | None = getattr(order, name)
        # A stop that follows the price is kept here, not by an exchange, and stands between its ticks.
        if price is None or (name == "trigger_price" and order.trailing is not None):
            continue
        reference = desk.previous_close or desk.last_price or price
        tick = rules.tick_of(desk.instrument, reference=reference, on=desk.today)
        if not ticks.is_on_tick(price, tick):
            raise errors.InvalidTick(details={"field": name, "price": str(price), "tick_size": str(tick)})


def _check_stop_market(desk: Desk, *, order: Order) -> None:
    has_one = order.stoploss is not None and order.stoploss_price is None
    if desk.instrument.option is not None and (has_one or order.order_type == OrderType.SL_M):
        raise errors.StopMarketNotAllowed


def _check_circuit(desk: Desk, *, order: Order) -> None:
    # The band of options is for their market orders, which it clamps.
    if order.price is None or desk.last_price is None or desk.instrument.option is not None:
        return
    band = rules.band_of(desk.instrument, previous_close=desk.previous_close, last_price=desk.last_price, on=desk.today)
    if band is not None and band.rejects and not band.holds(order.price):
        raise errors.OutsideCircuit(
            details={"price": str(order.price), "lower": str(band.low), "upper": str(band.high)}
        )


def _check_trigger(desk: Desk, *, order: Order) -> None:
    trigger, last = order.trigger_price, desk.last_price
    if trigger is None or order.is_triggered:
        return
    sign = book.sign_of(order.side)
    wrong_limit = order.price is not None and sign * (order.price - trigger) < 0
    if wrong_limit or (last is not None and sign * (trigger - last) <= 0):
        raise errors.InvalidTrigger(
            details={
                "trigger_price": str(trigger),
                "price": str(order.price) if order.price is not None else None,
                "last_price": str(last) if last is not None else None,
            }
        )


def _check_price(desk: Desk, *, order: Order) -> None:
    if desk.quote is None or desk.quote.price <= 0:
        raise errors.NoPrice(details={"instrument": desk.instrument.identifier})
    is_fresh = desk.quote.is_open and desk.now - desk.quote.at <= FRESH
    if desk.terms.needs_live_price and not is_fresh and not order.is_for_next_session:
        raise errors.StalePrice(details={"price_at": desk.quote.at.isoformat()})


def _check_risk(desk: Desk, *, order: Order, position: Position | None) -> None:
    """Pass what is small enough, and what only reduces a position, whatever its size."""
    if _only_reduces(order, position=position):
        return
    most = configuration.get_decimal("trading.max_order_value")
    value = order.quantity * (order.price or money.rupees(desk.quote.price if desk.quote else 0))
    if most and value > most:
        raise errors.RiskBlocked(details={"value": f"{value:.2f}", "maximum": f"{most:.2f}"})
