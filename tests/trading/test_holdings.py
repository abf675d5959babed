"""What is held for delivery: first in first out beside the average, and sales of the same day charged as intraday."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from apps.core import configuration
from apps.trading import services
from apps.trading.models import Position
from apps.trading.services import tax_lots
from apps.trading.services.tax_lots import Lot
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_deal
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
NEXT, AFTER = NOW.replace(day=6), NOW.replace(day=7)


@pytest.fixture
def holder(owner: User) -> User:
    make_stock()
    wallet_services.refill(user=owner, amount=Decimal(100_000))
    return owner


def deal(user: User, quantity: int, price: str, *, now: datetime = NOW, is_charged: bool = False) -> Decimal:
    """The charges of a delivery order."""
    charges = None if is_charged else Decimal("0.00")
    return make_deal(
        user, instrument="RELIANCE", quantity=quantity, price=price, now=now, product="CNC", charges=charges
    ).charges


def test_the_oldest_are_sold_first_for_taxes_and_the_average_stays(holder: User, balances: Balances) -> None:
    deal(holder, 10, "100.00")
    deal(holder, 10, "120.00", now=NEXT)
    deal(holder, -4, "130.00", now=NEXT)
    deal(holder, -4, "130.00", now=NEXT)

    position = Position.objects.for_user(holder).get()
    assert (position.quantity, position.cost, position.fifo_cost) == (12, 1_320, 1_400)  # 2 x 100 + 10 x 120
    assert list(tax_lots.lots_of(position)) == [
        Lot(date(2026, 1, 5), 2, Decimal(200)),
        Lot(date(2026, 1, 6), 10, Decimal(1_200)),
    ]
    (held,) = services.list_holdings(user=holder, now=AFTER)
    assert (held.average_price, held.fifo_average_price) == (Decimal("110.00"), Decimal("116.67"))
    balances(holder)

    deal(holder, -12, "130.00", now=AFTER)
    position.refresh_from_db()
    assert (position.lots, position.fifo_cost) == ([], 0)


def test_purchases_of_one_day_and_price_are_one_lot(holder: User) -> None:
    for price in ("100.00", "100.00", "101.00"):
        deal(holder, 5, price)

    lots = tax_lots.lots_of(Position.objects.for_user(holder).get())
    assert [(lot.quantity, lot.cost) for lot in lots] == [(10, 1_000), (5, 505)]


def test_a_sale_of_the_same_day_is_charged_as_intraday(holder: User) -> None:
    """Brokerage 20, STT 25.25, exchange 3.00, SEBI 0.10, GST 4.16."""
    configuration.override("trading.fill_profile", "india")
    deal(holder, 100, "1000.00")

    assert deal(holder, -100, "1010.00", is_charged=True) == Decimal("52.51")


def test_only_what_was_bought_on_the_day_is_charged_as_intraday(holder: User) -> None:
    """60 of delivery: 60.60 + 1.80 + 0.06 + 0.33; 40 of intraday: 12.12 + 10.10 + 1.20 + 0.04 + 2.40."""
    configuration.override("trading.fill_profile", "india")
    deal(holder, 60, "1000.00")
    deal(holder, 40, "1000.00", now=NEXT)

    assert deal(holder, -100, "1010.00", now=NEXT, is_charged=True) == Decimal("62.79") + Decimal("25.86")


def test_two_sales_share_what_was_bought_on_the_day(holder: User) -> None:
    """Of 40 bought today 30 go with the first sale and 10 with the second; 20 are of delivery."""
    configuration.override("trading.fill_profile", "india")
    deal(holder, 60, "1000.00")
    deal(holder, 40, "1000.00", now=NEXT)

    # 30,000: 9.00 + 7.50 + 0.89 + 0.03 + 1.79. 10,000: 3.00 + 2.50 + 0.30 + 0.01 + 0.60.
    # 20,000 of delivery: 20.00 + 0.59 + 0.02 + 0.11.
    assert deal(holder, -30, "1000.00", now=NEXT, is_charged=True) == Decimal("19.21")
    assert deal(holder, -30, "1000.00", now=NEXT, is_charged=True) == Decimal("6.41") + Decimal("20.72")


def test_shares_may_be_sold_before_they_are_settled(holder: User) -> None:
    """Bought a day ago, sold for delivery: 101.00 + 3.00 + 0.10 + 0.56."""
    configuration.override("trading.fill_profile", "india")
    deal(holder, 100, "1000.00")
    (waiting,) = services.list_holdings(user=holder, now=NEXT)
    assert (waiting.quantity, waiting.t1_quantity) == (0, 100)

    assert deal(holder, -100, "1010.00", now=NEXT, is_charged=True) == Decimal("104.66")
    assert services.list_holdings(user=holder, now=NEXT) == []


def test_the_other_profiles_know_no_such_difference(holder: User) -> None:
    configuration.override("trading.fill_profile", "realistic")
    deal(holder, 1, "10.00")
    deal(holder, 1, "10.00", now=NEXT)

    # 0.05 % of 20.18 is 0.01; of its halves, each rounded, it would be 0.02.
    assert deal(holder, -2, "10.09", now=NEXT, is_charged=True) == Decimal("0.01")
