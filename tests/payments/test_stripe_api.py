"""What we ask of Stripe, by its real SDK, and what its answers and its errors become."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.core import configuration
from apps.core.models import IdempotencyKey
from apps.payments import services
from apps.payments.models import Checkout, GatewayEvent, PaymentRecord, Subscription
from apps.users.models import User
from tests.factories import payments as make
from tests.payments.stripe_server import StripeServer, error

CHECKOUT, CANCEL = "/api/v1/payments/checkout", "/api/v1/payments/subscription/cancel"
PORTAL = "/api/v1/payments/portal"
# Far from now: what is said by a check of now comes after what was said by events of January.
FIRST = ("2098-01-31T10:00", "2098-02-28T10:00")
SECOND = ("2098-02-28T10:00", "2098-03-31T10:00")


def end(user: User) -> str:
    user.refresh_from_db()
    return str(user.subscription_end_date)


def open_at(api: APIClient) -> Checkout:
    answer = api.post(CHECKOUT, {"plan": "monthly"}).json()
    return Checkout.objects.unscoped().get(public_id=answer["id"])


def pay(server: StripeServer, checkout: Checkout) -> None:
    """What Stripe has once the page is paid: the session repeats subscription and invoice where they are asked for."""
    subscription = make.subscription(checkout, end=FIRST[1])
    invoice = make.invoice(checkout, days=FIRST)
    server.objects |= {"sub_1": subscription, "in_1": invoice}
    server.objects[checkout.gateway_checkout_id] |= make.session(checkout, subscription=subscription, invoice=invoice)


def test_checkout_asks_for_our_price_and_names_our_checkout(
    stripe_server: StripeServer, api: APIClient, owner: User
) -> None:
    configuration.override("subscription.yearly_price", "4999.50")

    answer = api.post(CHECKOUT, {"plan": "yearly"}).json()

    asked = stripe_server.asked[0]
    assert (answer["gateway"], answer["state"], answer["amount"]) == ("stripe", "open", "4999.50")
    assert answer["url"].startswith("https://checkout.stripe.com/")
    assert (asked.method, asked.path, asked.key) == ("POST", "/v1/checkout/sessions", f"checkout-{answer['id']}")
    assert asked.form == {
        "mode": "subscription",
        "line_items[0][quantity]": "1",
        "line_items[0][price_data][currency]": "inr",
        "line_items[0][price_data][unit_amount]": "499950",
        "line_items[0][price_data][recurring][interval]": "year",
        "line_items[0][price_data][product_data][name]": "PaperTrade, yearly",
        "client_reference_id": answer["id"],
        "customer_email": "owner@example.com",
        "metadata[checkout_id]": answer["id"],
        "subscription_data[metadata][checkout_id]": answer["id"],
        "success_url": f"http://localhost:3000/billing?checkout={answer['id']}",
        "cancel_url": f"http://localhost:3000/billing?cancelled={answer['id']}",
    }
    assert end(owner) == "None"


def test_key_of_the_client_is_the_same_checkout_at_stripe_after_a_failure(
    stripe_server: StripeServer, api: APIClient
) -> None:
    """The first answer is lost after Stripe has made the page: the same key gets the same page, not a second one."""
    api.post(CHECKOUT, {"plan": "monthly"}, HTTP_IDEMPOTENCY_KEY="mine")
    first = stripe_server.asked[0]
    Checkout.objects.unscoped().all().delete()
    IdempotencyKey.objects.all().delete()

    again = api.post(CHECKOUT, {"plan": "monthly"}, HTTP_IDEMPOTENCY_KEY="mine")

    assert (again.status_code, again.json()["url"]) == (201, "https://checkout.stripe.com/c/pay/cs_test_1")
    assert stripe_server.asked[1].key == first.key
    assert stripe_server.asked[1].form == first.form


def test_coming_back_from_the_page_proves_nothing(stripe_server: StripeServer, api: APIClient, owner: User) -> None:
    checkout = open_at(api)

    answer = api.post(f"{CHECKOUT}/{checkout.public_id}/complete")

    assert (answer.status_code, answer.json()["code"]) == (409, "CHECKOUT_UNPAID")
    assert end(owner) == "None"


def test_check_at_stripe_activates_and_the_events_that_follow_change_nothing(
    stripe_server: StripeServer, api: APIClient, owner: User
) -> None:
    checkout = open_at(api)
    pay(stripe_server, checkout)

    answer = api.post(f"{CHECKOUT}/{checkout.public_id}/complete")
    make.send(make.event("invoice.paid", make.invoice(checkout, days=FIRST)))
    make.send(make.event("checkout.session.completed", make.session(checkout)))

    assert (answer.status_code, answer.json()["state"]) == (200, "completed")
    assert stripe_server.asked[-1].form == {"expand[0]": "subscription", "expand[1]": "invoice"}
    assert end(owner) == "2098-02-28"
    assert PaymentRecord.objects.for_user(owner).count() == 1


def test_expired_page_is_said_to_be(stripe_server: StripeServer, api: APIClient) -> None:
    checkout = open_at(api)
    make.send(make.event("checkout.session.expired", make.session(checkout, status="expired", subscription=None)))

    answer = api.post(f"{CHECKOUT}/{checkout.public_id}/complete")

    assert (answer.status_code, answer.json()["code"]) == (409, "CHECKOUT_EXPIRED")


def test_cancelling_is_asked_of_stripe_once(stripe_server: StripeServer, api: APIClient, owner: User) -> None:
    checkout = open_at(api)
    pay(stripe_server, checkout)
    api.post(f"{CHECKOUT}/{checkout.public_id}/complete")

    answers = [api.post(CANCEL).json()["subscription"] for _ in range(2)]

    asked = [each for each in stripe_server.asked if each.path == "/v1/subscriptions/sub_1"]
    assert [(each["cancel_at_period_end"], each["period_end"]) for each in answers] == [(True, "2098-02-28")] * 2
    assert [(each.method, each.form, each.key) for each in asked] == [
        ("POST", {"cancel_at_period_end": "true"}, "cancel-sub_1-2098-02-28")
    ]


def test_portal_is_the_page_of_ones_own_customer(
    stripe_server: StripeServer, api: APIClient, stranger_api: APIClient
) -> None:
    checkout = open_at(api)
    pay(stripe_server, checkout)
    api.post(f"{CHECKOUT}/{checkout.public_id}/complete")

    answer, theirs = api.post(PORTAL), stranger_api.post(PORTAL)

    assert (answer.status_code, answer.json()) == (200, {"url": "https://billing.stripe.com/p/1"})
    assert (theirs.status_code, theirs.json()["code"]) == (409, "NOT_SUBSCRIBED")
    asked = [each.form for each in stripe_server.asked if each.path == "/v1/billing_portal/sessions"]
    assert asked == [{"customer": "cus_1", "return_url": "http://localhost:3000/billing"}]


def test_gateway_without_a_portal_says_so(api: APIClient, owner: User) -> None:
    make.make_dummy_subscription(owner)

    answer = api.post(PORTAL)

    assert (answer.status_code, answer.json()["code"]) == (422, "PAYMENT_GATEWAY_UNAVAILABLE")


def test_nightly_comparison_finds_what_lost_events_would_have_said(
    stripe_server: StripeServer, api: APIClient, owner: User
) -> None:
    checkout = open_at(api)
    pay(stripe_server, checkout)
    assert services.reconcile() == 0
    assert end(owner) == "2098-02-28"  # the open checkout was asked about

    renewed = make.invoice(checkout, name="in_2", days=SECOND, billing_reason="subscription_cycle")
    stripe_server.objects |= {"in_2": renewed, "sub_1": make.subscription(checkout, end=SECOND[1])}
    assert services.reconcile() == 1
    assert services.reconcile() == 0

    assert end(owner) == "2098-03-31"
    stripe_server.objects["sub_1"]["status"] = "canceled"
    assert services.reconcile() == 1
    assert Subscription.objects.for_user(owner).get().state == "ended"
    asked = [each for each in stripe_server.asked if each.path == "/v1/invoices"]
    assert asked[0].form == {"subscription": "sub_1", "status": "paid", "limit": "24"}


def test_one_that_stripe_does_not_know_does_not_stop_the_others(
    stripe_server: StripeServer, api: APIClient, owner: User, stranger: User
) -> None:
    gone = make.make_checkout(stranger)
    lost = make.subscription(gone, id="sub_gone")
    make.send(make.event("customer.subscription.created", lost))
    checkout = open_at(api)
    pay(stripe_server, checkout)

    services.reconcile()

    assert end(owner) == "2098-02-28"


# What Stripe answers, how often the SDK asks, and what our client gets.
ERRORS = [
    (400, error("invalid_request_error", "Bad sk_test_only_canary"), 1, 422, "PAYMENT_GATEWAY_REFUSED"),
    (
        401,
        error("invalid_request_error", "Invalid API Key: sk_test_only_canary"),
        1,
        503,
        "PAYMENT_GATEWAY_MISCONFIGURED",
    ),
    (402, error("card_error", "Declined", code="card_declined"), 1, 422, "PAYMENT_GATEWAY_REFUSED"),
    (403, error("invalid_request_error", "No permission"), 1, 503, "PAYMENT_GATEWAY_MISCONFIGURED"),
    (404, error("invalid_request_error", "No such thing"), 1, 422, "PAYMENT_GATEWAY_REFUSED"),
    (409, error("api_error", "In use"), 2, 503, "PAYMENT_GATEWAY_FAILED"),
    (429, error("invalid_request_error", "Too many", code="rate_limit"), 1, 503, "PAYMENT_GATEWAY_FAILED"),
    (500, error("api_error", "Oops"), 2, 503, "PAYMENT_GATEWAY_FAILED"),
    (503, {}, 2, 503, "PAYMENT_GATEWAY_FAILED"),
]


@pytest.mark.parametrize(("status", "body", "times", "ours", "code"), ERRORS, ids=[str(row[0]) for row in ERRORS])
def test_error_of_stripe_has_a_code_of_ours_and_leaves_nothing(
    stripe_server: StripeServer,
    api: APIClient,
    caplog: pytest.LogCaptureFixture,
    status: int,
    body: dict[str, Any],
    times: int,
    ours: int,
    code: str,
) -> None:
    stripe_server.failing = (status, body)

    answer = api.post(CHECKOUT, {"plan": "monthly"}, HTTP_IDEMPOTENCY_KEY="once")

    assert (answer.status_code, answer.json()["code"]) == (ours, code)
    assert len(stripe_server.asked) == times
    assert {each.authorization for each in stripe_server.asked} == {"Bearer sk_test_only_canary"}
    assert not Checkout.objects.unscoped().exists()
    for text in (answer.content.decode(), caplog.text):
        assert "sk_test_only_canary" not in text
        assert make.SECRET not in text
    stripe_server.failing = None
    assert api.post(CHECKOUT, {"plan": "monthly"}, HTTP_IDEMPOTENCY_KEY="once").status_code == 201


def test_stripe_that_is_down_is_said_to_be(stripe_keys: None, api: APIClient) -> None:
    answer = api.post(CHECKOUT, {"plan": "monthly"})

    assert (answer.status_code, answer.json()["code"]) == (503, "PAYMENT_GATEWAY_FAILED")
    assert answer["Retry-After"] == "30"


def test_webhook_without_its_secret_takes_nothing(settings: Any, db: None) -> None:
    settings.STRIPE_SECRET_KEY = "sk_test_only"

    answer = make.send(make.event("invoice.paid", {}))

    assert (answer.status_code, answer.json()["code"]) == (422, "PAYMENT_GATEWAY_UNAVAILABLE")
    assert not GatewayEvent.objects.exists()
