"""Events and objects of Razorpay's for tests, signed, in the shapes of its reference.

What does not belong here: assertions.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

from rest_framework.test import APIClient

from apps.payments.models import Checkout
from tests.factories.payments import second

WEBHOOK = "/api/v1/payments/webhook/razorpay"
KEY_SECRET = "razorpay-test-only-key-canary"
WEBHOOK_SECRET = "razorpay-test-only-webhook-canary"


def order(checkout: Checkout, **notes: str) -> dict[str, Any]:
    """A paid order of a checkout, for a month from the payment unless the notes say another period."""
    return {
        "id": checkout.gateway_checkout_id,
        "entity": "order",
        "amount": 49900,
        "amount_paid": 49900,
        "currency": "INR",
        "receipt": str(checkout.public_id),
        "status": "paid",
        "notes": {"checkout_id": str(checkout.public_id), **(notes or {"months": "1"})},
    }


def payment(checkout: Checkout, *, name: str = "pay_1", at: str = "2026-01-31T10:00", **values: Any) -> dict[str, Any]:
    """A captured payment of an order."""
    return {
        "id": name,
        "entity": "payment",
        "amount": 49900,
        "currency": "INR",
        "status": "captured",
        "order_id": checkout.gateway_checkout_id,
        "method": "upi",
        "captured": True,
        "amount_refunded": 0,
        "created_at": second(at),
        **values,
    }


def refund(*, name: str = "rfnd_1", amount: int = 49900, paid: str = "pay_1", **values: Any) -> dict[str, Any]:
    """A refund that has gone through."""
    refunded = {"id": name, "entity": "refund", "amount": amount, "currency": "INR", "payment_id": paid}
    return {**refunded, "status": "processed", **values}


def event(kind: str, **entities: dict[str, Any]) -> dict[str, Any]:
    """An event around its objects."""
    payload = {name: {"entity": entity} for name, entity in entities.items()}
    return {"entity": "event", "account_id": "acc_1", "event": kind, "contains": [*entities], "payload": payload}


def paid(checkout: Checkout, *, name: str = "pay_1", at: str = "2026-01-31T10:00", **notes: str) -> dict[str, Any]:
    """The event that an order was paid."""
    return event("order.paid", order=order(checkout, **notes), payment=payment(checkout, name=name, at=at))


def signed(body: str, *, secret: str = WEBHOOK_SECRET) -> str:
    """The header that proves a body."""
    return hmac.new(secret.encode(), body.encode(), hashlib.sha256).hexdigest()


def send(told: dict[str, Any] | str, *, signature: str | None = None, event_id: str = "evt_1") -> Any:
    """Post an event as Razorpay does."""
    body = told if isinstance(told, str) else json.dumps(told)
    return APIClient().post(
        WEBHOOK,
        data=body,
        content_type="application/json",
        HTTP_X_RAZORPAY_SIGNATURE=signed(body) if signature is None else signature,
        HTTP_X_RAZORPAY_EVENT_ID=event_id,
    )
