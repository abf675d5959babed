"""What we ask of Razorpay, by its real SDK, what its answers become, and the period of a subscription paid by hand."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.notifications.models import Notification
from apps.payments import selectors, services
from apps.payments.enums import GatewayName
from apps.payments.models import Checkout, PaymentRecord, Subscription
from apps.users.models import User
from tests.conftest import client_of
from tests.factories import razorpay as make
from tests.payments.razorpay_server import RazorpayServer

CHECKOUT, CANCEL = "/api/v1/payments/checkout", "/api/v1/payments/subscription/cancel"


def open_at(user: User) -> dict[str, Any]:
    answer: dict[str, Any] = client_of(user).post(CHECKOUT, {"plan": "monthly"}).json()
    return answer


def pay(server: RazorpayServer, checkout_id: str, *, at: str, name: str = "pay_1") -> Checkout:
    """What Razorpay has once the window is paid; nobody is told."""
    checkout = Checkout.objects.unscoped().get(public_id=checkout_id)
    server.objects[checkout.gateway_checkout_id] |= {"status": "paid", "amount_paid": 49900}
    server.objects[name] = make.payment(checkout, name=name, at=at)
    return checkout


def face(user: User) -> tuple[str, str, str, bool]:
    found = Subscription.objects.for_user(user).get()
    return found.state, str(found.period_end), str(found.access_end), found.cancel_at_period_end


def on(day: str) -> Any:
    return time_machine.travel(f"{day}T09:00:00+05:30", tick=False)


def subscribe(server: RazorpayServer, user: User) -> None:
    """A month from 31 January, paid and asked about."""
    with on("2026-01-31"):
        opened = open_at(user)
        pay(server, opened["id"], at="2026-01-31T04:00")
        client_of(user).post(f"{CHECKOUT}/{opened['id']}/complete")


def test_order_asks_for_our_price_and_names_our_checkout(razorpay_server: RazorpayServer, api: APIClient) -> None:
    answer = api.post(CHECKOUT, {"plan": "yearly"}).json()

    asked = razorpay_server.asked[0]
    assert (answer["gateway"], answer["state"], answer["amount"], answer["url"]) == ("razorpay", "open", "4999.00", "")
    assert (answer["gateway_checkout_id"], answer["gateway_key"]) == ("order_1", "rzp_test_key")
    assert (asked.method, asked.path) == ("POST", "/v1/orders")
    assert json.loads(asked.text) == {
        "amount": 499900,
        "currency": "INR",
        "receipt": answer["id"],
        "notes": {"checkout_id": answer["id"], "months": "12"},
    }
    assert base64.b64decode(asked.authorization.removeprefix("Basic ")).decode() == f"rzp_test_key:{make.KEY_SECRET}"


def test_what_is_begun_is_not_asked_for_twice(razorpay_server: RazorpayServer, api: APIClient) -> None:
    """An order can be paid once: two of them could be paid both."""
    first, second = (api.post(CHECKOUT, {"plan": "monthly"}).json()["id"] for _ in range(2))
    other = api.post(CHECKOUT, {"plan": "yearly"}).json()["id"]

    assert first == second != other
    assert len(razorpay_server.asked) == 2


def test_signature_of_the_window_is_asked_and_the_order_decides(
    razorpay_server: RazorpayServer, api: APIClient, owner: User
) -> None:
    opened = api.post(CHECKOUT, {"plan": "monthly"}).json()
    url = f"{CHECKOUT}/{opened['id']}/complete"
    good = {"payment_id": "pay_1", "signature": make.signed("order_1|pay_1", secret=make.KEY_SECRET)}

    bad = [
        {**good, "signature": make.signed("order_1|pay_1")},  # signed with the secret of the webhook
        {**good, "payment_id": "pay_2"},
        {**good, "signature": "é"},
        {"payment_id": "pay_1"},
    ]
    answers = [api.post(url, each) for each in bad]
    early = api.post(url, good)
    pay(razorpay_server, opened["id"], at="2026-01-31T10:00")
    late = api.post(url, good)

    assert {(each.status_code, each.json()["code"]) for each in answers} == {(400, "PAYMENT_SIGNATURE_INVALID")}
    assert (early.status_code, early.json()["code"]) == (409, "CHECKOUT_UNPAID")
    assert (late.status_code, late.json()["state"]) == (200, "completed")
    record = PaymentRecord.objects.for_user(owner).get()
    assert (record.payment_id, record.order_id, str(record.amount)) == ("pay_1", "order_1", "499.00")


def test_gateways_that_sign_no_payment_refuse_a_signature(api: APIClient, stripe_server: Any) -> None:
    opened = api.post(CHECKOUT, {"plan": "monthly"}).json()

    answer = api.post(f"{CHECKOUT}/{opened['id']}/complete", {"payment_id": "pay_1", "signature": "x"})

    assert (answer.status_code, answer.json()["code"]) == (400, "PAYMENT_SIGNATURE_INVALID")


def test_next_period_is_paid_in_the_last_week_and_begins_where_the_last_one_ends(
    razorpay_server: RazorpayServer, owner: User
) -> None:
    subscribe(razorpay_server, owner)
    with on("2026-02-20"):
        assert open_at(owner)["code"] == "ALREADY_SUBSCRIBED"
    with on("2026-02-21"):
        refused = client_of(owner).post(CHECKOUT, {"plan": "yearly"}).json()["code"]
        opened = open_at(owner)
        pay(razorpay_server, opened["id"], at="2026-02-21T05:00", name="pay_2")
        client_of(owner).post(f"{CHECKOUT}/{opened['id']}/complete")

    assert refused == "ALREADY_SUBSCRIBED"
    assert razorpay_server.objects[opened["gateway_checkout_id"]]["notes"] == {
        "checkout_id": opened["id"],
        "subscription_id": "order_1",
        "period_start": "2026-02-28",
        "period_end": "2026-03-31",
    }
    assert face(owner) == ("active", "2026-03-31", "2026-03-31", False)


def test_unpaid_renewal_has_days_of_grace_and_then_is_over(razorpay_server: RazorpayServer, owner: User) -> None:
    subscribe(razorpay_server, owner)
    faces = []
    for day in ("2026-02-27", "2026-02-28", "2026-03-03", "2026-03-04"):
        with on(day):
            services.reconcile()
            faces.append(face(owner)[:3])

    assert faces == [
        ("active", "2026-02-28", "2026-02-28"),
        ("past_due", "2026-02-28", "2026-03-03"),
        ("past_due", "2026-02-28", "2026-03-03"),
        ("ended", "2026-02-28", "2026-02-28"),
    ]
    titles = list(Notification.objects.for_user(owner).order_by("pk").values_list("title", flat=True))
    assert titles == [
        "Your subscription is active",
        "Your subscription is to be renewed",
        "Your subscription has ended",
    ]


def test_payment_in_grace_goes_on_from_the_old_end(razorpay_server: RazorpayServer, owner: User) -> None:
    subscribe(razorpay_server, owner)
    with on("2026-03-02"):
        services.reconcile()
        opened = open_at(owner)
        pay(razorpay_server, opened["id"], at="2026-03-02T05:00", name="pay_2")
        assert services.reconcile() == 0  # the subscription's own order has not changed; the open checkout is asked
        assert face(owner) == ("active", "2026-03-31", "2026-03-31", False)


def test_cancelled_one_ends_with_its_period(razorpay_server: RazorpayServer, owner: User) -> None:
    subscribe(razorpay_server, owner)
    with on("2026-02-10"):
        answers = [client_of(owner).post(CANCEL).json()["subscription"]["cancel_at_period_end"] for _ in range(2)]
    faces = []
    for day in ("2026-02-28", "2026-03-01"):
        with on(day):
            services.reconcile()
            faces.append(face(owner))

    assert answers == [True, True]
    assert faces == [("active", "2026-02-28", "2026-02-28", True), ("ended", "2026-02-28", "2026-02-28", False)]


def test_cancelling_in_grace_ends_it(razorpay_server: RazorpayServer, owner: User) -> None:
    subscribe(razorpay_server, owner)
    with on("2026-03-01"):
        services.reconcile()
        client_of(owner).post(CANCEL)

    assert face(owner)[:3] == ("ended", "2026-02-28", "2026-02-28")


def test_nightly_comparison_finds_a_refund_that_was_not_told(razorpay_server: RazorpayServer, owner: User) -> None:
    subscribe(razorpay_server, owner)
    razorpay_server.objects["pay_1"] |= {"amount_refunded": 49900, "status": "refunded"}
    razorpay_server.objects["rfnd_1"] = make.refund()
    with on("2026-02-01"):
        assert [services.reconcile() for _ in range(2)] == [1, 0]

    assert face(owner)[:3] == ("ended", "None", "None")
    kinds = PaymentRecord.objects.for_user(owner).order_by("pk").values_list("payment_id", "kind", "order_id")
    assert list(kinds) == [("pay_1", "charge", "order_1"), ("rfnd_1", "refund", "order_1")]


ERRORS = [
    (301, 503, "PAYMENT_GATEWAY_FAILED"),
    (400, 422, "PAYMENT_GATEWAY_REFUSED"),
    (401, 503, "PAYMENT_GATEWAY_MISCONFIGURED"),
    (403, 503, "PAYMENT_GATEWAY_MISCONFIGURED"),
    (404, 422, "PAYMENT_GATEWAY_REFUSED"),
    (409, 503, "PAYMENT_GATEWAY_FAILED"),
    (429, 503, "PAYMENT_GATEWAY_FAILED"),
    (500, 503, "PAYMENT_GATEWAY_FAILED"),
    (502, 503, "PAYMENT_GATEWAY_FAILED"),
]


@pytest.mark.parametrize(("status", "ours", "code"), ERRORS, ids=[str(row[0]) for row in ERRORS])
def test_error_of_razorpay_has_a_code_of_ours_and_leaves_nothing(
    razorpay_server: RazorpayServer,
    api: APIClient,
    caplog: pytest.LogCaptureFixture,
    status: int,
    ours: int,
    code: str,
) -> None:
    said = {"error": {"code": "BAD_REQUEST_ERROR", "description": f"Bad {make.KEY_SECRET}"}}
    razorpay_server.failing = (status, said)

    answer = api.post(CHECKOUT, {"plan": "monthly"})

    assert (answer.status_code, answer.json()["code"]) == (ours, code)
    assert len(razorpay_server.asked) == 1
    assert not Checkout.objects.unscoped().exists()
    assert make.KEY_SECRET not in answer.content.decode() + caplog.text


def test_razorpay_that_is_down_is_said_to_be(razorpay_keys: None, api: APIClient) -> None:
    answer = api.post(CHECKOUT, {"plan": "monthly"})

    assert (answer.status_code, answer.json()["code"]) == (503, "PAYMENT_GATEWAY_FAILED")


@pytest.mark.parametrize("missing", ["RAZORPAY_KEY_ID", "RAZORPAY_KEY_SECRET", "RAZORPAY_WEBHOOK_SECRET"])
def test_one_missing_secret_closes_razorpay_and_does_not_open_the_free_way(
    razorpay_keys: None, settings: Any, missing: str
) -> None:
    setattr(settings, missing, "")

    assert selectors.available_gateways() == []


def test_both_gateways_stand_side_by_side(razorpay_keys: None, stripe_keys: None) -> None:
    assert selectors.available_gateways() == [GatewayName.STRIPE, GatewayName.RAZORPAY]
