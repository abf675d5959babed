"""The life of a subscription without money, over HTTP: bought, renewed from its end, cancelled, over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import time_machine
from rest_framework.test import APIClient

from apps.core import configuration
from apps.notifications.models import Notification
from apps.payments import services
from apps.payments.enums import PlanCode
from apps.payments.models import Checkout, GatewayEvent, PaymentRecord, Subscription
from apps.users.models import User
from tests.conftest import client_of
from tests.factories.payments import make_dummy_subscription
from tests.factories.users import make_user
from tests.races import together

PLANS, CHECKOUT = "/api/v1/payments/plans", "/api/v1/payments/checkout"
SUBSCRIPTION, CANCEL = "/api/v1/payments/subscription", "/api/v1/payments/subscription/cancel"
RECORDS = "/api/v1/payments/records/"


def days(user: User) -> tuple[str, str]:
    user.refresh_from_db()
    return str(user.subscription_start_date), str(user.subscription_end_date)


def told(user: User) -> list[str]:
    return list(Notification.objects.for_user(user).order_by("pk").values_list("title", flat=True))


def test_plans_have_the_prices_of_the_configuration(api: APIClient) -> None:
    configuration.override("subscription.yearly_price", "3999.50")

    answer = api.get(PLANS).json()

    assert [(each["code"], each["price"], each["months"]) for each in answer["plans"]] == [
        ("monthly", "499.00", 1),
        ("yearly", "3999.50", 12),
    ]
    assert answer["plans"][0]["entitlements"] == {
        "backtests": True,
        "sweeps": True,
        "trading": True,
        "concurrent_backtests": 5,
    }
    assert (answer["gateways"], answer["is_required"], answer["trial_days"]) == (["dummy"], True, 7)


def test_plan_without_a_price_is_not_for_sale(api: APIClient) -> None:
    configuration.override("subscription.yearly_price", "0.00")

    assert [each["code"] for each in api.get(PLANS).json()["plans"]] == ["monthly"]
    assert api.post(CHECKOUT, {"plan": "yearly"}).status_code == 400


@time_machine.travel("2026-01-31T09:00:00+05:30", tick=False)
def test_checkout_completes_at_once_and_entitles(db: None) -> None:
    user = make_user(trial_start_date=date(2026, 1, 1), trial_end_date=date(2026, 1, 8))
    api = client_of(user)
    before = api.get(SUBSCRIPTION).json()

    answer = api.post(CHECKOUT, {"plan": "monthly"})

    assert (before["is_entitled"], before["entitled_until"], before["subscription"]) == (False, None, None)
    assert (answer.status_code, answer.json()["state"], answer.json()["amount"]) == (201, "completed", "499.00")
    assert days(user) == ("2026-01-31", "2026-02-28")
    after = api.get(SUBSCRIPTION).json()
    assert (after["is_entitled"], after["entitled_until"]) == (True, "2026-02-28")
    assert after["subscription"] | {"id": 0} == {
        "id": 0,
        "plan": "monthly",
        "gateway": "dummy",
        "state": "active",
        "amount": "499.00",
        "currency": "INR",
        "start_date": "2026-01-31",
        "period_start": "2026-01-31",
        "period_end": "2026-02-28",
        "access_end": "2026-02-28",
        "cancel_at_period_end": False,
    }
    record = api.get(RECORDS).json()["results"][0]
    assert (record["kind"], record["status"], record["amount"], record["currency"]) == (
        "charge",
        "success",
        "499.00",
        "INR",
    )
    assert told(user) == ["Your subscription is active"]


@time_machine.travel("2026-01-25T09:00:00+05:30", tick=False)
def test_trial_and_subscription_stand_side_by_side(db: None) -> None:
    api = client_of(make_user())
    assert api.get(SUBSCRIPTION).json()["entitled_until"] == "2026-02-01"

    api.post(CHECKOUT, {"plan": "yearly"})

    answer = api.get(SUBSCRIPTION).json()
    assert (answer["trial_end_date"], answer["entitled_until"]) == ("2026-02-01", "2027-01-25")


@pytest.mark.parametrize(("moment", "entitled"), [("2026-02-28T18:29:59Z", True), ("2026-02-28T18:30:00Z", False)])
def test_last_day_ends_at_midnight_in_india(owner: User, moment: str, entitled: bool) -> None:
    with time_machine.travel("2026-01-31T09:00:00+05:30", tick=False):
        make_dummy_subscription(owner)
    owner.refresh_from_db()
    owner.trial_end_date = date(2026, 2, 1)
    owner.save()

    with time_machine.travel(moment, tick=False):
        assert client_of(owner).get(SUBSCRIPTION).json()["is_entitled"] is entitled


def test_renewal_is_from_the_end_of_the_period_however_late_it_runs(owner: User) -> None:
    with time_machine.travel("2026-01-31T09:00:00+05:30", tick=False):
        make_dummy_subscription(owner)
    with time_machine.travel("2026-02-27T09:00:00+05:30", tick=False):
        assert services.reconcile() == 0
    with time_machine.travel("2026-04-10T09:00:00+05:30", tick=False):
        assert (services.reconcile(), services.reconcile()) == (1, 0)

    assert days(owner) == ("2026-01-31", "2026-04-30")
    paid = PaymentRecord.objects.for_user(owner).order_by("period_end").values_list("period_start", "period_end")
    assert [(str(start), str(end)) for start, end in paid] == [
        ("2026-01-31", "2026-02-28"),
        ("2026-02-28", "2026-03-31"),
        ("2026-03-31", "2026-04-30"),
    ]
    assert told(owner) == ["Your subscription is active"]


def test_leap_day_is_renewed_yearly(owner: User) -> None:
    with time_machine.travel("2024-02-29T09:00:00+05:30", tick=False):
        make_dummy_subscription(owner, plan=PlanCode.YEARLY)
    with time_machine.travel("2027-03-01T09:00:00+05:30", tick=False):
        services.reconcile()

    assert days(owner) == ("2024-02-29", "2028-02-29")


def test_cancelled_subscription_lasts_to_its_end_and_is_not_renewed(owner: User) -> None:
    with time_machine.travel("2026-01-31T09:00:00+05:30", tick=False):
        make_dummy_subscription(owner)
        api = client_of(owner)
        answers = [api.post(CANCEL), api.post(CANCEL)]
        refused = api.post(CHECKOUT, {"plan": "yearly"})
    with time_machine.travel("2026-02-28T23:00:00+05:30", tick=False):
        assert services.reconcile() == 0
    with time_machine.travel("2026-03-01T00:10:00+05:30", tick=False):
        assert services.reconcile() == 1
        late = client_of(owner).post(CANCEL)
        again = client_of(owner).post(CHECKOUT, {"plan": "monthly"})

    assert [(each.status_code, each.json()["subscription"]["cancel_at_period_end"]) for each in answers] == [
        (200, True),
        (200, True),
    ]
    assert (refused.status_code, refused.json()["code"]) == (409, "ALREADY_SUBSCRIBED")
    assert refused.json()["details"] == {"period_end": "2026-02-28"}
    assert (late.status_code, late.json()["code"]) == (409, "NOT_SUBSCRIBED")
    assert [each.state for each in Subscription.objects.for_user(owner).order_by("pk")] == ["ended", "active"]
    assert (again.status_code, days(owner)) == (201, ("2026-03-01", "2026-04-01"))
    assert told(owner) == ["Your subscription is active", "Your subscription has ended", "Your subscription is active"]


def test_checkout_may_wait_for_its_completion(owner: User, api: APIClient, stranger_api: APIClient) -> None:
    configuration.override("payments.dummy_completes_at_once", "false")
    opened = api.post(CHECKOUT, {"plan": "monthly"}).json()
    place = f"{CHECKOUT}/{opened['id']}/complete"
    assert (opened["state"], api.get(SUBSCRIPTION).json()["subscription"]) == ("open", None)

    theirs = stranger_api.post(place)
    first, second = api.post(place), api.post(place)

    assert (theirs.status_code, theirs.json()["code"]) == (404, "NOT_FOUND")
    assert [(each.status_code, each.json()["state"]) for each in (first, second)] == [(200, "completed")] * 2
    assert PaymentRecord.objects.for_user(owner).count() == 1


def test_two_open_checkouts_are_one_subscription(owner: User, api: APIClient) -> None:
    configuration.override("payments.dummy_completes_at_once", "false")
    ids = [api.post(CHECKOUT, {"plan": "monthly"}).json()["id"] for _ in range(2)]

    answers = [api.post(f"{CHECKOUT}/{each}/complete") for each in ids]

    assert [each.status_code for each in answers] == [200, 409]
    assert PaymentRecord.objects.for_user(owner).count() == 1


def test_key_makes_one_checkout(owner: User, api: APIClient) -> None:
    first, second = (api.post(CHECKOUT, {"plan": "monthly"}, HTTP_IDEMPOTENCY_KEY="once") for _ in range(2))
    other = api.post(CHECKOUT, {"plan": "yearly"}, HTTP_IDEMPOTENCY_KEY="once")

    assert (first.json(), second["Idempotent-Replayed"]) == (second.json(), "true")
    assert (other.status_code, other.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")
    assert GatewayEvent.objects.count() == PaymentRecord.objects.for_user(owner).count() == 1


@pytest.mark.parametrize("body", [{"plan": "monthly", "amount": "1.00"}, {"plan": "monthly", "currency": "USD"}])
def test_price_is_not_the_clients(owner: User, api: APIClient, body: dict[str, Any]) -> None:
    assert api.post(CHECKOUT, body).status_code == 400
    assert not PaymentRecord.objects.for_user(owner).exists()


@pytest.mark.parametrize("gateway", ["stripe", "razorpay"])
def test_gateway_without_keys_is_refused_by_name(api: APIClient, gateway: str) -> None:
    answer = api.post(CHECKOUT, {"plan": "monthly", "gateway": gateway})

    assert (answer.status_code, answer.json()["code"]) == (422, "PAYMENT_GATEWAY_UNAVAILABLE")
    assert answer.json()["details"] == {"gateway": gateway, "available": ["dummy"]}


def test_way_without_money_is_closed_beside_a_real_one(stripe_keys: None, owner: User, api: APIClient) -> None:
    answer = api.post(CHECKOUT, {"plan": "monthly", "gateway": "dummy"})

    assert (answer.status_code, answer.json()["code"]) == (422, "PAYMENT_GATEWAY_UNAVAILABLE")
    assert api.get(PLANS).json()["gateways"] == ["stripe"]


def test_subscription_without_money_is_not_renewed_once_there_are_keys(owner: User, settings: Any) -> None:
    with time_machine.travel("2026-01-31T09:00:00+05:30", tick=False):
        make_dummy_subscription(owner)
    settings.STRIPE_SECRET_KEY = "sk_test_only"
    with time_machine.travel("2026-03-01T09:00:00+05:30", tick=False):
        services.reconcile()

    assert [each.state for each in Subscription.objects.for_user(owner)] == ["ended"]
    assert days(owner) == ("2026-01-31", "2026-02-28")


def test_switched_off_entitles_everyone(owner: User, api: APIClient) -> None:
    configuration.override("subscription.enabled", "false")
    owner.trial_end_date = date(2020, 1, 1)
    owner.trial_start_date = date(2019, 12, 1)
    owner.save()

    answer = api.get(SUBSCRIPTION).json()

    assert (answer["is_required"], answer["is_entitled"], answer["entitled_until"]) == (False, True, None)


def test_switched_off_sells_nothing_and_completes_what_was_begun(owner: User, api: APIClient) -> None:
    configuration.override("payments.dummy_completes_at_once", "false")
    begun = api.post(CHECKOUT, {"plan": "monthly"}).json()["id"]
    configuration.override("subscription.enabled", "false")

    refused = api.post(CHECKOUT, {"plan": "yearly"})

    assert (refused.status_code, refused.json()["code"]) == (403, "FEATURE_DISABLED")
    assert refused.json()["message"] == "Nobody needs a subscription here: everything is open without one."
    assert Checkout.objects.for_user(owner).count() == 1
    assert api.post(f"{CHECKOUT}/{begun}/complete", {}).json()["state"] == "completed"
    assert Subscription.objects.for_user(owner).get().plan == "monthly"


def test_later_end_that_somebody_gave_stays(owner: User) -> None:
    owner.subscription_start_date, owner.subscription_end_date = date(2020, 1, 1), date(2099, 1, 1)
    owner.save()

    make_dummy_subscription(owner)

    assert days(owner) == ("2020-01-01", "2099-01-01")


def test_standing_costs_three_queries(owner: User, api: APIClient, django_assert_num_queries: Any) -> None:
    make_dummy_subscription(owner)
    configuration.forget()

    with django_assert_num_queries(3):  # account, configuration, subscription
        api.get(SUBSCRIPTION)


def test_stranger_sees_no_payments(owner: User, api: APIClient, stranger_api: APIClient) -> None:
    make_dummy_subscription(owner)

    assert (api.get(RECORDS).json()["count"], stranger_api.get(RECORDS).json()["count"]) == (1, 0)
    assert stranger_api.get(SUBSCRIPTION).json()["subscription"] is None
    assert api.get(RECORDS, {"status": "failed"}).json()["count"] == 0


@pytest.mark.django_db(transaction=True)
def test_parallel_checkouts_are_one_subscription(owner: User, api: APIClient) -> None:
    answers = together(8, lambda _: api.post(CHECKOUT, {"plan": "monthly"}).status_code)

    assert sorted(answers) == [201] + [409] * 7
    assert PaymentRecord.objects.for_user(owner).count() == 1


def test_gate_opens_with_the_payment_and_closes_with_its_end(owner: User) -> None:
    """402 once the trial is over, past the gate while it is paid, and 402 again the day after."""

    def run() -> int:
        return client_of(owner).post("/api/v1/backtest/run", {}).status_code

    owner.trial_start_date, owner.trial_end_date = date(2026, 1, 1), date(2026, 1, 8)
    owner.save()
    with time_machine.travel("2026-01-31T09:00:00+05:30", tick=False):
        before = run()
        make_dummy_subscription(owner)
        paid = run()
    with time_machine.travel("2026-03-01T00:00:00+05:30", tick=False):
        after = run()

    assert (before, paid, after) == (402, 400, 402)
