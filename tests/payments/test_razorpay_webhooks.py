"""Razorpay's events over HTTP: proved by their raw body, stored once, and what each leads to, in any order."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from django.db import transaction

from apps.payments.enums import GatewayName
from apps.payments.models import Checkout, GatewayEvent, PaymentRecord, Subscription
from apps.users.models import User
from tests.factories import razorpay as make
from tests.factories.payments import make_checkout
from tests.races import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("razorpay_keys")]
RENEWAL = {"period_start": "2026-02-28", "period_end": "2026-03-31"}


def end(user: User) -> str:
    user.refresh_from_db()
    return str(user.subscription_end_date)


def checkout_of(user: User) -> Checkout:
    return make_checkout(user, gateway=GatewayName.RAZORPAY)


def outcomes() -> list[str]:
    return list(GatewayEvent.objects.order_by("pk").values_list("outcome", flat=True))


def face(user: User) -> tuple[Any, ...]:
    found = Subscription.objects.for_user(user).get()
    records = PaymentRecord.objects.for_user(user).order_by("payment_id")
    return (
        found.state,
        str(found.period_end),
        found.gateway_stamp,
        end(user),
        [(each.payment_id, each.kind, str(each.amount)) for each in records],
    )


def test_paid_order_activates_a_month_from_the_day_of_the_payment_in_india(owner: User) -> None:
    # 30 January, 18:30 UTC is 31 January in India.
    answer = make.send(make.paid(checkout_of(owner), at="2026-01-30T18:30"))

    assert (answer.status_code, answer.json()) == (200, {"received": True})
    assert (str(User.objects.get(pk=owner.pk).subscription_start_date), end(owner)) == ("2026-01-31", "2026-02-28")


@pytest.mark.parametrize(
    "signature", ["", "0" * 64, "é", make.signed("{}"), make.signed('{"event": "order.paid"}', secret=make.KEY_SECRET)]
)
def test_what_is_not_signed_over_the_raw_body_is_refused(owner: User, signature: str) -> None:
    answer = make.send('{"event": "order.paid"}', signature=signature)

    assert (answer.status_code, answer.json()["code"]) == (400, "WEBHOOK_SIGNATURE_INVALID")
    assert not GatewayEvent.objects.exists()


def test_one_space_more_is_another_body(owner: User) -> None:
    body = json.dumps(make.paid(checkout_of(owner)))

    assert make.send(body + " ", signature=make.signed(body)).status_code == 400


@pytest.mark.parametrize(
    "body", ["[]", "7", "{}", '{"event": 7}', '{"event": ""}', '{"event": "é"}', "{", '{"event": "x"}\0']
)
def test_signed_junk_is_no_event(owner: User, body: str) -> None:
    answer = make.send(body)

    assert (answer.status_code, answer.json()["code"]) == (400, "WEBHOOK_BODY_INVALID")


def test_copy_under_another_id_is_a_copy(owner: User) -> None:
    """The id is a header that the signature does not cover."""
    told = make.paid(checkout_of(owner))

    for event_id in ("evt_1", "evt_2"):
        assert make.send(told, event_id=event_id).status_code == 200

    assert GatewayEvent.objects.count() == 1
    assert GatewayEvent.objects.get().body == json.dumps(told)


def test_every_order_of_a_life_ends_alike(owner: User) -> None:
    """Bought, renewed, and the renewal given back in two parts."""
    first, second = checkout_of(owner), checkout_of(owner)
    told = [
        make.paid(first),
        make.paid(second, name="pay_2", at="2026-02-25T10:00", subscription_id=first.gateway_checkout_id, **RENEWAL),
        make.event("refund.processed", refund=make.refund(amount=9900, paid="pay_2")),
        make.event("refund.processed", refund=make.refund(name="rfnd_2", amount=40000, paid="pay_2")),
    ]

    faces = set()
    for order in itertools.permutations(told):
        point = transaction.savepoint()
        for each in order:
            make.send(each)
        faces.add(str(face(owner)))
        transaction.savepoint_rollback(point)

    (only,) = faces
    assert only.startswith("('active', '2026-02-28'")
    assert "('pay_2', 'charge', '499.00'), ('rfnd_1', 'refund', '99.00'), ('rfnd_2', 'refund', '400.00')" in only


def test_part_of_a_refund_changes_nothing_and_one_on_its_way_is_none(owner: User) -> None:
    make.send(make.paid(checkout_of(owner)))

    make.send(make.event("refund.processed", refund=make.refund(amount=49899)))
    make.send(make.event("refund.created", refund=make.refund(name="rfnd_2", amount=1, status="pending")))
    assert end(owner) == "2026-02-28"
    make.send(make.event("refund.processed", refund=make.refund(name="rfnd_2", amount=1)))

    assert (end(owner), face(owner)[0]) == ("None", "unpaid")


def test_dispute_takes_the_days_and_a_won_one_gives_them_back(owner: User) -> None:
    make.send(make.paid(checkout_of(owner)))
    dispute = {"id": "disp_1", "payment_id": "pay_1", "amount": 49900, "currency": "INR"}
    ends = []
    for kind, phase, status in (
        ("created", "retrieval", "open"),
        ("created", "chargeback", "open"),
        ("won", "chargeback", "won"),
        ("lost", "fraud", "lost"),
    ):
        name = "disp_2" if status == "lost" else "disp_1"
        told = {**dispute, "id": name, "phase": phase, "status": status}
        make.send(make.event(f"payment.dispute.{kind}", dispute=told))
        ends.append(end(owner))

    assert ends == ["2026-02-28", "None", "2026-02-28", "None"]


@pytest.mark.parametrize("change", [{"amount": 100}, {"currency": "USD"}])
def test_payment_that_is_not_what_we_asked_is_recorded_and_opens_nothing(owner: User, change: dict[str, Any]) -> None:
    told = make.paid(checkout_of(owner))
    told["payload"]["payment"]["entity"] |= change

    make.send(told)

    assert (outcomes(), end(owner)) == (["mismatch"], "None")
    assert PaymentRecord.objects.for_user(owner).get().period_end is None


@pytest.mark.parametrize(
    "change",
    [
        {"order": {"status": "attempted"}},
        {"payment": {"status": "authorized"}},
        {"payment": {"status": "failed"}},
        {"order": {"notes": []}},
        {"order": {"notes": {"checkout_id": "another-product", "months": "5"}}},
    ],
)
def test_what_is_not_paid_or_not_ours_does_nothing(owner: User, change: dict[str, dict[str, Any]]) -> None:
    told = make.paid(checkout_of(owner))
    for name, values in change.items():
        told["payload"][name]["entity"] |= values

    make.send(told)

    assert (outcomes(), end(owner)) == (["ignored"], "None")


def test_failed_attempt_is_kept_and_leaves_the_order_open(owner: User) -> None:
    checkout = checkout_of(owner)

    make.send(make.event("payment.failed", payment=make.payment(checkout, status="failed")))

    checkout.refresh_from_db()
    assert (outcomes(), checkout.state) == (["ignored"], "open")


@pytest.mark.django_db(transaction=True)
def test_copies_at_once_are_one_record(owner: User) -> None:
    told = make.paid(checkout_of(owner))

    answers = together(8, lambda number: make.send(told, event_id=f"evt_{number}").status_code)

    assert set(answers) == {200}
    assert (GatewayEvent.objects.count(), PaymentRecord.objects.for_user(owner).count()) == (1, 1)
    assert end(owner) == "2026-02-28"
