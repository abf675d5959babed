"""Rows that no other test has: the order of all checks, slippage at the circuit, how contracts end (E7, E11, E12)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from apps.core import configuration
from apps.notifications.models import Notification
from apps.stocks.models import Stock, StockPriceDaily
from apps.trading import services
from apps.trading.models import Fill, Order, OrderEvent, Position, UnderlyingMargin
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.sectors import make_sector, make_sector_prices
from tests.factories.stocks import make_stock
from tests.factories.trading import make_bars, make_deal, make_real_stock, place
from tests.trading import page
from tests.trading.conftest import Balances
from tests.trading.page import OPEN, TRADING, Day

SUNDAY = datetime.fromisoformat("2026-01-04T11:00:00+05:30")
CALL = "NIFTY50-2026-01-06-26000-CE"
END = datetime.fromisoformat("2026-01-06T15:30:00+05:30")

# What an order on each is refused for, one after the other.
OF_AN_OPTION = [
    "TRADING_HALTED",
    "EXPIRED_CONTRACT",
    "MARKET_CLOSED",
    "PRODUCT_NOT_ALLOWED",
    "INVALID_LOT",
    "FREEZE_QTY",
    "INVALID_TICK",
    "SLM_NOT_ALLOWED",
    "INVALID_TRIGGER",
    "RISK_BLOCKED",
    "INSUFFICIENT_FUNDS",
]
OF_A_SHARE = [
    "INSTRUMENT_INACTIVE",
    "MARKET_CLOSED",
    "NO_HOLDING",
    "INVALID_TICK",
    "OUTSIDE_CIRCUIT",
    "INVALID_TRIGGER",
    "INVALID_BRACKET",
    "STALE_PRICE",
    "RISK_BLOCKED",
    "INSUFFICIENT_FUNDS",
]


def refused(day: Day, body: dict[str, Any]) -> str:
    """The code of a refusal, which is that of the row it leaves."""
    answer = day.api.post(f"{TRADING}/orders/", body)
    assert answer.status_code == 422, answer.json()
    row = day.get(f"orders/{answer.json()['details']['order_id']}/")
    assert (row["status"], row["refusal_code"]) == ("REJECTED", answer.json()["code"])
    code: str = answer.json()["code"]
    return code


def test_an_option_meets_the_checks_in_their_order(
    traveller: time_machine.Traveller, day: Day, owner: User, balances: Balances
) -> None:
    """Everything is wrong with the first order; what it is refused for is mended, and the next rule refuses."""
    make_sector(enum="NIFTY50")
    for key, value in (("fill_profile", "india"), ("enabled", "false"), ("max_order_value", "1.00")):
        configuration.override(f"trading.{key}", value)
    traveller.move_to(OPEN.replace(hour=20))
    body = {"instrument": "NIFTY50-2025-12-30-26000-CE", "side": "BUY", "product": "CNC", "quantity": 65 * 2000 + 1}
    body |= {"order_type": "SL-M", "trigger_price": "0.07"}
    seen = [refused(day, body)]

    configuration.override("trading.enabled", "true")
    seen.append(refused(day, body))
    for mended in (
        {"instrument": CALL},
        {"product": "NRML"},
        {"quantity": 65 * 2000},
        {"quantity": 65 * 27},
        {"trigger_price": "0.05"},
        {"order_type": "SL", "price": "0.05"},
        {"trigger_price": "9000.00", "price": "9000.00"},
    ):
        if "product" in mended:
            traveller.move_to(OPEN)
            seen.append(refused(day, body))
        body |= mended
        seen.append(refused(day, body))
    configuration.override("trading.max_order_value", "0")
    seen.append(refused(day, body))

    assert seen == OF_AN_OPTION
    assert balances(owner) == (100_000, 0, 0, 0)


def test_a_share_meets_the_checks_in_their_order(
    traveller: time_machine.Traveller, day: Day, owner: User, balances: Balances
) -> None:
    """Its last price is 1,199.50, its circuit 820.00 to 1,230.00, its tick 0.10; the price is old."""
    make_real_stock(enum="ZENTEC", close="1199.50", previous="1025.00")
    Stock.objects.update(status="inactive")
    for key, value in (("fill_profile", "india"), ("max_order_value", "1.00")):
        configuration.override(f"trading.{key}", value)
    traveller.move_to(OPEN.replace(hour=20))
    body = {"instrument": "ZENTEC", "side": "SELL", "product": "CNC", "quantity": 50, "order_type": "SL"}
    body |= {
        "price": "81.93",
        "trigger_price": "130.00",
        "variety": "bracket",
        "target": "125.00",
        "stoploss": "100.00",
    }
    seen = [refused(day, body)]

    Stock.objects.update(status="active")
    seen.append(refused(day, body))
    traveller.move_to(OPEN)
    for mended in (
        {},
        {"product": "MIS"},
        {"price": "819.90"},
        {"price": "900.00"},
        {"trigger_price": "1100.00"},
        {"target": "800.00", "stoploss": "1150.00"},
    ):
        body |= mended
        seen.append(refused(day, body))
    configuration.override("trading.fill_profile", "instant")
    seen.append(refused(day, body))
    configuration.override("trading.max_order_value", "0")
    seen.append(refused(day, {**body, "quantity": 1_000}))

    assert seen == OF_A_SHARE
    assert balances(owner) == (100_000, 0, 0, 0)


@pytest.mark.parametrize("seen", [OF_AN_OPTION, OF_A_SHARE], ids=["option", "share"])
def test_the_page_about_trading_names_the_checks_in_this_order(seen: list[str]) -> None:
    told = [code for _, codes in page.rows("Checks, in their order", "check") for code in codes.split(", ")]

    assert [code for code in told if code in seen] == seen


def test_an_option_without_a_last_price_is_refused(day: Day) -> None:
    """Its underlying has imported prices of days long past, and no chain: there is nothing to make its price of."""
    make_real_stock(close="1000.00", previous="1000.00")
    configuration.override("trading.fill_profile", "india")

    body = {"instrument": "RELIANCE-2026-01-27-1000-CE", "side": "BUY", "quantity": 500}
    assert refused(day, body) == "NO_PRICE"


@pytest.mark.parametrize(("side", "last", "filled"), [("BUY", 110, "110.00"), ("SELL", 90, "90.00")])
def test_slippage_ends_at_the_circuit(day: Day, side: str, last: int, filled: str) -> None:
    """10 % of 100 on both sides; slippage would be 0.06 and 0.05 more."""
    make_real_stock(close="100.00", previous="100.00")
    make_bars(*[(last, last, last, last)] * 2, begin="10:55")
    configuration.override("trading.fill_profile", "india")

    placed = day.order(side=side)

    assert (placed["status"], placed["average_price"]) == ("COMPLETE", filled)


def test_an_intraday_position_without_a_price_is_squared_off_when_there_is_one(owner: User, balances: Balances) -> None:
    make_real_stock(enum="NOPRICE", close="100.00", previous="100.00")
    place(owner, now=OPEN, instrument="NOPRICE", product="MIS")
    rows = list(StockPriceDaily.objects.all())
    StockPriceDaily.objects.all().delete()
    due = OPEN.replace(hour=15, minute=20)

    assert services.close_due(now=due) == 0
    assert Position.objects.for_user(owner).get().quantity == 10
    StockPriceDaily.objects.bulk_create(rows)
    assert [services.close_due(now=due.replace(minute=minute)) for minute in (25, 30)] == [1, 0]

    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.price, fill.price_source, fill.price_at.date()) == (Decimal("100.00"), "quote", date(2025, 1, 3))
    assert balances(owner) == (100_000, 0, 0, 0)


def test_without_a_close_of_the_day_the_last_bar_settles(owner: User, balances: Balances) -> None:
    """The share has bars of 5 minutes of its last day and no daily price: 1,012.35 against 1,000, and it says so."""
    make_stock()
    configuration.override("options.expiry_mode", "manual")
    day = date(2026, 1, 27)
    bars = [(1000, 1000, 1000, 1000), (1010, 1015, 1005, 1012.35)]
    make_bars(*bars, day=day.isoformat(), begin="15:20")
    at = datetime.fromisoformat(f"{day}T11:00:00+05:30")
    make_deal(owner, instrument=f"RELIANCE-{day}-1000-CE", quantity=500, price="10.00", now=at)

    assert services.close_due(now=at.replace(hour=15, minute=30)) == 1

    fill = Fill.objects.for_user(owner).latest("id")
    assert (fill.price, fill.price_source, fill.realised) == (Decimal("12.35"), "last_bar", Decimal("1175.00"))
    assert balances(owner) == (101_175, 0, 0, 1_175)


def test_what_expires_ends_its_orders_frees_its_margin_and_is_told(owner: User, balances: Balances) -> None:
    """The order would wait longer than its contract lives."""
    sector = make_sector(enum="NIFTY50")
    configuration.override("trading.fill_profile", "india")
    configuration.override("options.expiry_mode", "manual")
    wallet_services.refill(user=owner, amount=Decimal(900_000))
    make_deal(owner, instrument=CALL, quantity=-65, price="100.00", now=OPEN)
    order = place(owner, now=OPEN, instrument=CALL, quantity=65, order_type="LIMIT", price="0.05", validity="DAY")
    Order.objects.unscoped().filter(pk=order.pk).update(valid_until=END.replace(hour=16))
    assert UnderlyingMargin.objects.for_user(owner).get().blocked > 100_000
    bars: Any = [("2026-01-06", *["25900.00"] * 4, 1)]
    make_sector_prices(sector=sector, bars=bars, extra={"source": "import"})

    assert services.close_due(now=END) == 1

    order.refresh_from_db()
    last = OrderEvent.objects.for_user(owner).filter(order=order).latest("id")
    assert (order.status, last.reason) == ("EXPIRED", "CONTRACT_EXPIRED")
    assert Position.objects.for_user(owner).get().quantity == 0
    assert UnderlyingMargin.objects.for_user(owner).get().blocked == 0
    assert balances(owner)[1:3] == (0, 0)
    titles = set(Notification.objects.for_user(owner).values_list("title", flat=True))
    assert titles == {f"Order expired: {CALL}", f"Order filled: {CALL}"}
