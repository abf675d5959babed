"""Who may tell us what happened: proof over the raw body, of now. What does not belong here: what events lead to."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from apps.core import configuration
from apps.payments.models import GatewayEvent, PaymentRecord
from apps.users.models import User
from tests.factories import payments as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stripe_keys")]
FIRST = ("2026-01-31T10:00", "2026-02-28T10:00")


def outcomes() -> list[str]:
    return list(GatewayEvent.objects.order_by("pk").values_list("outcome", flat=True))


# Header, made of the body; whether it proves anything.
def headers(body: str) -> dict[str, str]:
    good = make.signed(body)
    stamp, digest = good.split(",v1=")
    return {
        "none": "",
        "junk": "abc",
        "no stamp": f"v1={digest}",
        "no digest": stamp,
        "other secret": make.signed(body, secret="whsec_other"),
        "other scheme": f"{stamp},v0={digest}",
        "flipped": f"{stamp},v1={'0' if digest[0] != '0' else '1'}{digest[1:]}",
        "too old": make.signed(body, age=400),
        "of the future": make.signed(body, age=-400),
        "stamp not a number": f"t=x,v1={digest}",
        "other stamp": f"t={int(time.time()) - 1},v1={digest}",
        "not ascii": "t=٣,v1=é",
    }


@pytest.mark.parametrize("which", list(headers("{}")))
def test_what_is_not_proved_is_refused_and_not_stored(owner: User, which: str) -> None:
    body = json.dumps(make.event("invoice.paid", make.invoice(make.make_checkout(owner), days=FIRST)))

    answer = make.send(body, signature=headers(body)[which])

    assert (answer.status_code, answer.json()["code"]) == (400, "WEBHOOK_SIGNATURE_INVALID")
    assert make.SECRET not in answer.content.decode()
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize("age", [-290, 0, 290])
def test_five_minutes_both_ways_are_tolerated(owner: User, age: int) -> None:
    assert make.send(make.event("product.updated", {}), age=age).status_code == 200


def test_signature_is_over_the_raw_body(owner: User) -> None:
    body = json.dumps(make.event("product.updated", {}))

    assert make.send(body + " ", signature=make.signed(body)).status_code == 400
    assert make.send(body, content_type="text/plain").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        *("", "[]", "null", "7", '"x"', "{}", '{"id": "evt_1"}', '{"id": 7, "type": "invoice.paid"}', "{"),
        *('{"id": "", "type": "x"}', '{"id": "' + "x" * 201 + '", "type": "x"}', '{"id": "\\u0000", "type": "x"}'),
        *('{"id": "evt_1", "type": "x"}\0', '{"id": "evt_1", "type": "x", "\0": 1}', "[" * 20_000),
    ],
    ids=range(15),
)
def test_signed_junk_is_refused(body: str) -> None:
    answer = make.send(body)

    assert (answer.status_code, answer.json()["code"]) == (400, "WEBHOOK_BODY_INVALID")
    assert not GatewayEvent.objects.exists()


@pytest.mark.parametrize("junk", [None, [], "x", 7, {}, {"id": "\x00"}, {"metadata": []}, {"lines": {"data": [None]}}])
def test_signed_event_of_another_shape_is_stored_and_leads_nowhere(owner: User, junk: Any) -> None:
    kinds = ["invoice.paid", "customer.subscription.updated", "charge.refunded", "checkout.session.completed"]

    assert {make.send(make.event(kind, junk)).status_code for kind in kinds} == {200}
    assert outcomes() == ["ignored"] * 4
    assert not PaymentRecord.objects.for_user(owner).exists()


def test_flood_of_what_is_not_proved_is_limited_and_real_events_are_not(settings: Any) -> None:
    settings.RATE_LIMITS, settings.RATE_LIMIT_KEYS = True, f"papertrade:test:{time.time_ns()}"
    configuration.override("rate.anonymous_per_minute", "3")

    bad = [make.send("{}", signature="junk").status_code for _ in range(5)]
    good = [make.send(make.event("product.updated", {})).status_code for _ in range(5)]

    assert (bad, good) == ([400, 400, 400, 429, 429], [200] * 5)
