"""Exits and the rest of the account: closing, square-off, sessions, pairs without an entry, refusals (E7)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core.errors import DomainError
from apps.trading import services
from apps.trading.models import Order, Position
from apps.users.models import User
from tests.factories.trading import OPEN_AT, make_bars, make_real_stock, place
from tests.trading.conftest import Balances
from tests.trading.test_brackets import LONG, SHORT, legs_of, outcome, reasons

pytestmark = pytest.mark.django_db
OPEN = datetime.fromisoformat(OPEN_AT)
ORDERS = "/api/v1/trading/orders/"
OCO = {"variety": "oco", "side": "SELL", "target": "105.00", "stoploss": "98.00"}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock(close="100.00", previous="99.00")


def at(minutes: int) -> datetime:
    return OPEN + timedelta(minutes=minutes)


def entered(user: User, **values: Any) -> Order:
    return place(user, now=OPEN, **{"product": "MIS", **LONG, **values})


def test_closing_the_position_cancels_its_exits(owner: User, balances: Balances) -> None:
    order = entered(owner)

    services.close_position(user=owner, position_id=Position.objects.for_user(owner).get().pk, now=at(1))

    assert [(leg.status, reasons(leg)[-1]) for leg in legs_of(order)] == [("CANCELLED", "POSITION_CLOSED")] * 2
    assert balances(owner) == (100_000, 0, 0, 0)


def test_an_exit_closes_what_is_left_and_never_turns_the_position_round(owner: User, balances: Balances) -> None:
    order = entered(owner)
    services.close_position(user=owner, position_id=Position.objects.for_user(owner).get().pk, now=at(1), quantity=6)
    make_bars((100, 106, 99, 104))

    services.work_orders(now=at(5))

    assert outcome(order) == [("CANCELLED", 4, Decimal("105.00")), ("CANCELLED", 0, None)]
    assert Position.objects.for_user(owner).get().quantity == 0
    balances(owner)


def test_exits_of_delivery_reserve_no_holding(owner: User, balances: Balances) -> None:
    order = entered(owner, product="CNC")

    sold = place(owner, now=at(1), side="SELL", quantity=10)

    assert sold.status == "COMPLETE"
    assert {leg.status for leg in legs_of(order)} == {"CANCELLED"}
    balances(owner)


def test_square_off_takes_exits_and_position(owner: User, balances: Balances) -> None:
    order = entered(owner)

    services.close_due(now=OPEN.replace(hour=15, minute=20))

    assert [reasons(leg)[-1] for leg in legs_of(order)] == ["AUTO_SQUAREOFF"] * 2
    assert Position.objects.for_user(owner).get().quantity == 0
    balances(owner)


def test_exits_end_with_the_session(owner: User) -> None:
    order = entered(owner, product="CNC")

    services.work_orders(now=OPEN.replace(hour=15, minute=30))

    assert [(leg.status, reasons(leg)[-1]) for leg in legs_of(order)] == [("EXPIRED", "SESSION_ENDED")] * 2


def test_exits_begun_on_the_last_bar_end_with_it(owner: User) -> None:
    order = entered(owner, product="CNC", order_type="LIMIT", price="98.00", stoploss="90.00")
    make_bars((97, 98, 96, 97), begin="15:25")

    services.work_orders(now=OPEN.replace(hour=15, minute=30))
    services.work_orders(now=OPEN.replace(hour=15, minute=31))

    assert {leg.status for leg in legs_of(order)} == {"EXPIRED"}


def test_a_pair_without_an_entry_closes_what_is_held(owner: User, api: APIClient, balances: Balances) -> None:
    place(owner, now=OPEN, product="MIS")
    order = place(owner, now=OPEN, product="MIS", **OCO)
    (stop,) = Order.objects.unscoped().filter(parent=order)
    assert (order.order_type, order.price, order.leg, order.status) == ("LIMIT", Decimal("105.00"), "target", "OPEN")
    assert (stop.side, stop.trigger_price, stop.leg, stop.quantity) == ("SELL", Decimal("98.00"), "stop", 10)
    make_bars((100, 104, 97, 98))

    services.work_orders(now=at(5))

    order.refresh_from_db()
    stop.refresh_from_db()
    assert (order.status, stop.status, stop.average_price) == ("CANCELLED", "COMPLETE", Decimal("98.00"))
    assert balances(owner) == (99_980, 0, 0, -20)


def test_the_target_of_a_pair_ends_its_stop_and_cancelling_it_too(owner: User) -> None:
    place(owner, now=OPEN, product="MIS")
    filled, cancelled = (place(owner, now=OPEN, product="MIS", **{**OCO, "quantity": 4}) for _ in range(2))

    services.cancel_order(user=owner, order_id=cancelled.pk, now=at(1))
    make_bars((100, 106, 99, 104))
    services.work_orders(now=at(5))

    states = {leg.parent_id: leg.status for leg in Order.objects.unscoped().filter(leg="stop")}
    assert states == {filled.pk: "CANCELLED", cancelled.pk: "CANCELLED"}
    assert Position.objects.for_user(owner).get().quantity == 6


def test_a_pair_of_more_than_is_held_is_refused(owner: User) -> None:
    place(owner, now=OPEN, product="MIS")

    with pytest.raises(DomainError) as refused:
        place(owner, now=OPEN, product="MIS", **{**OCO, "quantity": 11})

    assert (refused.value.code, refused.value.details) == ("NOTHING_TO_CLOSE", {"quantity": 10})
    assert Order.objects.for_user(owner).count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {**LONG, "target": "100.00"},
        {**LONG, "stoploss": "100.00"},
        {**LONG, "stoploss_price": "98.05"},
        {**LONG, "order_type": "LIMIT", "price": "97.00"},
        {**LONG, "order_type": "LIMIT", "price": "105.00"},
        {**SHORT, "target": "101.00"},
        {**SHORT, "stoploss": "99.00"},
        {**SHORT, "stoploss_price": "101.95"},
    ],
)
def test_levels_on_the_wrong_side_are_refused_with_their_figures(owner: User, values: Any) -> None:
    with pytest.raises(DomainError) as refused:
        entered(owner, **values)

    assert refused.value.code == "INVALID_BRACKET"
    assert {"entry", "target", "stoploss"} < set(refused.value.details)
    assert Position.objects.for_user(owner).count() == 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"variety": "bracket"}, "target"),
        ({"target": "105.00"}, "target"),
        ({"stoploss": "98.00"}, "stoploss"),
        ({"variety": "bracket", "target": "105.00", "stoploss_price": "97.00"}, "stoploss_price"),
        ({"variety": "bracket", "target": "105.00", "trailing": "1.00"}, "trailing"),
        ({**LONG, "stoploss_price": "97.00", "trailing": "1.00"}, "trailing"),
        ({"trailing": "1.00"}, "trailing"),
        ({"variety": "oco", "target": "105.00"}, "stoploss"),
        ({**OCO, "order_type": "LIMIT", "price": "105.00"}, "order_type"),
        ({**OCO, "validity": "IOC"}, "validity"),
        ({**LONG, "target": "1e5"}, "target"),
        ({**LONG, "trailing": "NaN"}, "trailing"),
    ],
)
def test_fields_that_do_not_fit_are_400_and_leave_no_row(api: APIClient, owner: User, body: Any, field: str) -> None:
    order = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10, **body}

    answer = api.post(ORDERS, order)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, [field])
    assert Order.objects.for_user(owner).count() == 0


@pytest.mark.parametrize(
    ("bar", "is_ambiguous"),
    [
        ((100, 106, 97, 104), True),
        ((100, 106, 99, 104), False),
        ((100, 104, 97, 98), False),
        ((107, 108, 97, 104), False),
        ((96, 106, 95, 100), False),
    ],
)
def test_a_fill_of_a_bar_that_reached_both_exits_is_marked(
    owner: User, api: APIClient, bar: Any, is_ambiguous: bool
) -> None:
    order = entered(owner)
    make_bars(bar)

    services.work_orders(now=at(5))

    shown = [api.get(f"{ORDERS}{each.pk}/").json()["fills"] for each in (order, *legs_of(order))]
    assert [fill["is_ambiguous"] for fills in shown for fill in fills] == [False, is_ambiguous]
