"""Placing orders over HTTP in the profile ``instant``: at the last price, free, once for each client's id."""

from __future__ import annotations

from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from apps.trading.models import Order, Position
from apps.users.models import User
from tests.factories.trading import make_real_stock, move_price, place
from tests.trading.conftest import Balances

URL = "/api/v1/trading/orders/"
BUY = {"instrument": "RELIANCE", "side": "BUY", "quantity": 10}


@pytest.fixture(autouse=True)
def _prices(db: None) -> None:
    make_real_stock()


def test_a_market_order_fills_at_the_last_price_and_costs_price_times_quantity(
    api: APIClient, owner: User, balances: Balances
) -> None:
    answer = api.post(URL, BUY)

    body = answer.json()
    assert answer.status_code == 201
    assert (body["status"], body["filled_quantity"], body["average_price"]) == ("COMPLETE", 10, "119.95")
    assert (body["product"], body["charges"], body["blocked"]) == ("CNC", "0.00", "0.00")
    assert balances(owner) == (Decimal("98800.50"), 0, Decimal("1199.50"), 0)


def test_every_step_of_an_order_says_why_and_at_which_price(api: APIClient) -> None:
    order_id = api.post(URL, BUY).json()["id"]

    body = api.get(f"{URL}{order_id}/").json()

    steps = [(event["from_status"], event["to_status"], event["reason"]) for event in body["events"]]
    assert steps == [("", "OPEN", "ACCEPTED"), ("OPEN", "COMPLETE", "FILLED")]
    (fill,) = body["fills"]
    assert (fill["price"], fill["quantity"], fill["price_source"]) == ("119.95", 10, "quote")
    assert fill["price_at"] == "2025-01-03T15:30:00+05:30"


def test_a_sale_gives_back_the_price_and_writes_a_round_trip(api: APIClient, owner: User, balances: Balances) -> None:
    api.post(URL, BUY)
    move_price("130.00")

    body = api.post(URL, {**BUY, "side": "SELL", "quantity": 4}).json()

    assert body["status"] == "COMPLETE"
    assert balances(owner) == (Decimal("98800.50") + 4 * 130, 0, 6 * Decimal("119.95"), Decimal("40.20"))
    (trade,) = api.get("/api/v1/trading/trades/").json()["results"]
    assert (trade["quantity"], trade["buy_price"], trade["sell_price"], trade["pnl"]) == (
        4,
        "119.95",
        "130.00",
        "40.20",
    )
    assert trade["trade_type"] == "long"


def test_a_short_blocks_its_price_and_locks_what_it_brought(api: APIClient, owner: User, balances: Balances) -> None:
    short = {**BUY, "side": "SELL", "product": "MIS"}
    answer = api.post(URL, short)

    assert answer.json()["status"] == "COMPLETE"
    value = Decimal("1199.50")
    assert balances(owner) == (100_000 - value, 2 * value, -value, 0)
    move_price("130.00")
    api.post(URL, {**BUY, "product": "MIS"})
    assert balances(owner) == (100_000 - Decimal("100.50"), 0, 0, Decimal("-100.50"))
    (trade,) = api.get("/api/v1/trading/trades/").json()["results"]
    assert (trade["trade_type"], trade["buy_price"], trade["sell_price"]) == ("short", "130.00", "119.95")


def test_the_same_client_order_id_is_the_same_order(api: APIClient, owner: User, balances: Balances) -> None:
    first = api.post(URL, {**BUY, "client_order_id": "a-1"})
    again = api.post(URL, {**BUY, "client_order_id": "a-1"})
    other = api.post(URL, {**BUY, "client_order_id": "a-1", "quantity": 11})

    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json()["id"] == first.json()["id"]
    assert other.json()["code"] == "IDEMPOTENCY_CONFLICT"
    assert balances(owner)[0] == Decimal("98800.50")


def test_an_order_beyond_the_cash_is_kept_as_rejected_and_moves_nothing(
    api: APIClient, owner: User, balances: Balances
) -> None:
    answer = api.post(URL, {**BUY, "quantity": 834, "client_order_id": "big"})

    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, "INSUFFICIENT_FUNDS")
    assert (body["details"]["available"], body["details"]["needed"]) == ("100000.00", "100038.30")
    order = Order.objects.for_user(owner).get(pk=body["details"]["order_id"])
    assert (order.status, order.refusal_code) == ("REJECTED", "INSUFFICIENT_FUNDS")
    assert balances(owner) == (100_000, 0, 0, 0)
    assert api.post(URL, {**BUY, "quantity": 834, "client_order_id": "big"}).json()["status"] == "REJECTED"


def test_a_limit_below_the_price_waits_with_its_cash_blocked(api: APIClient, owner: User, balances: Balances) -> None:
    body = api.post(URL, {**BUY, "order_type": "LIMIT", "price": "100.00"}).json()

    assert (body["status"], body["blocked"], body["filled_quantity"]) == ("OPEN", "1000.00", 0)
    assert balances(owner) == (99_000, 1000, 0, 0)
    cancelled = api.delete(f"{URL}{body['id']}/").json()
    assert (cancelled["status"], cancelled["blocked"]) == ("CANCELLED", "0.00")
    assert balances(owner) == (100_000, 0, 0, 0)
    again = api.delete(f"{URL}{body['id']}/")
    assert (again.status_code, again.json()["code"]) == (409, "ORDER_NOT_OPEN")


def test_a_limit_above_the_price_fills_at_the_better_one(api: APIClient, owner: User, balances: Balances) -> None:
    body = api.post(URL, {**BUY, "order_type": "LIMIT", "price": "125.00"}).json()

    assert (body["status"], body["average_price"]) == ("COMPLETE", "119.95")
    assert balances(owner)[:2] == (Decimal("98800.50"), 0)


def test_an_ioc_order_that_cannot_fill_is_over(api: APIClient, owner: User, balances: Balances) -> None:
    body = api.post(URL, {**BUY, "order_type": "LIMIT", "price": "100.00", "validity": "IOC"}).json()

    assert body["status"] == "CANCELLED"
    assert balances(owner) == (100_000, 0, 0, 0)


def test_a_modified_order_blocks_anew_and_fills_where_it_now_can(
    api: APIClient, owner: User, balances: Balances
) -> None:
    order_id = api.post(URL, {**BUY, "order_type": "LIMIT", "price": "100.00"}).json()["id"]

    dearer = api.patch(f"{URL}{order_id}/", {"price": "110.00", "quantity": 20}).json()
    assert (dearer["status"], dearer["blocked"]) == ("OPEN", "2200.00")
    assert balances(owner)[:2] == (97_800, 2200)
    too_dear = api.patch(f"{URL}{order_id}/", {"quantity": 1000})
    assert (too_dear.status_code, too_dear.json()["code"]) == (422, "INSUFFICIENT_FUNDS")
    assert balances(owner)[:2] == (97_800, 2200)
    nothing = api.patch(f"{URL}{order_id}/", {})
    assert (nothing.status_code, nothing.json()["code"]) == (400, "VALIDATION_ERROR")
    assert len(api.get(f"{URL}{order_id}/").json()["events"]) == 2
    done = api.patch(f"{URL}{order_id}/", {"price": "120.00"}).json()
    assert (done["status"], done["average_price"], done["blocked"]) == ("COMPLETE", "119.95", "0.00")
    assert balances(owner)[:3] == (100_000 - 2399, 0, 2399)


def test_a_preview_shows_what_would_happen_and_stores_nothing(api: APIClient, owner: User) -> None:
    body = api.post(f"{URL}preview", BUY).json()

    assert (body["fill_price"], body["value"], body["needed"], body["cash_after"]) == (
        "119.95", "1199.50", "1199.50", "98800.50",
    )  # fmt: skip
    assert (body["refusal"], body["basis"]) == (None, "estimate")
    assert body["margin"] == {"before": "0.00", "after": "0.00", "increase": "0.00", "parts": None}
    assert api.post(f"{URL}preview", {**BUY, "quantity": 900}).json()["refusal"]["code"] == "INSUFFICIENT_FUNDS"
    assert not Order.objects.for_user(owner).exists()
    assert not Position.objects.for_user(owner).exists()


@pytest.mark.parametrize(
    "values",
    [
        {"quantity": 0},
        {"quantity": -1},
        {"quantity": 1.5},
        {"quantity": "1e3"},
        {"quantity": 10**30},
        {"quantity": True},
        {"quantity": "NaN"},
        {"quantity": None},
        {"side": "buy"},
        {"product": "DELIVERY"},
        {"order_type": "LIMIT"},
        {"price": "100.00"},
        {"order_type": "LIMIT", "price": "0"},
        {"order_type": "LIMIT", "price": "-5"},
        {"order_type": "LIMIT", "price": "NaN"},
        {"order_type": "LIMIT", "price": "Infinity"},
        {"order_type": "LIMIT", "price": "1e30"},
        {"order_type": "LIMIT", "price": 10**30},
        {"order_type": "LIMIT", "price": "100.001"},
        {"order_type": "LIMIT", "price": "100.00", "trigger_price": "99.00"},
        {"order_type": "SL", "price": "130.00"},
        {"order_type": "SL-M", "trigger_price": "130.00", "price": "131.00"},
        {"validity": "GTC"},
        {"client_order_id": "squareoff:1"},
        {"client_order_id": "x" * 65},
        {"nonsense": 1},
    ],
)
def test_bad_input_is_400_and_leaves_no_row(
    api: APIClient, owner: User, values: dict[str, object], balances: Balances
) -> None:
    answer = api.post(URL, {**BUY, **values})

    # A number of more than 64 bits is no JSON that this API reads.
    code = "PARSE_ERROR" if 10**30 in values.values() else "VALIDATION_ERROR"
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert not Order.objects.for_user(owner).exists()
    assert balances(owner) == (100_000, 0, 0, 0)


def test_an_unknown_instrument_is_404_and_leaves_no_row(api: APIClient, owner: User) -> None:
    answer = api.post(URL, {**BUY, "instrument": "NOSUCH"})

    assert (answer.status_code, answer.json()["code"]) == (404, "INSTRUMENT_NOT_FOUND")
    assert not Order.objects.for_user(owner).exists()


def test_somebody_elses_order_is_not_there(stranger_api: APIClient, owner: User) -> None:
    order = place(owner, order_type="LIMIT", price="100.00")

    answers = [stranger_api.get(f"{URL}{order.pk}/"), stranger_api.delete(f"{URL}{order.pk}/")]
    answers.append(stranger_api.patch(f"{URL}{order.pk}/", {"price": "99.00"}))

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "NOT_FOUND")] * 3
    assert Order.objects.for_user(owner).get(pk=order.pk).status == "OPEN"


BAD_NUMBERS: list[object] = [0, -3, 1.5, "1e3", "NaN", "Infinity", "", None, True, [1]]
BAD_PRICES: list[object] = ["0", "-1", "NaN", "Infinity", "1e30", "10.001", "", None, "ten", []]


@pytest.mark.parametrize(
    "change", [*({"quantity": bad} for bad in BAD_NUMBERS), *({"price": bad} for bad in BAD_PRICES)], ids=str
)
def test_a_change_of_bad_input_is_400_and_leaves_the_order(
    api: APIClient, owner: User, change: dict[str, object], balances: Balances
) -> None:
    order = place(owner, order_type="LIMIT", price="100.00")

    answer = api.patch(f"{URL}{order.pk}/", change)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, list(change))
    row = Order.objects.for_user(owner).get()
    assert (row.quantity, row.price, row.version) == (10, Decimal("100.00"), order.version)
    assert balances(owner) == (99_000, 1000, 0, 0)


@pytest.mark.parametrize("quantity", BAD_NUMBERS, ids=str)
def test_closing_a_bad_quantity_is_400_and_closes_nothing(api: APIClient, owner: User, quantity: object) -> None:
    place(owner)
    position = Position.objects.for_user(owner).get()

    answer = api.post(f"/api/v1/trading/positions/{position.pk}/close", {"quantity": quantity})

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (400, ["quantity"])
    assert Position.objects.for_user(owner).get().quantity == 10
    assert Order.objects.for_user(owner).count() == 1
