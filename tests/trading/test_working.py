"""Orders that wait: each final bar once, in order, as the table of fills says; a day's order ends with its session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from apps.core import configuration
from apps.market import selectors as market_selectors
from apps.notifications.models import Notification
from apps.trading import selectors, services
from apps.trading.models import Fill, Order, OrderEvent
from apps.trading.services import rules
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place
from tests.trading.conftest import Balances

OPEN = datetime.fromisoformat(OPEN_AT)
Wait = Callable[..., Order]


@pytest.fixture
def wait(owner: User) -> Wait:
    """Places an order at eleven on a stock that closed at 100 the day before."""
    make_real_stock(close="100.00", previous="99.00")

    def placed(**values: Any) -> Order:
        return place(owner, now=OPEN, **{"quantity": 10, "product": "MIS", **values})

    return placed


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def work(order: Order, *, minutes: int) -> tuple[str, Decimal | None]:
    services.work_orders(now=at(minutes))
    order.refresh_from_db()
    return order.status, order.average_price


@pytest.mark.parametrize(
    ("values", "price"),
    [
        ({"order_type": "LIMIT", "price": "98.00"}, "98.00"),
        ({"order_type": "SL-M", "trigger_price": "105.00"}, "105.00"),
        ({"order_type": "SL", "trigger_price": "105.00", "price": "105.50"}, "105.00"),
        ({"side": "SELL", "order_type": "LIMIT", "price": "105.00"}, "105.00"),
        ({"side": "SELL", "order_type": "SL-M", "trigger_price": "98.00"}, "98.00"),
        ({"order_type": "LIMIT", "price": "96.99"}, None),
    ],
)
def test_a_bar_fills_what_it_reaches(
    wait: Wait, owner: User, values: Any, price: str | None, balances: Balances
) -> None:
    order = wait(**values)
    make_bars((100, 106, 97, 104))

    assert work(order, minutes=4) == (order.status, None)
    expected = Decimal(price) if price else None
    assert work(order, minutes=5)[1] == expected
    balances(owner)


def test_a_bar_that_opened_before_the_order_does_not_count(wait: Wait) -> None:
    order = wait(order_type="LIMIT", price="98.00")
    make_bars((100, 106, 97, 104), (104, 104, 103, 104), begin="10:55")

    assert work(order, minutes=5) == ("OPEN", None)


def test_each_bar_is_used_once(wait: Wait, owner: User, balances: Balances) -> None:
    order = wait(order_type="LIMIT", price="98.00")
    make_bars((100, 106, 97, 104), (100, 106, 97, 104))

    for _ in range(3):
        work(order, minutes=10)

    (fill,) = Fill.objects.for_user(owner)
    assert (fill.price, fill.price_source, fill.price_at) == (Decimal("98.00"), "bar", at(5))
    assert balances(owner) == (99_020, 0, 980, 0)
    assert order.worked_until == at(5)


def test_a_worker_that_was_away_takes_the_bars_in_their_order(wait: Wait) -> None:
    order = wait(order_type="LIMIT", price="98.00")
    make_bars((100, 101, 99, 100), (100, 100, 95, 96), (90, 91, 89, 90))

    assert work(order, minutes=15) == ("COMPLETE", Decimal("98.00"))


def test_a_gap_over_the_limit_triggers_and_waits_as_a_limit(wait: Wait, owner: User) -> None:
    order = wait(order_type="SL", trigger_price="105.00", price="105.50")
    make_bars((106, 107, 105.6, 106), (106, 106, 105, 106))

    assert work(order, minutes=5) == ("OPEN", None)
    assert order.is_triggered
    assert work(order, minutes=10) == ("COMPLETE", Decimal("105.50"))
    reasons = list(OrderEvent.objects.for_user(owner).order_by("id").values_list("reason", flat=True))
    assert reasons == ["ACCEPTED", "TRIGGERED", "FILLED"]


def test_a_days_order_expires_with_the_session_and_frees_its_cash(wait: Wait, owner: User, balances: Balances) -> None:
    order = wait(order_type="LIMIT", price="90.00", product="CNC")
    end = datetime.fromisoformat("2026-01-05T15:30:00+05:30")

    services.work_orders(now=end - timedelta(seconds=1))
    assert balances(owner)[:2] == (99_100, 900)
    services.work_orders(now=end)

    order.refresh_from_db()
    assert (order.status, order.blocked) == ("EXPIRED", Decimal(0))
    assert balances(owner)[:2] == (100_000, 0)
    assert Notification.objects.for_user(owner).get().title == "Order expired: RELIANCE"


def test_the_last_bar_of_a_session_still_fills(wait: Wait, owner: User) -> None:
    order = wait(order_type="LIMIT", price="98.00", product="CNC")
    make_bars((100, 101, 97, 100), begin="15:25")

    services.work_orders(now=datetime.fromisoformat("2026-01-05T15:31:00+05:30"))

    order.refresh_from_db()
    assert (order.status, order.average_price) == ("COMPLETE", Decimal("98.00"))


def test_an_order_that_the_cash_no_longer_covers_is_rejected(wait: Wait, owner: User, balances: Balances) -> None:
    order = wait(order_type="SL-M", trigger_price="105.00", quantity=950)
    make_bars((120, 121, 119, 120))

    assert work(order, minutes=5) == ("REJECTED", None)

    assert order.refusal_code == "INSUFFICIENT_FUNDS"
    assert balances(owner) == (100_000, 0, 0, 0)
    assert Notification.objects.for_user(owner).get().title == "Order rejected: RELIANCE"


def test_a_delivery_sale_of_what_is_gone_is_rejected(wait: Wait, owner: User, balances: Balances) -> None:
    wait(product="CNC")
    order = wait(product="CNC", side="SELL", order_type="LIMIT", price="103.00")
    Order.objects.unscoped().filter(pk=order.pk).update(quantity=11)
    make_bars((100, 106, 97, 104))

    assert work(order, minutes=5) == ("REJECTED", None)
    assert order.refusal_code == "NO_HOLDING"
    balances(owner)


def test_india_takes_a_tenth_of_a_bar_at_most(owner: User, balances: Balances) -> None:
    make_real_stock(close="100.00", previous="99.00")
    order = place(owner, now=OPEN, order_type="LIMIT", price="98.00", quantity=250, product="CNC")
    Order.objects.unscoped().filter(pk=order.pk).update(fill_profile="india")
    make_bars(*[(97, 98, 96, 97)] * 3)

    assert work(order, minutes=5)[0] == "PARTIAL"
    assert (order.filled_quantity, order.blocked) == (100, Decimal("14700.00"))
    balances(owner)
    assert work(order, minutes=15) == ("COMPLETE", Decimal("97.00"))
    quantities = list(Fill.objects.for_user(owner).order_by("seq").values_list("quantity", flat=True))
    assert quantities == [100, 100, 50]
    share = market_selectors.get_named_instrument(identifier="RELIANCE")
    whole = rules.charges_of(share, plan="india", side="BUY", product="CNC", value=Decimal(250 * 97), on=OPEN.date())
    assert order.charges == whole > 0
    balances(owner)


def test_a_cancelled_part_keeps_what_was_filled(owner: User, balances: Balances) -> None:
    make_real_stock(close="100.00", previous="99.00")
    order = place(owner, now=OPEN, order_type="LIMIT", price="98.00", quantity=250, product="CNC")
    Order.objects.unscoped().filter(pk=order.pk).update(fill_profile="india")
    make_bars((97, 98, 96, 97))
    work(order, minutes=5)

    services.cancel_order(user=owner, order_id=order.pk, now=at(6))

    found = selectors.get_order(user=owner, order_id=order.pk)
    assert (found.status, found.filled_quantity, found.blocked) == ("CANCELLED", 100, Decimal(0))
    assert balances(owner)[2] == 9700


def test_a_stop_closes_a_position_and_writes_its_round_trip(wait: Wait, owner: User, balances: Balances) -> None:
    wait()
    order = wait(side="SELL", order_type="SL-M", trigger_price="98.00")
    make_bars((100, 101, 97, 97))

    assert order.blocked == 0
    assert work(order, minutes=5) == ("COMPLETE", Decimal("98.00"))
    assert balances(owner) == (99_980, 0, 0, -20)


def test_bars_are_worked_on_for_every_profile_at_once(wait: Wait, owner: User) -> None:
    configuration.override("trading.fill_profile", "instant")
    first, second = (wait(order_type="LIMIT", price=price) for price in ("98.00", "97.50"))
    make_bars((100, 106, 97, 104))

    assert services.work_orders(now=at(5)) == 2
    assert services.work_orders(now=at(5)) == 0
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.average_price, second.average_price) == (Decimal("98.00"), Decimal("97.50"))


def test_an_older_order_is_worked_on_the_bars_before_a_later_one(owner: User, wait: Wait) -> None:
    older = wait(order_type="LIMIT", price="98.00")
    place(owner, now=at(10), quantity=10, product="MIS", order_type="LIMIT", price="95.00")
    make_bars((100, 101, 97, 99), (99, 100, 99, 100), (100, 101, 99, 100))

    assert work(older, minutes=15) == ("COMPLETE", Decimal("98.00"))


def test_bars_are_read_from_where_the_first_that_waits_was_worked_to(wait: Wait, owner: User) -> None:
    changed, order = (wait(order_type="LIMIT", price=price) for price in ("90.00", "98.00"))
    services.modify_order(user=owner, order_id=changed.pk, now=at(6), price=Decimal("91.00"))
    make_bars((100, 101, 97, 99), (99, 99, 99, 99))

    assert work(order, minutes=10) == ("COMPLETE", Decimal("98.00"))
    assert work(changed, minutes=10) == ("OPEN", None)
