"""The fee for a square-off: fifty rupees and GST, once, where it is configured (E11)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from apps.core import configuration
from apps.trading import services
from apps.trading.models import Fill
from apps.users.models import User
from apps.wallet.models import Entry
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_deal
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
DUE = NOW.replace(hour=15, minute=20)


@pytest.mark.parametrize(
    ("profile", "is_on", "fee"),
    [("india", True, "59.00"), ("india", False, "0.00"), ("realistic", True, "0.00"), ("instant", True, "0.00")],
)
def test_a_square_off_costs_its_fee_once(owner: User, balances: Balances, profile: str, is_on: bool, fee: str) -> None:
    make_stock()
    configuration.override("trading.fill_profile", profile)
    configuration.override("trading.squareoff_fee", str(is_on).lower())
    make_deal(owner, instrument="RELIANCE", quantity=10, price="1000.00", now=NOW, product="MIS")

    assert [services.close_due(now=DUE) for _ in range(2)] == [1, 0]

    fill = Fill.objects.for_user(owner).latest("id")
    assert balances(owner)[0] == 100_000 + fill.realised - fill.charges - Decimal(fee)
    assert Entry.objects.for_user(owner).filter(reason="SQUAREOFF_FEE").count() == (fee != "0.00")


def test_no_more_than_the_cash_is_taken(owner: User, balances: Balances) -> None:
    make_stock()
    configuration.override("trading.fill_profile", "india")
    configuration.override("trading.squareoff_fee", "true")
    make_deal(owner, instrument="RELIANCE", quantity=100, price="5000.00", now=NOW, product="MIS")

    assert services.close_due(now=DUE) == 1

    assert balances(owner)[:2] == (0, 0)
    assert not Entry.objects.for_user(owner).filter(reason="SQUAREOFF_FEE").exists()
