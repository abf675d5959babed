"""Square-off and expiry: at the price of their moment, each once, at whatever time the worker comes (E11, E12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.market.models import Trade
from apps.notifications.models import Notification
from apps.trading import services
from apps.trading.models import Fill, Order, OrderEvent, Position
from apps.trading.services import due
from apps.users.models import User
from apps.wallet import services as wallet_services
from apps.wallet.models import Entry
from marketdata.instrument_keys import Option
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.trading import OPEN_AT, make_bars, make_contract_position, make_real_stock, place
from tests.trading.conftest import Balances

OPEN = datetime.fromisoformat(OPEN_AT)
DUE = datetime.fromisoformat("2026-01-05T15:20:00+05:30")
EXPIRY = date(2026, 1, 6)
AFTER_EXPIRY = datetime.fromisoformat("2026-01-06T15:30:00+05:30")


def closes(user: User, *, now: datetime) -> int:
    return services.close_due(now=now)


def test_intraday_positions_are_closed_at_the_bar_that_ends_then(owner: User, balances: Balances) -> None:
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN, product="MIS")
    place(owner, now=OPEN, product="CNC")
    make_bars((100, 101, 99, 100), (101, 103, 101, 102.5), (110, 111, 109, 110), begin="15:10")

    assert closes(owner, now=DUE.replace(minute=19)) == 0
    assert closes(owner, now=DUE) == 1
    assert closes(owner, now=DUE) == 0

    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.price, fill.price_source, fill.order.purpose) == (Decimal("102.50"), "bar", "auto_squareoff")
    assert fill.order.tag == "AUTO_SQUAREOFF"
    assert [row.quantity for row in Position.objects.for_user(owner).order_by("product")] == [10, 0]
    assert balances(owner) == (100_000 - 1000 + 25, 0, 1000, 25)
    assert "AUTO_SQUAREOFF" in Notification.objects.for_user(owner).get().message


def test_a_late_worker_uses_the_bar_of_the_due_time(owner: User) -> None:
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN, product="MIS", side="SELL")
    make_bars((101, 103, 101, 102.5), (110, 111, 109, 110), begin="15:15")

    assert closes(owner, now=datetime.fromisoformat("2026-01-07T10:00:00+05:30")) == 1
    assert Fill.objects.for_user(owner).latest("id").price == Decimal("102.50")


@pytest.mark.parametrize(("minutes", "told"), [(0, 0), (5, 0), (6, 1)])
def test_what_was_caught_up_is_told_once_for_each_moment(owner: User, minutes: int, told: int) -> None:
    for enum in ("RELIANCE", "ACME"):
        make_real_stock(enum=enum, close="100.00", previous="99.00")
        place(owner, now=OPEN, instrument=enum, product="MIS")

    assert closes(owner, now=DUE + timedelta(minutes=minutes)) == 2

    found = Notification.objects.for_user(owner).filter(message__contains="RESTART_RECOVERY")
    assert [row.extra["due_at"] for row in found] == [DUE.isoformat()] * told


def test_a_position_opened_after_hours_is_closed_the_next_session(owner: User) -> None:
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=datetime.fromisoformat("2026-01-05T20:00:00+05:30"), product="MIS")

    assert closes(owner, now=datetime.fromisoformat("2026-01-06T15:19:59+05:30")) == 0
    assert closes(owner, now=datetime.fromisoformat("2026-01-06T15:20:00+05:30")) == 1


def test_intraday_orders_that_wait_are_cancelled_first(owner: User, balances: Balances) -> None:
    make_real_stock(close="100.00", previous="99.00")
    order = place(owner, now=OPEN, product="MIS", order_type="LIMIT", price="90.00")

    closes(owner, now=DUE)

    order.refresh_from_db()
    assert (order.status, order.blocked) == ("CANCELLED", Decimal(0))
    assert balances(owner)[:2] == (100_000, 0)


@pytest.mark.parametrize(
    ("bars", "status", "price", "purpose"),
    [
        (((100, 101, 99, 100), (100, 100, 97, 99)), "COMPLETE", "98.00", "user"),
        (((100, 101, 99, 100), (100, 101, 99, 99)), "CANCELLED", "99.00", "auto_squareoff"),
    ],
)
def test_a_stop_that_the_last_bar_meets_comes_before_the_square_off(
    owner: User, balances: Balances, bars: Any, status: str, price: str, purpose: str
) -> None:
    """Both happen at 15:20: whichever worker is first, the bar that ends then is looked at before the position goes."""
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN, product="MIS")
    stop = place(owner, now=OPEN, product="MIS", side="SELL", order_type="SL-M", trigger_price="98.00")
    make_bars(*bars, begin="15:10")

    assert closes(owner, now=DUE) == (status == "CANCELLED")

    stop.refresh_from_db()
    fill = Fill.objects.for_user(owner).latest("id")
    assert (stop.status, fill.price, fill.order.purpose) == (status, Decimal(price), purpose)
    assert balances(owner) == (100_000 + 10 * (Decimal(price) - 100), 0, 0, 10 * (Decimal(price) - 100))


@pytest.mark.parametrize("is_worked_first", [False, True])
@pytest.mark.parametrize("exits", [{}, {"variety": "bracket", "target": "105.00", "stoploss": "90.00"}])
def test_what_the_last_bar_opens_is_squared_off_at_its_close(
    owner: User, balances: Balances, is_worked_first: bool, exits: dict[str, Any]
) -> None:
    """It is opened at 15:20, when the bar is final, and nothing intraday is held overnight."""
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN, product="MIS", order_type="LIMIT", price="98.00", **exits)
    make_bars((100, 101, 99, 100), (100, 100, 97, 99), begin="15:10")
    if is_worked_first:
        services.work_orders(now=DUE)

    assert [closes(owner, now=DUE + timedelta(minutes=wait)) for wait in (0, 10)] == [1, 0]

    assert Position.objects.for_user(owner).get().quantity == 0
    assert Order.objects.for_user(owner).exclude(status__in=("COMPLETE", "CANCELLED")).count() == 0
    assert Fill.objects.for_user(owner).latest("id").price == Decimal("99.00")
    assert balances(owner) == (100_010, 0, 0, 10)


def test_a_late_square_off_finds_what_the_bars_did_before_it(owner: User) -> None:
    """The worker was away from before two until the next day; the stop had filled at two."""
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN, product="MIS")
    stop = place(owner, now=OPEN, product="MIS", side="SELL", order_type="SL-M", trigger_price="98.00")
    make_bars((99, 99, 97, 97), (90, 90, 89, 89), begin="14:00")

    assert closes(owner, now=datetime.fromisoformat("2026-01-06T10:00:00+05:30")) == 0

    stop.refresh_from_db()
    assert (stop.status, stop.average_price) == ("COMPLETE", Decimal("98.00"))
    assert stop.worked_until == datetime.fromisoformat("2026-01-05T14:05:00+05:30")


@pytest.mark.parametrize(("product", "ended"), [("MIS", "CANCELLED"), ("CNC", "COMPLETE")])
def test_no_bar_after_the_square_off_fills_an_intraday_order(owner: User, product: str, ended: str) -> None:
    """The bar from 15:20 reaches the limit; the worker that works orders comes first, after the session."""
    make_real_stock(close="100.00", previous="99.00")
    order = place(owner, now=OPEN, product=product, order_type="LIMIT", price="95.00")
    make_bars((100, 100, 99, 99), (99, 99, 94, 94), begin="15:15")

    services.work_orders(now=DUE.replace(minute=40))

    order.refresh_from_db()
    last = OrderEvent.objects.for_user(owner).filter(order=order).latest("id")
    assert order.status == ended
    expected = ("AUTO_SQUAREOFF", DUE) if product == "MIS" else ("FILLED", DUE.replace(minute=25))
    assert (last.reason, last.market_at) == expected


def test_a_loss_beyond_all_cash_ends_at_zero_with_the_rest_on_record(owner: User, balances: Balances) -> None:
    make_real_stock(close="100.00", previous="99.00")
    place(owner, now=OPEN, product="MIS", side="SELL", quantity=1000)
    make_bars((250, 251, 249, 250), begin="15:15")

    assert closes(owner, now=DUE) == 1

    assert balances(owner) == (0, 0, 0, -150_000)
    entry = Entry.objects.for_user(owner).get(reason="ADJUSTMENT")
    assert entry.postings.model.objects.for_user(owner).filter(entry=entry, amount=50_000).exists()


@pytest.mark.parametrize(
    ("strike", "right", "underlying", "worth"),
    [
        (24500, "CE", "24650.35", "150.35"),
        (24500, "PE", "24650.35", "0.00"),
        (24500, "PE", "24333.33", "166.67"),
        (24500, "CE", "24500.00", "0.00"),
    ],
)
def test_a_contract_is_worth_its_intrinsic_value(strike: int, right: str, underlying: str, worth: str) -> None:
    option = Option("NIFTY50", EXPIRY, Decimal(strike), right)  # type: ignore[arg-type]
    assert due.intrinsic(option, underlying=Decimal(underlying)) == Decimal(worth)


@pytest.mark.parametrize(
    ("right", "close", "side", "paid", "pnl", "stt"),
    [
        ("CE", "24650.35", 65, "120.00", "1972.75", "14.66"),
        ("PE", "24650.35", 65, "90.00", "-5850.00", "0.00"),
        ("PE", "24333.33", -65, "75.00", "-5958.55", "0.00"),
    ],
)
def test_what_is_left_at_expiry_is_settled_by_the_vectors(
    owner: User, balances: Balances, right: str, close: str, side: int, paid: str, pnl: str, stt: str
) -> None:
    """Rates of exercise since 2026-04-01 are 0.15 %: the vector's date is an expiry after that."""
    day = "2026-04-07"
    configuration.override("options.expiry_mode", "manual")
    configuration.override("trading.fill_profile", "india")
    sector = make_sector(enum="NIFTY50")
    contract = f"NIFTY50-{day}-24500-{right}"
    wallet_services.refill(user=owner, amount=Decimal(100_000))
    make_contract_position(owner, instrument=contract, quantity=side, price=paid)
    make_sector_prices(sector=sector, bars=[(day, close, close, close, close, 1)], extra={"source": "import"})
    after = datetime.fromisoformat(f"{day}T15:30:00+05:30")

    assert closes(owner, now=after.replace(minute=29)) == 0
    assert [closes(owner, now=after) for _ in range(3)] == [1, 0, 0]

    order = Order.objects.for_user(owner).get(purpose="expiry")
    assert (order.status, order.client_order_id) == ("COMPLETE", f"expiry:{contract}:NRML")
    fill = Fill.objects.for_user(owner).get(order=order)
    assert (fill.realised, fill.charges, fill.price_source) == (Decimal(pnl), Decimal(stt), "daily_close")
    assert Trade.objects.for_user(owner).get().pnl == Decimal(pnl)
    assert balances(owner)[1:3] == (0, 0)
    assert Entry.objects.for_user(owner).filter(reason="EXPIRY").exists() == (fill.price > 0 or side > 0)


def test_expiring_contracts_are_squared_off_before_they_are_settled(owner: User, balances: Balances) -> None:
    make_sector(enum="NIFTY50")
    contract = "NIFTY50-2026-01-06-26000-CE"
    place(owner, now=OPEN, instrument=contract, quantity=65)
    at_due = datetime.fromisoformat("2026-01-06T15:25:00+05:30")

    assert closes(owner, now=at_due.replace(minute=24)) == 0
    assert closes(owner, now=AFTER_EXPIRY) == 1

    order = Order.objects.for_user(owner).latest("id")
    assert order.purpose == "auto_squareoff"
    query = market_selectors.CandleQuery(instrument=contract, interval="5m", before=at_due, limit=1)
    close = int(market_selectors.get_candles(query=query, now=AFTER_EXPIRY).candles.close[-1])
    assert order.average_price == Decimal(close) / 100
    balances(owner)
