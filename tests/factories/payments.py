"""Events of Stripe's for tests, signed, in the shapes of 2020 and of 2025 on. What does not belong here: assertions."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from datetime import UTC, datetime
from typing import Any

from rest_framework.test import APIClient

from apps.payments import services
from apps.payments.enums import GatewayName, PaymentStatus, PlanCode
from apps.payments.models import Checkout, PaymentRecord, Subscription
from apps.payments.services import events
from apps.payments.services.gateways.base import Told
from apps.users.models import User

WEBHOOK = "/api/v1/payments/webhook/stripe"
SECRET = "whsec_test_only_0123456789abcdef"
SUBSCRIPTION, CUSTOMER = "sub_1", "cus_1"
NUMBERS = itertools.count(1)


def second(text: str) -> int:
    """The Unix second of a moment, in UTC unless it has an offset."""
    moment = datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def make_checkout(user: User, *, gateway: GatewayName = GatewayName.STRIPE) -> Checkout:
    """An open checkout for a month."""
    number = next(NUMBERS)
    return Checkout.objects.create(
        user=user,
        public_id=f"00000000-0000-4000-8000-{number:012d}",
        plan=PlanCode.MONTHLY,
        gateway=gateway,
        amount="499.00",
        gateway_checkout_id=f"cs_test_{number}",
    )


def make_dummy_subscription(user: User, *, plan: PlanCode = PlanCode.MONTHLY) -> None:
    """A subscription that begins today and is paid without money."""
    services.open_checkout(user=user, plan=plan, gateway=GatewayName.DUMMY)


def make_records(user: User, *, count: int) -> None:
    """So many payments of one subscription."""
    paid = Subscription.objects.create(
        user=user,
        plan=PlanCode.MONTHLY,
        gateway=GatewayName.STRIPE,
        gateway_subscription_id="sub_paid",
        amount="499.00",
    )
    for number in range(count):
        PaymentRecord.objects.create(
            user=user,
            subscription=paid,
            payment_gateway=GatewayName.STRIPE,
            payment_id=f"in_made_{number}",
            order_id=f"in_made_{number}",
            amount="499.00",
            status=PaymentStatus.SUCCESS,
        )


def event(kind: str, body: dict[str, Any], *, at: str = "2026-01-31T10:00", name: str = "") -> dict[str, Any]:
    """An event that holds an object."""
    return {
        "id": name or f"evt_{next(NUMBERS)}",
        "object": "event",
        "type": kind,
        "created": second(at),
        "data": {"object": body},
    }


def session(checkout: Checkout, **values: Any) -> dict[str, Any]:
    """A completed session of a checkout."""
    return {
        "id": checkout.gateway_checkout_id,
        "object": "checkout.session",
        "mode": "subscription",
        "status": "complete",
        "payment_status": "paid",
        "client_reference_id": str(checkout.public_id),
        "subscription": SUBSCRIPTION,
        "customer": CUSTOMER,
        **values,
    }


def subscription(checkout: Checkout, *, end: str = "2026-02-28T10:00", **values: Any) -> dict[str, Any]:
    """A subscription, in the shape of 2025: the period stands with the item."""
    return {
        "id": SUBSCRIPTION,
        "object": "subscription",
        "status": "active",
        "customer": CUSTOMER,
        "cancel_at_period_end": False,
        "cancel_at": None,
        "metadata": {"checkout_id": str(checkout.public_id)},
        "items": {"object": "list", "data": [{"id": "si_1", "current_period_end": second(end)}]},
        **values,
    }


def invoice(checkout: Checkout, *, name: str = "in_1", days: tuple[str, str], **values: Any) -> dict[str, Any]:
    """A paid invoice of the first period, in the shape of 2025."""
    period = {"start": second(days[0]), "end": second(days[1])}
    return {
        "id": name,
        "object": "invoice",
        "status": "paid",
        "billing_reason": "subscription_create",
        "currency": "inr",
        "amount_paid": 49900,
        "amount_due": 49900,
        "attempt_count": 1,
        "customer": CUSTOMER,
        "parent": {
            "type": "subscription_details",
            "subscription_details": {
                "subscription": SUBSCRIPTION,
                "metadata": {"checkout_id": str(checkout.public_id)},
            },
        },
        "lines": {"object": "list", "data": [{"id": "il_1", "amount": 49900, "period": period}]},
        **values,
    }


def old_invoice(checkout: Checkout, *, name: str = "in_1", days: tuple[str, str], **values: Any) -> dict[str, Any]:
    """The same in the shape of 2020: payment and subscription stand at the top, the metadata with the line."""
    new = invoice(checkout, name=name, days=days)
    new.pop("parent")
    new["lines"]["data"][0]["metadata"] = {"checkout_id": str(checkout.public_id)}
    return {**new, "subscription": SUBSCRIPTION, "charge": f"ch_{name}", "payment_intent": f"pi_{name}", **values}


def signed(body: str, *, secret: str = SECRET, age: int = 0) -> str:
    """The header that proves a body, so many seconds old."""
    moment = int(time.time()) - age
    digest = hmac.new(secret.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def send(told: dict[str, Any] | str, **options: Any) -> Any:
    """Post an event as Stripe does."""
    body = told if isinstance(told, str) else json.dumps(told)
    header = options.pop("signature", None)
    return APIClient().post(
        WEBHOOK,
        data=body,
        content_type=options.pop("content_type", "application/json; charset=utf-8"),
        HTTP_STRIPE_SIGNATURE=signed(body, **options) if header is None else header,
    )


def tell(told: dict[str, Any]) -> None:
    """The event as it is once it is proved, for tests that need hundreds."""
    proved = Told(event_id=told["id"], event_type=told["type"], body=json.dumps(told))
    events.take(proved, gateway=GatewayName.STRIPE)
