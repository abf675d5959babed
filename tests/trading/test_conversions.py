"""Conversions: a position moves at its average price, takes the cash that is missing, and the books stay balanced."""

from __future__ import annotations

from datetime import datetime

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.trading import errors, services
from apps.trading.models import Position, PositionEvent
from apps.trading.services import Conversion, tax_lots
from apps.users.models import User
from apps.wallet.errors import InsufficientFunds
from apps.wallet.models import Entry
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, make_deal, make_real_stock, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
NOW = datetime.fromisoformat(OPEN_AT)
OPTION = "NIFTY50-2026-01-13-26000-CE"


@pytest.fixture(autouse=True)
def _india(db: None) -> None:
    configuration.override("trading.fill_profile", "india")
    make_stock()


def deal(user: User, quantity: int, price: str, *, product: str = "MIS", instrument: str = "RELIANCE") -> Position:
    make_deal(user, instrument=instrument, quantity=quantity, price=price, now=NOW, product=product)
    return Position.objects.for_user(user).get(instrument=instrument, product=product)


def convert(position: Position, product: str, quantity: int | None = None, *, now: datetime = NOW) -> Conversion:
    user = position.user
    return services.convert_position(user=user, position_id=position.pk, product=product, quantity=quantity, now=now)


def state(user: User, product: str) -> tuple[object, ...]:
    row = Position.objects.for_user(user).get(product=product)
    return row.quantity, row.cost, row.margin, row.borrowed, row.buy_value, row.day_buy_quantity, row.realised


def test_without_a_product_shares_are_delivered_and_options_carried(owner: User) -> None:
    make_sector(enum="NIFTY50")
    shares, option = deal(owner, 10, "1000.00"), deal(owner, 75, "100.00", instrument=OPTION)

    assert [convert(row, "").to_product for row in (shares, option)] == ["CNC", "NRML"]


def test_intraday_shares_become_delivery_for_the_rest_of_their_price(owner: User, balances: Balances) -> None:
    deal(owner, 40, "1000.00")
    position = deal(owner, 40, "1010.00")
    assert balances(owner)[0] == 100_000 - 16_080

    done = convert(position, "CNC", 30)

    assert (done.quantity, done.average_price, done.cash_used) == (30, 1005, 30_150 - 6_030)
    assert state(owner, "MIS") == (50, 50_250, 10_050, 50_250, 50_250, 50, 0)
    assert state(owner, "CNC") == (30, 30_150, 0, 0, 30_150, 30, 0)
    assert balances(owner) == (100_000 - 10_050 - 30_150, 10_050, 80_400, 0)
    delivered = Position.objects.for_user(owner).get(product="CNC")
    assert [(lot.quantity, lot.cost) for lot in tax_lots.lots_of(delivered)] == [(30, 30_150)]
    entry = Entry.objects.for_user(owner).latest("id")
    assert (entry.reason, entry.note) == ("BLOCK", "MIS to CNC")


def test_delivery_of_today_becomes_intraday_again_and_frees_its_cash(owner: User, balances: Balances) -> None:
    convert(deal(owner, 80, "1000.00", product="CNC"), "MIS")

    assert balances(owner) == (84_000, 16_000, 80_000, 0)
    assert (state(owner, "CNC")[0], Position.objects.for_user(owner).get(product="CNC").lots) == (0, [])
    assert services.close_due(now=NOW.replace(hour=15, minute=20)) == 1


def test_without_the_cash_nothing_moves(owner: User, balances: Balances) -> None:
    position = deal(owner, 110, "1000.00")

    with pytest.raises(InsufficientFunds):
        convert(position, "CNC")

    assert balances(owner) == (78_000, 22_000, 110_000, 0)
    assert not PositionEvent.objects.for_user(owner).exists()
    assert Position.objects.for_user(owner).count() == 1


def test_what_was_won_stays_where_it_was(owner: User, balances: Balances) -> None:
    deal(owner, 80, "1000.00")
    position = deal(owner, -30, "1010.00")

    convert(position, "CNC")

    assert state(owner, "MIS") == (0, 0, 0, 0, 30_000, 30, 300)
    assert state(owner, "CNC") == (50, 50_000, 0, 0, 50_000, 50, 0)
    assert balances(owner) == (100_300 - 50_000, 0, 50_000, 300)


def test_a_short_option_is_carried_overnight_with_the_same_margin(owner: User, balances: Balances) -> None:
    configuration.override("trading.fill_profile", "instant")
    make_sector(enum="NIFTY50")
    position = deal(owner, -65, "100.00", instrument=OPTION)
    before = balances(owner)

    convert(position, "NRML", 65)

    assert balances(owner) == before == (100_000 - 6_500, 13_000, -6_500, 0)
    row = Position.objects.for_user(owner).get(product="NRML")
    assert (row.quantity, row.sell_value, row.margin) == (-65, 6_500, 6_500)


def test_the_next_day_it_can_no_longer_become_intraday(owner: User) -> None:
    position = deal(owner, 10, "1000.00", product="CNC")

    with pytest.raises(errors.ProductNotAllowed):
        convert(position, "MIS", now=NOW.replace(day=6))
    with pytest.raises(errors.ProductNotAllowed):
        convert(position, "MIS", now=NOW.replace(hour=15, minute=20))
    convert(position, "MIS", now=NOW.replace(hour=15, minute=19))


@pytest.mark.parametrize(("quantity", "product"), [(10, "MIS"), (10, "NRML"), (-10, "CNC")])
def test_products_that_cannot_hold_it_are_refused(owner: User, quantity: int, product: str) -> None:
    position = deal(owner, quantity, "100.00")
    with pytest.raises(errors.ProductNotAllowed):
        convert(position, product)


def test_opposite_positions_are_not_thrown_together(owner: User) -> None:
    make_sector(enum="NIFTY50")
    configuration.override("trading.fill_profile", "instant")
    deal(owner, 65, "100.00", instrument=OPTION, product="NRML")
    position = deal(owner, -65, "100.00", instrument=OPTION)

    with pytest.raises(errors.ConversionNotAllowed):
        convert(position, "NRML")


def test_what_waits_to_be_sold_is_not_moved(owner: User) -> None:
    position = deal(owner, 10, "1000.00", product="CNC")
    place(owner, now=NOW, side="SELL", quantity=6, product="CNC", order_type="LIMIT", price="1600.00")

    with pytest.raises(errors.NothingToConvert) as refused:
        convert(position, "MIS", 5)
    assert refused.value.details == {"quantity": 10, "pending_sales": 6}
    assert convert(position, "MIS", 4).quantity == 4


def test_conversions_over_http(api: APIClient, stranger_api: APIClient, owner: User) -> None:
    configuration.override("trading.fill_profile", "instant")
    make_real_stock(enum="ACME", close="100.00", previous="99.00")
    position = deal(owner, 10, "100.00", instrument="ACME")
    url = f"/api/v1/trading/positions/{position.pk}/convert"

    missing = stranger_api.post(url, {"product": "CNC"})
    too_much = api.post(url, {"product": "CNC", "quantity": 11})
    done = api.post(url, {"product": "CNC", "quantity": 4})

    assert (missing.status_code, too_much.status_code, too_much.json()["code"]) == (404, 422, "NOTHING_TO_CONVERT")
    body = done.json()
    body.pop("position_id")
    assert (done.status_code, body) == (
        200,
        {
            "instrument": "ACME",
            "quantity": 4,
            "from_product": "MIS",
            "to_product": "CNC",
            "average_price": "100.00",
            "cash_used": "0.00",
        },
    )
