"""Brackets: exits begin with the first fill, the bar decides which one fills, and the other one is gone (E7)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core.errors import DomainError, ValidationFailed
from apps.trading import services
from apps.trading.models import Fill, Order, OrderEvent, Position
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place
from tests.trading.conftest import Balances

OPEN = datetime.fromisoformat(OPEN_AT)
LONG = {"variety": "bracket", "target": "105.00", "stoploss": "98.00"}
SHORT = {"variety": "bracket", "target": "95.00", "stoploss": "102.00", "side": "SELL"}
Wait = Callable[..., Order]


@pytest.fixture
def bracket(owner: User) -> Wait:
    """Places a bracket on 10 at eleven, by default at market, on a stock at 100."""
    make_real_stock(close="100.00", previous="99.00")

    def placed(**values: Any) -> Order:
        return place(owner, now=OPEN, **{"product": "MIS", **LONG, **values})

    return placed


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def legs_of(order: Order) -> tuple[Order, Order]:
    target, stop = Order.objects.unscoped().filter(parent=order).order_by("id")
    return target, stop


def outcome(order: Order) -> list[tuple[str, int, Decimal | None]]:
    """State, filled quantity and price of target and stop."""
    return [(leg.status, leg.filled_quantity, leg.average_price) for leg in legs_of(order)]


def reasons(order: Order) -> list[str]:
    rows = OrderEvent.objects.unscoped().filter(order=order).order_by("id")
    return list(rows.values_list("reason", flat=True))


def in_india(*orders: Order) -> None:
    for order in orders:
        Order.objects.unscoped().filter(pk=order.pk).update(fill_profile="india")


def test_a_bracket_over_http_begins_its_exits_with_its_fill(api: APIClient, owner: User, balances: Balances) -> None:
    make_real_stock(close="100.00", previous="99.00")
    body = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10, "product": "MIS", **LONG}

    placed = api.post("/api/v1/trading/orders/", body).json()

    found = api.get(f"/api/v1/trading/orders/{placed['id']}/").json()
    shown = [
        (leg["leg"], leg["side"], leg["order_type"], leg["price"], leg["trigger_price"], leg["status"], leg["quantity"])
        for leg in found["legs"]
    ]
    assert (found["status"], found["variety"], found["parent_id"]) == ("COMPLETE", "bracket", None)
    assert shown == [
        ("target", "SELL", "LIMIT", "105.00", None, "OPEN", 10),
        ("stop", "SELL", "SL-M", None, "98.00", "TRIGGER_PENDING", 10),
    ]
    assert {leg["parent_id"] for leg in found["legs"]} == {placed["id"]}
    assert balances(owner) == (99_000, 0, 1_000, 0)


def test_a_bracket_that_waits_has_no_exits_yet(bracket: Wait) -> None:
    order = bracket(order_type="LIMIT", price="99.00")

    assert (order.status, Order.objects.unscoped().filter(parent=order).count()) == ("OPEN", 0)


@pytest.mark.parametrize(
    ("values", "bar", "target", "stop"),
    [
        (LONG, (100, 106, 99, 104), "105.00", None),
        (LONG, (100, 104, 97, 98), None, "98.00"),
        (LONG, (100, 106, 97, 104), None, "98.00"),
        (LONG, (107, 108, 97, 104), "107.00", None),
        (LONG, (96, 106, 95, 100), None, "96.00"),
        (LONG, (100, 104, 99, 100), None, None),
        (SHORT, (100, 101, 94, 96), "95.00", None),
        (SHORT, (100, 103, 94, 96), None, "102.00"),
        (SHORT, (103, 104, 94, 96), None, "103.00"),
        ({**LONG, "stoploss_price": "97.50"}, (97, 97.4, 96, 97), None, None),
        ({**LONG, "stoploss_price": "97.50"}, (97, 97.6, 96, 97), None, "97.50"),
    ],
)
def test_a_bar_meets_one_exit_and_ends_the_other(
    bracket: Wait, owner: User, values: Any, bar: Any, target: str | None, stop: str | None, balances: Balances
) -> None:
    order = bracket(**values)
    make_bars(bar)

    services.work_orders(now=at(5))

    prices = [row[2] for row in outcome(order)]
    assert prices == [None if price is None else Decimal(price) for price in (target, stop)]
    states = {leg.status for leg in legs_of(order)}
    if target or stop:
        assert states == {"COMPLETE", "CANCELLED"}
        loser = legs_of(order)[target is not None]
        assert reasons(loser)[-1] == "OTHER_LEG_FILLED"
        assert Position.objects.for_user(owner).get().quantity == 0
    else:
        assert "CANCELLED" not in states
    balances(owner)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"target": "103.00", "stoploss": "97.50"}, ["CANCELLED", "97.50"]),
        ({"target": "103.00", "stoploss": "96.50"}, ["103.00", "CANCELLED"]),
        ({"target": "105.00", "stoploss": "96.50"}, ["OPEN", "TRIGGER_PENDING"]),
    ],
)
def test_within_the_bar_of_its_entry_the_stop_counts_and_the_target_only_at_the_close(
    bracket: Wait, values: Any, expected: list[str]
) -> None:
    """Bar 100 / 106 / 97 / 104, entry at 98."""
    order = bracket(order_type="LIMIT", price="98.00", **values)
    make_bars((100, 106, 97, 104))

    services.work_orders(now=at(5))

    order.refresh_from_db()
    seen = [leg.status if leg.average_price is None else str(leg.average_price) for leg in legs_of(order)]
    assert (order.average_price, seen) == (Decimal("98.00"), expected)


def test_an_entry_at_the_open_is_held_through_the_whole_bar(bracket: Wait) -> None:
    """It opens at 97.50 below the limit; the high of 106 came after that, the low of 97 as well."""
    order = bracket(order_type="LIMIT", price="98.00", stoploss="96.00")
    make_bars((97.5, 106, 97, 99))

    services.work_orders(now=at(5))

    order.refresh_from_db()
    assert (order.average_price, outcome(order)[0]) == (Decimal("97.50"), ("COMPLETE", 10, Decimal("105.00")))


def test_a_worker_that_was_away_lets_the_earlier_bar_win(bracket: Wait) -> None:
    order = bracket()
    make_bars((100, 104, 99, 104), (104, 105.5, 103, 104), (104, 104, 90, 91))

    services.work_orders(now=at(15))

    assert outcome(order) == [("COMPLETE", 10, Decimal("105.00")), ("CANCELLED", 0, None)]


def test_exits_grow_with_each_fill_of_the_entry(bracket: Wait, owner: User, balances: Balances) -> None:
    """A bar of 1,000 fills 100 at most under `india`."""
    order = bracket(order_type="LIMIT", price="98.00", quantity=250, stoploss="90.00", stoploss_price="89.00")
    in_india(order)
    make_bars(*[(97, 98, 96, 97)] * 3)

    sizes = []
    for minutes in (5, 10, 15):
        services.work_orders(now=at(minutes))
        sizes.append([leg.quantity for leg in legs_of(order)])
        balances(owner)

    assert sizes == [[100, 100], [200, 200], [250, 250]]
    assert reasons(legs_of(order)[0]) == ["ENTRY_FILLED"] * 3
    order.refresh_from_db()
    assert order.status == "COMPLETE"


def test_a_part_of_one_exit_is_taken_from_the_other(bracket: Wait, owner: User, balances: Balances) -> None:
    order = bracket(quantity=250)
    in_india(*legs_of(order))
    make_bars((100, 106, 99, 104), (104, 106, 103, 105), (105, 106, 90, 91))

    sizes = []
    for minutes in (5, 10, 15):
        services.work_orders(now=at(minutes))
        sizes.append([(leg.status, leg.filled_quantity, leg.quantity) for leg in legs_of(order)])
        balances(owner)

    assert sizes == [
        [("PARTIAL", 100, 250), ("TRIGGER_PENDING", 0, 150)],
        [("PARTIAL", 200, 250), ("TRIGGER_PENDING", 0, 50)],
        [("COMPLETE", 250, 250), ("CANCELLED", 0, 50)],
    ]


def test_a_stop_past_its_trigger_takes_the_rest_at_market(bracket: Wait, owner: User, balances: Balances) -> None:
    order = bracket(quantity=150)
    in_india(*legs_of(order))
    make_bars((100, 101, 97, 99), (104, 106, 103, 105))

    services.work_orders(now=at(10))

    assert [row[:2] for row in outcome(order)] == [("CANCELLED", 0), ("COMPLETE", 150)]
    prices = list(Fill.objects.for_user(owner).filter(order=legs_of(order)[1]).values_list("quantity", "price"))
    # 0.05 % below the trigger of 98 is 97.951, below the open of 104 it is 103.948; the tick is a paisa.
    assert prices == [(100, Decimal("97.95")), (50, Decimal("103.94"))]
    balances(owner)


def test_who_has_left_does_not_go_on_entering(bracket: Wait, owner: User, balances: Balances) -> None:
    order = bracket(order_type="LIMIT", price="98.00", quantity=250, stoploss="90.00", stoploss_price="89.00")
    in_india(order)
    make_bars((97, 98, 96, 97), (99, 106, 99, 105))

    services.work_orders(now=at(10))

    order.refresh_from_db()
    assert (order.status, order.filled_quantity, order.blocked) == ("CANCELLED", 100, Decimal(0))
    assert reasons(order)[-1] == "EXIT_FILLED"
    assert Position.objects.for_user(owner).get().quantity == 0
    balances(owner)


def test_cancelling_an_entry_cancels_its_exits_and_keeps_its_part(bracket: Wait, owner: User) -> None:
    order = bracket(order_type="LIMIT", price="98.00", quantity=250, stoploss="90.00", stoploss_price="89.00")
    in_india(order)
    make_bars((97, 98, 96, 97))
    services.work_orders(now=at(5))

    services.cancel_order(user=owner, order_id=order.pk, now=at(6))

    order.refresh_from_db()
    assert (order.status, order.filled_quantity) == ("CANCELLED", 100)
    assert [(leg.status, reasons(leg)[-1]) for leg in legs_of(order)] == [("CANCELLED", "PARENT_CANCELLED")] * 2


def test_a_complete_entry_cannot_be_cancelled_and_one_exit_can(bracket: Wait, owner: User) -> None:
    order = bracket()
    target, stop = legs_of(order)

    with pytest.raises(DomainError) as refused:
        services.cancel_order(user=owner, order_id=order.pk, now=at(1))
    services.cancel_order(user=owner, order_id=target.pk, now=at(1))

    stop.refresh_from_db()
    assert (refused.value.code, stop.status) == ("ORDER_NOT_OPEN", "TRIGGER_PENDING")


def test_an_exit_can_be_moved_but_not_resized(bracket: Wait, owner: User) -> None:
    order = bracket()
    target, stop = legs_of(order)
    services.modify_order(user=owner, order_id=target.pk, now=at(1), price=Decimal("103.00"))
    services.modify_order(user=owner, order_id=stop.pk, now=at(1), trigger_price=Decimal("99.50"))
    make_bars((100, 103, 99.6, 102), begin="11:05")

    with pytest.raises(ValidationFailed):
        services.modify_order(user=owner, order_id=stop.pk, now=at(1), quantity=5)
    services.work_orders(now=at(10))

    assert outcome(order) == [("COMPLETE", 10, Decimal("103.00")), ("CANCELLED", 0, None)]


def test_a_target_moved_to_the_price_fills_at_once_and_ends_the_stop(
    bracket: Wait, owner: User, balances: Balances
) -> None:
    order = bracket()

    services.modify_order(user=owner, order_id=legs_of(order)[0].pk, now=at(1), price=Decimal("99.00"))

    assert outcome(order) == [("COMPLETE", 10, Decimal("100.00")), ("CANCELLED", 0, None)]
    assert balances(owner) == (100_000, 0, 0, 0)
