"""Stripe's events over HTTP: stored once, and what each leads to, in any order."""

from __future__ import annotations

import itertools
import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction

from apps.core import configuration
from apps.notifications.models import Notification
from apps.payments import services
from apps.payments.models import Checkout, GatewayEvent, PaymentRecord, Subscription
from apps.users.models import User
from tests.factories import payments as make
from tests.races import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_keys")]
FIRST = ("2026-01-31T10:00", "2026-02-28T10:00")
SECOND = ("2026-02-28T10:00", "2026-03-31T10:00")


def end(user: User) -> str:
    user.refresh_from_db()
    return str(user.subscription_end_date)


def face(user: User) -> tuple[Any, ...]:
    """Everything that must not depend on the order of events."""
    found = Subscription.objects.for_user(user).get()
    user.refresh_from_db()
    records = PaymentRecord.objects.for_user(user).order_by("payment_id")
    return (
        found.state,
        str(found.period_end),
        str(found.access_end),
        found.cancel_at_period_end,
        found.gateway_stamp,
        str(user.subscription_start_date),
        str(user.subscription_end_date),
        [(each.payment_id, each.order_id, str(each.amount), each.status) for each in records],
        Checkout.objects.for_user(user).get().state,
    )


def outcomes() -> list[str]:
    return list(GatewayEvent.objects.order_by("pk").values_list("outcome", flat=True))


def subscribe(user: User) -> Checkout:
    """A month from 31 January, paid."""
    checkout = make.make_checkout(user)
    make.send(make.event("checkout.session.completed", make.session(checkout)))
    make.send(make.event("customer.subscription.created", make.subscription(checkout)))
    make.send(make.event("invoice.paid", make.invoice(checkout, days=FIRST)))
    return checkout


def test_paid_invoice_activates_until_the_end_of_its_period_in_india(owner: User) -> None:
    checkout = make.make_checkout(owner)
    make.send(make.event("checkout.session.completed", make.session(checkout)))
    assert end(owner) == "None"  # a completed page is not a payment

    # 28 February, 18:30 UTC is 1 March in India.
    answer = make.send(make.event("invoice.paid", make.invoice(checkout, days=(FIRST[0], "2026-02-28T18:30"))))

    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert (str(owner.subscription_start_date), end(owner)) == ("None", "2026-03-01")
    record = PaymentRecord.objects.for_user(owner).get()
    assert (record.payment_id, record.amount, record.currency, record.status) == (
        "in_1",
        Decimal("499.00"),
        "INR",
        "success",
    )


def test_event_is_kept_word_for_word(owner: User) -> None:
    body = '{"type":  "product.updated", "id": "evt_x", "data": {"object": {"name": "\\u0000é"}}}'

    make.send(body)

    assert GatewayEvent.objects.get().body == body
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        GatewayEvent.objects.update(body="{}")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        GatewayEvent.objects.all().delete()


def test_movements_cannot_be_changed(owner: User) -> None:
    subscribe(owner)

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PaymentRecord.objects.for_user(owner).update(amount="1.00")
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        PaymentRecord.objects.for_user(owner).delete()


def life(checkout: Checkout, *, is_old: bool) -> list[dict[str, Any]]:
    """Created, paid, renewed, and ended; or, in the old shape of invoices, the renewal refunded."""
    shape = make.old_invoice if is_old else make.invoice
    renewal = shape(checkout, name="in_2", billing_reason="subscription_cycle", days=SECOND)
    refund = {"id": "re_1", "status": "succeeded", "amount": 49900, "currency": "inr", "charge": "ch_in_2"}
    over = make.subscription(checkout, status="canceled", end=SECOND[1])
    return [
        make.event("customer.subscription.created", make.subscription(checkout), at="2026-01-31T10:00"),
        make.event("invoice.paid", shape(checkout, days=FIRST), at="2026-01-31T10:00"),
        make.event("invoice.paid", renewal, at="2026-02-28T11:00"),
        make.event("refund.created", refund, at="2026-03-01T10:00")
        if is_old
        else make.event("customer.subscription.deleted", over, at="2026-03-02T10:00"),
    ]


@pytest.mark.parametrize(
    ("is_old", "state", "last", "paid"),
    [
        (False, "ended", "2026-03-31", ["in_1", "in_2"]),
        (True, "active", "2026-02-28", ["in_1", "in_2", "re_1"]),
    ],
)
def test_every_order_of_a_whole_life_ends_alike(
    owner: User, is_old: bool, state: str, last: str, paid: list[str]
) -> None:
    told = life(make.make_checkout(owner), is_old=is_old)

    first = None
    for order in itertools.permutations(told):
        point = transaction.savepoint()
        for each in order:
            make.tell(each)
        first = first or face(owner)
        assert face(owner) == first, [each["type"] for each in order]
        assert outcomes() == ["applied"] * 4
        transaction.savepoint_rollback(point)

    assert first is not None
    assert (first[0], first[2], first[6], [row[0] for row in first[7]]) == (state, last, last, paid)


def test_created_updated_and_deleted_of_one_second_converge(owner: User) -> None:
    """All six orders, with the order of their ids against them."""
    checkout = make.make_checkout(owner)
    told = [
        make.event("customer.subscription.created", make.subscription(checkout, status="incomplete"), name="evt_c"),
        make.event("customer.subscription.updated", make.subscription(checkout), name="evt_b"),
        make.event("customer.subscription.deleted", make.subscription(checkout, status="active"), name="evt_a"),
    ]

    ends = set()
    for order in itertools.permutations(told):
        point = transaction.savepoint()
        for each in order:
            make.send(each)
        ends.add(str(face(owner)))
        transaction.savepoint_rollback(point)

    assert len(ends) == 1
    assert next(iter(ends)).startswith("('ended', 'None', 'None'")


@pytest.mark.django_db(transaction=True)
def test_twenty_copies_at_once_and_one_late_are_one_extension(owner: User) -> None:
    checkout = subscribe(owner)
    paid = make.invoice(checkout, name="in_2", days=SECOND, billing_reason="subscription_cycle")
    told = make.event("invoice.paid", paid)

    answers = together(20, lambda _: make.send(told).status_code)
    late = make.send(told).status_code

    assert {*answers, late} == {200}
    assert GatewayEvent.objects.count() == 4
    assert PaymentRecord.objects.for_user(owner).count() == 2
    assert end(owner) == "2026-03-31"
    assert Notification.objects.for_user(owner).count() == 1


def test_two_events_of_one_payment_are_one_record(owner: User) -> None:
    checkout = subscribe(owner)

    make.send(make.event("invoice.payment_succeeded", make.invoice(checkout, days=FIRST)))

    assert PaymentRecord.objects.for_user(owner).count() == 1
    assert end(owner) == "2026-02-28"


def test_event_left_behind_by_a_crash_is_processed_when_it_comes_again(owner: User) -> None:
    checkout = make.make_checkout(owner)
    told = make.event("invoice.paid", make.invoice(checkout, days=FIRST), name="evt_crash")
    GatewayEvent.objects.create(
        gateway="stripe", event_id="evt_crash", event_type="invoice.paid", body=json.dumps(told)
    )

    make.send(told)

    assert (outcomes(), end(owner)) == (["applied"], "2026-02-28")


def test_what_nobody_claims_is_given_up_after_three_days(owner: User) -> None:
    theirs = make.invoice(make.make_checkout(owner), days=FIRST)
    theirs["parent"]["subscription_details"]["metadata"] = {"checkout_id": "another-product"}
    make.send(make.event("invoice.paid", theirs))
    assert (outcomes(), services.process_waiting()) == (["waiting"], 0)

    with time_machine.travel(time.time() + 3 * 86_400 + 1):
        assert services.process_waiting() == 1

    assert (outcomes(), end(owner)) == (["unmatched"], "None")


@pytest.mark.parametrize(
    ("change", "amount"),
    [({"amount_paid": 100}, "1.00"), ({"currency": "usd"}, "499.00"), ({"currency": ""}, "499.00")],
)
def test_payment_that_is_not_what_we_asked_is_recorded_and_opens_nothing(
    owner: User, change: dict[str, Any], amount: str
) -> None:
    checkout = make.make_checkout(owner)

    make.send(make.event("invoice.paid", make.invoice(checkout, days=FIRST, **change)))

    record = PaymentRecord.objects.for_user(owner).get()
    assert (outcomes(), str(record.amount), record.period_end, end(owner)) == (["mismatch"], amount, None, "None")
    assert Subscription.objects.for_user(owner).get().state == "unpaid"


def test_failed_renewal_has_days_of_grace_and_ends_with_them(owner: User) -> None:
    configuration.override("subscription.grace_days", "5")
    checkout = subscribe(owner)
    due = make.invoice(checkout, name="in_2", days=SECOND, status="open", amount_paid=0)
    # The gateway moves its own period on before anything is paid: the renewal is due.
    make.send(
        make.event("customer.subscription.updated", make.subscription(checkout, end=SECOND[1]), at="2026-02-28T10:00")
    )
    assert end(owner) == "2026-03-05"

    for attempt in (1, 2):
        make.send(make.event("invoice.payment_failed", {**due, "attempt_count": attempt}, at="2026-02-28T11:00"))
    late = make.subscription(checkout, status="past_due", end=SECOND[1])
    make.send(make.event("customer.subscription.updated", late, at="2026-02-28T11:00"))

    found = Subscription.objects.for_user(owner).get()
    assert (found.state, str(found.period_end), end(owner)) == ("past_due", "2026-02-28", "2026-03-05")
    failed = PaymentRecord.objects.for_user(owner).filter(status="failed").order_by("pk")
    assert [each.payment_id for each in failed] == ["in_2:failed:1", "in_2:failed:2"]
    titles = list(Notification.objects.for_user(owner).order_by("pk").values_list("title", flat=True))
    assert titles == ["Your subscription is active", "Your payment failed"]

    over = make.subscription(checkout, status="canceled", end=SECOND[1])
    make.send(make.event("customer.subscription.deleted", over, at="2026-03-06T11:00"))
    assert (end(owner), Notification.objects.for_user(owner).count()) == ("2026-02-28", 3)


def test_paid_renewal_after_a_failure_is_active_again(owner: User) -> None:
    checkout = subscribe(owner)
    late = make.subscription(checkout, status="past_due", end=SECOND[1])
    make.send(make.event("customer.subscription.updated", late, at="2026-02-28T11:00"))

    renewed = make.invoice(checkout, name="in_2", days=SECOND, billing_reason="subscription_cycle")
    make.send(make.event("invoice.paid", renewed, at="2026-03-01T11:00"))
    now_good = make.subscription(checkout, end=SECOND[1])
    make.send(make.event("customer.subscription.updated", now_good, at="2026-03-01T11:00"))

    assert (face(owner)[0], end(owner)) == ("active", "2026-03-31")
    assert Notification.objects.for_user(owner).count() == 1


def returned(kind: str, **values: Any) -> None:
    make.send(make.event(kind, {"currency": "inr", "payment_intent": "pi_in_1", **values}))


def test_part_of_a_refund_changes_nothing_and_all_of_it_ends_access(owner: User) -> None:
    checkout = subscribe(owner)
    make.send(make.event("invoice_payment.paid", {"invoice": "in_1", "payment": {"payment_intent": "pi_in_1"}}))

    returned("refund.created", id="re_1", status="pending", amount=49900)
    returned("refund.created", id="re_1", status="succeeded", amount=10000)
    assert end(owner) == "2026-02-28"
    returned("refund.updated", id="re_1", status="succeeded", amount=10000)
    assert end(owner) == "2026-02-28"
    returned("refund.created", id="re_2", status="succeeded", amount=39900)

    assert (end(owner), face(owner)[0]) == ("None", "unpaid")
    refunds = PaymentRecord.objects.for_user(owner).filter(status="refunded").order_by("pk")
    assert [(each.payment_id, str(each.amount), each.order_id) for each in refunds] == [
        ("re_1", "100.00", "in_1"),
        ("re_2", "399.00", "in_1"),
    ]
    assert Checkout.objects.for_user(owner).get().pk == checkout.pk


def test_chargeback_ends_access_and_a_won_one_gives_it_back(owner: User) -> None:
    subscribe(owner)
    make.send(make.event("invoice_payment.paid", {"invoice": "in_1", "payment": {"payment_intent": "pi_in_1"}}))

    returned("charge.dispute.created", id="dp_0", status="warning_needs_response", amount=49900)
    assert end(owner) == "2026-02-28"
    returned("charge.dispute.created", id="dp_1", status="needs_response", amount=49900)
    assert end(owner) == "None"
    returned("charge.dispute.closed", id="dp_1", status="won", amount=49900)
    assert end(owner) == "2026-02-28"
    returned("charge.dispute.created", id="dp_2", status="needs_response", amount=49900)
    returned("charge.dispute.closed", id="dp_2", status="lost", amount=49900)

    assert end(owner) == "None"
    kinds = PaymentRecord.objects.for_user(owner).order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["charge", "chargeback", "chargeback_won", "chargeback"]


@pytest.mark.realdata
def test_recorded_events_are_stored_and_meant_for_nobody_here(owner: User, nse_data: Path) -> None:
    paths = sorted(nse_data.glob("api_samples/stripe/webhook_events/*.json"))
    assert len(paths) == 39
    for number, path in enumerate(paths):
        told = {**json.loads(path.read_text()), "id": f"evt_{number}"}
        assert make.send(told).status_code == 200, path.name

    waiting = GatewayEvent.objects.filter(outcome="waiting").values_list("event_type", flat=True)
    assert sorted(waiting) == [
        "charge.refund.updated",
        "charge.refunded",
        "customer.subscription.created",
        "customer.subscription.deleted",
        "customer.subscription.updated",
    ]
    assert set(outcomes()) <= {"waiting", "ignored", "applied"}
    assert not PaymentRecord.objects.for_user(owner).exists()
