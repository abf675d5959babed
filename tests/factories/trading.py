"""Paper orders for tests. What does not belong here: assertions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import transaction

from apps.core import market_clock
from apps.stocks.models import Stock, Stock5MinByDay, StockPriceDaily
from apps.trading import services
from apps.trading.enums import OrderStatus, OrderType, PriceSource, Product, Side, Validity
from apps.trading.models import Gtt, Order, Position
from apps.trading.services import GttTicket, Ticket, Trigger, filling, journal
from apps.trading.services import desk as desks
from apps.users.models import User
from apps.wallet.services import Ledger
from tests.factories.stocks import make_daily_prices, make_stock

ZERO = Decimal("0.00")
# A Monday at eleven, in the synthetic market.
OPEN_AT = "2026-01-05T11:00:00+05:30"


def make_real_stock(*, enum: str = "RELIANCE", close: str = "119.95", previous: str = "102.50") -> None:
    """A stock whose imported last close is ``close``, so that prices of a test are what it says."""
    bars = [
        ("2025-01-02", previous, previous, previous, previous, 1000),
        ("2025-01-03", close, close, close, close, 1000),
    ]
    make_daily_prices(stock=make_stock(enum=enum), bars=bars, extra={"source": "import"})


def make_bars(
    *bars: tuple[float, float, float, float],
    day: str = "2026-01-05",
    begin: str = "11:00",
    volumes: Sequence[int] = (),
) -> None:
    """Imported 5-minute bars of RELIANCE, one after the other; each trades 1,000 where nothing else is said."""
    opens = datetime.fromisoformat(f"{day}T{begin}")
    names = ("open", "high", "low", "close")
    candles = {
        (opens + number * timedelta(minutes=5)).strftime("%H:%M"): {
            **{name: f"{price:.2f}" for name, price in zip(names, bar, strict=True)},
            "volume": volumes[number] if volumes else 1000,
        }
        for number, bar in enumerate(bars)
    }
    stock = Stock.objects.get(enum="RELIANCE")
    Stock5MinByDay.objects.create(stock=stock, date=day, candles_json=candles, extra={"source": "import"})


def move_price(close: str, *, enum: str = "RELIANCE") -> None:
    """Let the last price of the stock be another one."""
    names = ("open_price", "high_price", "low_price", "close_price")
    last = StockPriceDaily.objects.filter(stock__enum=enum).latest("date")
    StockPriceDaily.objects.filter(pk=last.pk).update(**dict.fromkeys(names, close))


def place(user: User, *, now: datetime | None = None, **values: Any) -> Order:
    """An order of the user's, by default to buy 10 RELIANCE at market."""
    for name in ("price", "trigger_price", "target", "stoploss", "stoploss_price", "trailing"):
        if name in values:
            values[name] = Decimal(values[name])
    ticket = Ticket(**{"instrument": "RELIANCE", "side": "BUY", "quantity": 10, **values})
    return services.place_order(user=user, ticket=ticket, now=now or market_clock.now()).order


def make_position(user: User, **values: Any) -> Position:
    """A position of the user's, by default 10 RELIANCE for delivery."""
    order = place(user, **values)
    return Position.objects.for_user(user).get(instrument=order.instrument, product=order.product)


def make_contract_position(
    user: User, *, instrument: str, quantity: int, price: str, ledger: Ledger | None = None
) -> None:
    """A position in a contract, bought (or, below zero, sold) at eleven on its last day, free of charges."""
    expiry = instrument.split("-", 1)[1][:10]
    now = datetime.fromisoformat(f"{expiry}T11:00:00+05:30")
    make_deal(user, instrument=instrument, quantity=quantity, price=price, now=now, ledger=ledger)


@transaction.atomic
def make_deal(
    user: User,
    *,
    instrument: str,
    quantity: int,
    price: str,
    now: datetime,
    product: str = Product.NRML,
    charges: Decimal | None = ZERO,
    ledger: Ledger | None = None,
) -> Order:
    """An order filled at a price of the test's own; below zero is sold; charges of None are the profile's."""
    desk = desks.open_desk(user=user, instrument=instrument, now=now, ledger=ledger)
    order = Order(
        user=user,
        paper_account_id=desk.account_id,
        client_order_id=str(uuid4()),
        payload_hash="",
        instrument=instrument,
        instrument_type=desk.instrument.type,
        side=Side.BUY if quantity > 0 else Side.SELL,
        quantity=abs(quantity),
        product=product,
        order_type=OrderType.MARKET,
        validity=Validity.DAY,
        fill_profile=desk.profile,
        accepted_market_at=now,
        worked_until=now,
        valid_until=now,
    )
    journal.begin(order, status=OrderStatus.OPEN, reason="ACCEPTED")
    deal = filling.Deal(abs(quantity), Decimal(price), PriceSource.QUOTE, price_at=now, charges=charges)
    filling.execute(desk, order=order, deal=deal)
    return order


def make_gtt(user: User, *prices: tuple[str, str], now: datetime | None = None, **values: Any) -> Gtt:
    """Triggers of the user's with the limits they place, by default to buy 10 RELIANCE at 90."""
    triggers = tuple(Trigger(Decimal(trigger), Decimal(price)) for trigger, price in prices or [("90.00", "90.00")])
    ticket = GttTicket(**{"instrument": "RELIANCE", "side": "BUY", "quantity": 10, **values}, triggers=triggers)
    return services.create_gtt(user=user, ticket=ticket, now=now or market_clock.now())
