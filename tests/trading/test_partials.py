"""Orders filled in parts, and delays that are written down: drawn from account and order, never from a clock (E8)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.trading import services
from apps.trading.models import Fill, Order, OrderEvent, Position
from apps.trading.services import desk as desks
from apps.trading.services import partials, profiles
from apps.users.models import User
from apps.wallet import services as wallet_services
from tests.factories.sectors import make_sector
from tests.factories.stocks import make_stock
from tests.factories.trading import OPEN_AT, place
from tests.trading.conftest import Balances

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
# The synthetic market trades 99,575 on the bar before eleven, 56,539 on the next one.
BEFORE, NEXT = 99_575, 56_539


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def drawn(number: int, **values: Any) -> Order:
    return Order(pk=number, paper_account_id=7, **values)


def quantities(order: Order) -> list[int]:
    return list(Fill.objects.unscoped().filter(order=order).order_by("seq").values_list("quantity", flat=True))


@pytest.fixture
def in_parts(owner: User) -> None:
    """The profile realistic, which fills every order in two parts."""
    make_stock()
    configuration.override("trading.fill_profile", "realistic")
    configuration.override("trading.partial_fill_pct", "100")


def test_the_same_account_and_order_draw_the_same() -> None:
    whats = ("parts", "share", "delay:1")

    assert [partials.draw(drawn(11), what=what, choices=100) for what in whats] == [84, 26, 18]
    assert [partials.draw(drawn(12), what=what, choices=100) for what in whats] != [84, 26, 18]


def test_a_delay_is_within_the_bounds_of_its_profile() -> None:
    for profile, least, most in (("instant", 0, 0), ("realistic", 100, 500), ("india", 0, 500)):
        found = {partials.delay_ms(profiles.terms_of(profile), order=drawn(n), number=1) for n in range(6_000)}
        assert (min(found), max(found), len(found)) == (least, most, most - least + 1)
    assert partials.delay_ms(profiles.terms_of("realistic"), order=drawn(11), number=1) == 173


@pytest.mark.parametrize(("pct", "parts"), [("0", 0), ("10", 503), ("100", 5_000)])
def test_a_tenth_of_orders_is_filled_in_parts_of_30_to_90_percent(owner: User, pct: str, parts: int) -> None:
    make_stock()
    configuration.override("trading.partial_fill_pct", pct)
    desk = desks.open_desk(user=owner, instrument="RELIANCE", now=OPEN, profile="realistic")

    found = [partials.fillable(desk, order=drawn(n, quantity=10_000), volume=None) for n in range(5_000)]

    in_two = [quantity for quantity in found if quantity < 10_000]
    assert len(in_two) == parts
    assert all(3_000 <= quantity <= 9_000 for quantity in in_two)


def test_parts_are_whole_lots_and_less_than_a_lot_is_none(owner: User) -> None:
    """30 to 90 % of three lots of 65 is 58 to 175: no lot, one or two."""
    make_sector(enum="NIFTY50")
    configuration.override("trading.partial_fill_pct", "100")
    call = "NIFTY50-2026-01-06-26000-CE"
    desk = desks.open_desk(user=owner, instrument=call, now=OPEN, profile="realistic")

    found = {partials.fillable(desk, order=drawn(n, quantity=195), volume=None) for n in range(200)}

    assert found == {65, 130, 195}


def test_the_rest_waits_for_the_next_bar_with_its_cash_blocked(in_parts: None, owner: User, balances: Balances) -> None:
    order = place(owner, now=OPEN, quantity=40)

    (first,) = Fill.objects.for_user(owner)
    rest = 40 - first.quantity
    charges = (40 * first.price * Decimal("0.0005")).quantize(Decimal("0.01")) - first.charges
    assert (order.status, order.filled_quantity) == ("PARTIAL", first.quantity)
    assert 12 <= first.quantity <= 36
    assert order.blocked == rest * first.price + charges
    assert 100 <= first.delay_ms <= 500
    balances(owner)

    services.work_orders(now=at(4))
    assert quantities(order) == [first.quantity]
    services.work_orders(now=at(5))

    order.refresh_from_db()
    second = Fill.objects.for_user(owner).get(seq=2)
    # The next bar opens at 1,534.80: x 1.0005 = 1,535.567, to the tick of 0.10 against the buyer.
    assert (second.quantity, second.price, second.bar_at) == (rest, Decimal("1535.60"), OPEN)
    assert (order.status, order.blocked) == ("COMPLETE", Decimal(0))
    assert order.average_price == (order.filled_value / 40).quantize(Decimal("0.01"))
    balances(owner)


def test_a_part_is_explained_over_http(in_parts: None, api: APIClient, owner: User) -> None:
    order = place(owner, now=OPEN, quantity=40)
    services.work_orders(now=at(5))

    body = api.get(f"/api/v1/trading/orders/{order.pk}/").json()

    steps = [(event["reason"], event["to_status"], event["bar_at"] is None) for event in body["events"]]
    assert steps == [("ACCEPTED", "OPEN", True), ("FILLED", "PARTIAL", True), ("FILLED", "COMPLETE", False)]
    first, second = body["events"][1:]
    assert first["details"]["price_source"] == "quote"
    assert second["details"] == {
        "quantity": body["fills"][1]["quantity"],
        "price": "1535.60",
        "price_source": "bar",
    }
    assert body["fills"][1]["bar_at"] == OPEN_AT


def test_cancelling_keeps_the_part(in_parts: None, owner: User, balances: Balances) -> None:
    order = place(owner, now=OPEN, quantity=40)

    services.cancel_order(user=owner, order_id=order.pk, now=at(1))

    order.refresh_from_db()
    assert (order.status, order.blocked) == ("CANCELLED", Decimal(0))
    assert [order.filled_quantity] == quantities(order)
    assert Position.objects.for_user(owner).get().quantity == order.filled_quantity
    balances(owner)


def test_now_or_not_at_all_does_not_wait_with_its_rest(in_parts: None, owner: User, balances: Balances) -> None:
    order = place(owner, now=OPEN, quantity=40, validity="IOC")

    last = OrderEvent.objects.for_user(owner).filter(order=order).latest("id")
    assert (order.status, last.reason, order.blocked) == ("CANCELLED", "IOC_REST_CANCELLED", Decimal(0))
    assert 12 <= order.filled_quantity <= 36
    balances(owner)


def test_closing_a_position_is_filled_whole(in_parts: None, owner: User, balances: Balances) -> None:
    place(owner, now=OPEN, quantity=40, product="MIS", validity="IOC")
    position = Position.objects.for_user(owner).get()

    order = services.close_position(user=owner, position_id=position.pk, now=at(1))

    assert (order.status, len(quantities(order))) == ("COMPLETE", 1)
    balances(owner)


def test_india_takes_the_configured_share_of_the_last_bar_and_of_the_next(owner: User, balances: Balances) -> None:
    make_stock()
    wallet_services.refill(user=owner, amount=Decimal(10_000_000))
    configuration.override("trading.fill_profile", "india")
    configuration.override("trading.volume_share_pct", "1")

    order = place(owner, now=OPEN, quantity=1_700)
    waiting = order.blocked
    services.work_orders(now=at(5))
    balances(owner)
    services.work_orders(now=at(10))

    order.refresh_from_db()
    assert quantities(order) == [BEFORE // 100, NEXT // 100, 1_700 - BEFORE // 100 - NEXT // 100] == [995, 565, 140]
    assert (waiting > 0, order.status, order.blocked) == (True, "COMPLETE", Decimal(0))
    balances(owner)


def test_a_rest_that_the_cash_no_longer_covers_ends_and_keeps_the_part(
    in_parts: None, owner: User, balances: Balances
) -> None:
    """An order that waits grows behind the back of its checks, as if the cash had gone elsewhere."""
    order = place(owner, now=OPEN, quantity=40, order_type="LIMIT", price="1540.00")
    Order.objects.unscoped().filter(pk=order.pk).update(quantity=400)

    services.work_orders(now=at(5))

    order.refresh_from_db()
    assert (order.status, order.refusal_code) == ("CANCELLED", "INSUFFICIENT_FUNDS")
    assert [order.filled_quantity] == quantities(order)
    balances(owner)
