"""Prices and charges of the fill profiles, by the worked vectors (E1, E8), and orders of one bar (E7)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.core import configuration
from apps.market.enums import InstrumentType
from apps.market.selectors import Instrument
from apps.trading.models import Fill, Order
from apps.trading.services import matching, rules
from apps.trading.services.matching import Prices
from apps.users.models import User
from marketdata.instrument_keys import Option
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 7)
STOCK = Instrument(InstrumentType.STOCK, "ACME", 1, None, is_active=True)
INDEX = Instrument(InstrumentType.SECTOR, "NIFTY50", None, 1, is_active=True)
CALL = Instrument(
    InstrumentType.OPTION,
    "NIFTY50-2026-04-07-24500-CE",
    None,
    None,
    is_active=True,
    option=Option("NIFTY50", DAY, Decimal(24500), "CE"),
    underlying=INDEX,
)


def order(side: str, kind: str = "MARKET", *, profile: str = "instant", **prices: Any) -> Order:
    levels = {name: Decimal(value) for name, value in prices.items()}
    return Order(side=side, order_type=kind, quantity=10, fill_profile=profile, **levels)


def price(given: Order, *rupees: float, instrument: Instrument = STOCK) -> Decimal | None:
    figures = [round(each * 100) for each in (rupees if len(rupees) == 4 else rupees * 4)]
    return matching.match(given, bar=Prices(*figures), instrument=instrument, on=DAY).price


@pytest.mark.parametrize("profile", ["realistic", "india"])
@pytest.mark.parametrize(
    ("side", "instrument", "last", "expected"),
    [
        ("BUY", STOCK, 2450.35, "2451.60"),
        ("SELL", STOCK, 2450.35, "2449.10"),
        ("BUY", CALL, 118.40, "118.50"),
        ("SELL", CALL, 118.40, "118.30"),
    ],
)
def test_slippage_is_rounded_to_the_tick_against_the_trader(
    profile: str, side: str, instrument: Instrument, last: float, expected: str
) -> None:
    assert price(order(side, profile=profile), last, instrument=instrument) == Decimal(expected)


def test_practice_fills_at_the_last_price_to_the_paisa() -> None:
    assert price(order("BUY"), 2450.37) == price(order("SELL"), 2450.37) == Decimal("2450.37")


def test_slippage_of_india_is_a_tick_at_least() -> None:
    assert price(order("BUY", profile="india"), 10) == Decimal("10.01")
    assert price(order("BUY", profile="realistic"), 10) == Decimal("10.01")
    assert price(order("BUY", profile="india"), 5, instrument=CALL) == Decimal("5.05")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (order("BUY", "LIMIT", price="98"), "98"),
        (order("BUY", "LIMIT", price="101"), "100"),
        (order("BUY", "LIMIT", price="97"), "97"),
        (order("BUY", "LIMIT", price="96.99"), None),
        (order("BUY", "LIMIT", price="97", profile="india"), None),
        (order("BUY", "LIMIT", price="97.01", profile="india"), "97.01"),
        (order("SELL", "LIMIT", price="106"), "106"),
        (order("SELL", "LIMIT", price="106", profile="india"), None),
        (order("BUY", "SL-M", trigger_price="105"), "105"),
        (order("SELL", "SL-M", trigger_price="101"), "100"),
        (order("BUY", "SL", trigger_price="105", price="105.5"), "105"),
        (order("BUY", "SL", trigger_price="105", price="105.01", profile="realistic"), "105.01"),
        (order("BUY", "SL-M", trigger_price="106.01"), None),
    ],
)
def test_orders_that_wait_fill_on_a_bar_as_in_a_backtest(given: Order, expected: str | None) -> None:
    assert price(given, 100, 106, 97, 104) == (None if expected is None else Decimal(expected))


def test_rounding_never_makes_a_limit_worse_than_its_price() -> None:
    """The tick is 0.10 here; 1002.33 is not on it."""
    bought = order("BUY", "LIMIT", price="1002.33", profile="realistic")
    sold = order("SELL", "LIMIT", price="1002.37", profile="realistic")

    assert price(bought, 1003, 1004, 1000, 1001) == Decimal("1002.33")
    assert price(sold, 1001, 1004, 1000, 1001) == Decimal("1002.37")


def test_a_stop_that_gaps_over_its_limit_is_a_limit_from_then_on() -> None:
    given = order("BUY", "SL", trigger_price="95", price="96")
    gap = matching.match(given, bar=Prices(10_000, 10_600, 9_700, 10_400), instrument=STOCK, on=DAY)
    assert (gap.price, gap.is_triggered) == (None, True)

    given.is_triggered = True
    assert price(given, 97, 98, 95.5, 97) == Decimal(96)
    given.is_triggered = False
    assert price(given, 94, 94.9, 93, 94) is None


@pytest.mark.parametrize(
    ("instrument", "product", "side", "value", "total"),
    [
        (STOCK, "CNC", "BUY", 15000, "17.82"),
        (STOCK, "CNC", "SELL", 15200, "15.78"),
        (STOCK, "MIS", "BUY", 100000, "30.34"),
        (STOCK, "MIS", "SELL", 101000, "52.63"),
        (STOCK, "MIS", "BUY", 5000, "2.11"),
        (CALL, "NRML", "BUY", 6500, "26.54"),
        (CALL, "NRML", "SELL", 7800, "38.58"),
        (CALL, "NRML", "SELL", "16282.50", "54.87"),
    ],
)
def test_charges_of_india_by_the_vectors(
    instrument: Instrument, product: str, side: str, value: object, total: str
) -> None:
    on, amount = date(2026, 4, 7), Decimal(str(value))
    found = rules.charges_of(instrument, plan="india", side=side, product=product, value=amount, on=on)
    assert found == Decimal(total)


def test_a_realistic_purchase_pays_slippage_and_a_percentage(owner: User, balances: Balances) -> None:
    make_stock()
    configuration.override("trading.fill_profile", "realistic")
    configuration.override("trading.partial_fill_pct", "0")

    now = datetime.fromisoformat(OPEN_AT)
    done = place(owner, now=now, quantity=3)

    fill = Fill.objects.for_user(owner).get()
    cost = (fill.price * 3 * Decimal("0.0005")).quantize(Decimal("0.01"))
    assert (done.status, fill.charges) == ("COMPLETE", cost)
    assert balances(owner)[0] == 100_000 - 3 * fill.price - cost
