"""Who may trade: permission and subscription for changes, reading always; positions and their closing over HTTP."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from rest_framework.test import APIClient

from apps.core import clock
from apps.trading import services
from apps.trading.models import Order, Position
from apps.users.models import RolePermission, User
from tests.factories.trading import make_real_stock, move_price, place
from tests.trading.conftest import Balances

BASE = "/api/v1/trading"
BUY = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10}
READS = ("account", "orders/", "positions/", "holdings/", "trades/")


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock()


def test_reading_works_without_permission_and_after_the_trial(api: APIClient, owner: User) -> None:
    order = place(owner)
    RolePermission.objects.all().delete()
    User.objects.filter(pk=owner.pk).update(trial_end_date=clock.today() - timedelta(days=1))

    answers = [api.get(f"{BASE}/{path}") for path in (*READS, f"orders/{order.pk}/")]

    assert [answer.status_code for answer in answers] == [200] * 6


def test_trading_needs_the_permission(api: APIClient, owner: User) -> None:
    order = place(owner, order_type="LIMIT", price="1.00")
    position = place_position(owner)
    RolePermission.objects.filter(permission__code="trading.trade").delete()

    answers = [
        api.post(f"{BASE}/orders/", BUY),
        api.post(f"{BASE}/orders/preview", BUY),
        api.patch(f"{BASE}/orders/{order.pk}/", {"price": "2.00"}),
        api.delete(f"{BASE}/orders/{order.pk}/"),
        api.post(f"{BASE}/positions/{position}/close", {}),
        api.post(f"{BASE}/positions/close-all", {}),
        api.patch(f"{BASE}/account", {"fill_profile": "india"}),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "PERMISSION_DENIED")}


def place_position(owner: User) -> int:
    place(owner)
    return Position.objects.for_user(owner).get().pk


def test_after_the_trial_nothing_new_is_placed_but_orders_can_be_cancelled(api: APIClient, owner: User) -> None:
    order = place(owner, order_type="LIMIT", price="1.00")
    User.objects.filter(pk=owner.pk).update(trial_end_date=clock.today() - timedelta(days=1))

    answers = [api.post(f"{BASE}/orders/", BUY), api.patch(f"{BASE}/orders/{order.pk}/", {"quantity": 20})]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(402, "SUBSCRIPTION_REQUIRED")}
    assert Order.objects.for_user(owner).count() == 1
    assert api.delete(f"{BASE}/orders/{order.pk}/").json()["status"] == "CANCELLED"


def test_the_users_choice_of_a_profile_stands_above_the_configuration(api: APIClient) -> None:
    assert api.get(f"{BASE}/account").json() == {"fill_profile": "instant"}

    assert api.patch(f"{BASE}/account", {"fill_profile": "india"}).json() == {"fill_profile": "india"}

    assert api.get(f"{BASE}/account").json() == {"fill_profile": "india"}
    assert api.post(f"{BASE}/orders/", BUY).status_code == 422
    assert api.patch(f"{BASE}/account", {"fill_profile": "free"}).status_code == 400


def test_positions_show_their_worth(api: APIClient, owner: User) -> None:
    place(owner)
    move_price("130.00")

    (row,) = api.get(f"{BASE}/positions/").json()["results"]

    assert (row["quantity"], row["average_price"], row["last_price"]) == (10, "119.95", "130.00")
    assert (row["realised"], row["unrealised"], row["pnl"]) == ("0.00", "100.50", "100.50")


def test_a_position_is_closed_in_parts(api: APIClient, owner: User, balances: Balances) -> None:
    position = place_position(owner)

    part = api.post(f"{BASE}/positions/{position}/close", {"quantity": 4})
    too_much = api.post(f"{BASE}/positions/{position}/close", {"quantity": 7})
    rest = api.post(f"{BASE}/positions/{position}/close", {})
    nothing = api.post(f"{BASE}/positions/{position}/close", {})

    assert [answer.status_code for answer in (part, too_much, rest, nothing)] == [201, 422, 201, 422]
    assert (part.json()["filled_quantity"], rest.json()["filled_quantity"]) == (4, 6)
    assert too_much.json()["code"] == nothing.json()["code"] == "NOTHING_TO_CLOSE"
    assert balances(owner) == (100_000, 0, 0, 0)


def test_close_all_closes_longs_and_shorts(api: APIClient, owner: User, balances: Balances) -> None:
    place(owner)
    place(owner, product="MIS", side="SELL", quantity=3)

    body = api.post(f"{BASE}/positions/close-all", {}).json()

    assert [(row["side"], row["quantity"], row["status"]) for row in body] == [
        ("SELL", 10, "COMPLETE"),
        ("BUY", 3, "COMPLETE"),
    ]
    assert balances(owner) == (100_000, 0, 0, 0)


def test_a_strangers_position_is_not_there(stranger_api: APIClient, owner: User) -> None:
    position = place_position(owner)

    answer = stranger_api.post(f"{BASE}/positions/{position}/close", {})

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
    assert stranger_api.get(f"{BASE}/positions/").json()["results"] == []


def test_shares_become_holdings_on_the_next_day_and_settle_a_day_later(owner: User) -> None:
    days = [datetime.fromisoformat(f"2026-01-0{day}T11:00:00+05:30") for day in (5, 6, 7)]
    place(owner, now=days[0], quantity=7)

    assert services.list_holdings(user=owner, now=days[0]) == []
    place(owner, now=days[1], quantity=2)
    (second,) = services.list_holdings(user=owner, now=days[1])
    (third,) = services.list_holdings(user=owner, now=days[2])
    assert (second.quantity, second.t1_quantity) == (0, 7)
    assert (third.quantity, third.t1_quantity) == (7, 2)
