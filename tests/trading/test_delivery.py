"""Options on shares at expiry: in cash, or in shares at the strike where they can be paid for or are held (E12)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from apps.core import configuration
from apps.trading import services
from apps.trading.models import Fill, Position
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.stocks import make_daily_prices, make_stock
from tests.factories.trading import make_deal
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
DAY = "2026-01-27"
ELEVEN = datetime.fromisoformat(f"{DAY}T11:00:00+05:30")
AFTER = ELEVEN.replace(hour=15, minute=30)
CALL, PUT = f"RELIANCE-{DAY}-1400-CE", f"RELIANCE-{DAY}-1500-PE"


@pytest.fixture(autouse=True)
def _market(db: None) -> None:
    """The share closes at 1,450; positions are left to settlement."""
    closes = (("2026-01-23", "1440.00"), (DAY, "1450.00"))
    bars = [(day, close, close, close, close, 1000) for day, close in closes]
    make_daily_prices(stock=make_stock(), bars=bars, extra={"source": "import"})
    configuration.override("options.expiry_mode", "manual")
    configuration.override("options.stock_settlement", "physical")


@pytest.fixture
def rich(owner: User) -> User:
    wallet_services.refill(user=owner, amount=Decimal(1_900_000))
    return owner


def deal(user: User, instrument: str, quantity: int, price: str) -> None:
    is_share = instrument == "RELIANCE"
    make_deal(
        user, instrument=instrument, quantity=quantity, price=price, now=ELEVEN, product="CNC" if is_share else "NRML"
    )


def settle(user: User) -> None:
    assert [services.close_due(now=AFTER) for _ in range(2)] == [1, 0]


def shares(user: User) -> tuple[object, ...]:
    row = Position.objects.for_user(user).get(instrument="RELIANCE")
    return row.quantity, row.cost, row.realised


def test_the_holder_of_a_call_receives_shares_at_the_strike(rich: User, balances: Balances) -> None:
    deal(rich, CALL, 500, "60.00")

    settle(rich)

    assert shares(rich) == (500, 700_000, 0)
    assert balances(rich) == (2_000_000 - 30_000 - 700_000, 0, 700_000, -30_000)
    fill = Fill.objects.for_user(rich).latest("id")
    assert (fill.price, fill.price_source, fill.order.purpose) == (1400, "strike", "expiry")
    (held,) = services.list_holdings(user=rich, now=AFTER.replace(day=28))
    assert (held.quantity, held.t1_quantity, held.average_price) == (0, 500, 1400)


def test_without_the_cash_it_is_settled_in_cash(owner: User, balances: Balances) -> None:
    deal(owner, CALL, 500, "60.00")

    settle(owner)

    assert balances(owner) == (100_000 - 5_000, 0, 0, -5_000)
    assert not Position.objects.for_user(owner).filter(instrument="RELIANCE").exists()


def test_the_holder_of_a_put_delivers_what_is_held(rich: User, balances: Balances) -> None:
    deal(rich, "RELIANCE", 600, "1440.00")
    deal(rich, PUT, 500, "30.00")

    settle(rich)

    assert shares(rich) == (100, 144_000, 30_000)
    assert balances(rich) == (2_000_000 - 864_000 - 15_000 + 750_000, 0, 144_000, 15_000)


def test_too_few_shares_are_bought_in_which_is_cash(rich: User, balances: Balances) -> None:
    deal(rich, "RELIANCE", 499, "1440.00")
    deal(rich, PUT, 500, "30.00")

    settle(rich)

    assert shares(rich) == (499, 499 * 1440, 0)
    assert balances(rich)[3] == (50 - 30) * 500


def test_who_sold_a_call_delivers(rich: User, balances: Balances) -> None:
    deal(rich, "RELIANCE", 500, "1440.00")
    deal(rich, CALL, -500, "60.00")
    settle(rich)
    assert shares(rich) == (0, 0, -20_000)
    assert balances(rich) == (2_000_000 + 30_000 - 20_000, 0, 0, 10_000)


def test_who_sold_a_put_receives_shares(rich: User, balances: Balances) -> None:
    deal(rich, PUT, -500, "60.00")

    settle(rich)

    assert shares(rich) == (500, 750_000, 0)
    assert balances(rich) == (2_000_000 + 30_000 - 750_000, 0, 750_000, 30_000)


def test_cash_is_the_default(rich: User, balances: Balances) -> None:
    configuration.override("options.stock_settlement", "cash")
    deal(rich, CALL, 500, "60.00")

    settle(rich)

    assert balances(rich) == (2_000_000 - 5_000, 0, 0, -5_000)


def test_what_is_worth_nothing_delivers_nothing(rich: User, balances: Balances) -> None:
    deal(rich, f"RELIANCE-{DAY}-1500-CE", 500, "10.00")

    settle(rich)

    assert balances(rich) == (2_000_000 - 5_000, 0, 0, -5_000)


def test_under_india_delivery_is_charged_and_exercise_is_not(rich: User) -> None:
    """500 at 1,400 bought for delivery: STT 700.00, exchange 20.79, SEBI 0.70, stamp 105.00, GST 3.87."""
    deal(rich, CALL, 500, "60.00")
    configuration.override("trading.fill_profile", "india")

    settle(rich)

    option, share = Fill.objects.for_user(rich).filter(order__purpose="expiry").order_by("id")
    assert (option.charges, share.charges) == (0, Decimal("830.36"))
